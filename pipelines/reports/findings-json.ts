import { z } from "zod";
import { findingKinds, findingStatuses, severities } from "#pipelines/findings/finding.ts";
import type { MergedFinding } from "#pipelines/findings/merge.ts";
import { plainJson } from "#pipelines/text/json.ts";

/** Grows by one when a reader of the former version could misread the file; new fields alone do not change it. */
export const findingsVersion = 1;

const print = z.string().regex(/^[0-9a-f]{32}$/);
const line = z.int().min(1);
const commit = z
  .string()
  .describe("The commit that contains the place. Absent if the place is in the source.");
const status = z.enum(findingStatuses);
const path = z.string().describe("Relative to the source's root, with `/`.");

const sighting = z.object({
  check: z.string(),
  service: z.string().optional().describe("The check's service. Absent for the whole repository."),
  tool: z.string(),
  rule: z.string(),
  package: z.string().optional(),
  path: path.optional(),
  line: line.optional(),
  commit: commit.optional(),
  fingerprint: print.optional().describe("The fingerprint of this sighting, if it differs."),
  status,
});

/** One finding in `findings.json`. */
export const mergedFinding = z.object({
  fingerprint: print.describe(
    "Stays the same for the same problem, also when another tool finds it or lines move.",
  ),
  status: status.describe(
    "blocking: a gate fails because of it. nonblocking: no gate fails. baseline: the baseline already has it. waived: a waiver is valid for it.",
  ),
  tools: z.array(z.string()).describe("Every tool that found it."),
  kind: z.enum(findingKinds),
  rule: z.string().describe("The id of the rule or advisory."),
  aliases: z.array(z.string()).optional().describe("Further ids of the same advisory."),
  severity: z.enum(severities),
  message: z.string(),
  package: z
    .string()
    .optional()
    .describe("The package that a vulnerability or a license is in, with its version."),
  path: path.optional(),
  line: line.optional(),
  commit: commit.optional(),
  fix: z.string().optional().describe("The version or edit that fixes it. Absent if no fix is known."),
  advisory: z.string().optional().describe("The page that describes the rule or the advisory."),
  waiver: z
    .object({ place: z.string(), reason: z.string(), expires: z.string() })
    .optional()
    .describe("The waiver for it, valid or expired."),
  seen: z.array(sighting).describe("Each place and check that found it."),
});

/** The schema of `findings.json`. */
export const findingsSchema = z
  .object({
    version: z.literal(findingsVersion),
    tool: z.literal("slipway"),
    root: z
      .string()
      .optional()
      .describe("The folder of the source's root inside the passed source. Absent if both are the same."),
    findings: z.array(mergedFinding),
  })
  .describe(
    "The findings of a run of Slipway's checks, each problem once. Later runs can use the file as a baseline.",
  );

/**
 * Writes `findings.json`, with each finding on its own line.
 *
 * @param root the folder of the source in the passed one, as slipway.yaml's root names it; default: `.`.
 */
export function writeFindings(findings: readonly MergedFinding[], root = "."): string {
  const rows = findings.map((finding) => plainJson(finding)).join(",\n");
  const place = root === "." ? "" : `"root":${plainJson(root)},`;
  return `{"version":${findingsVersion},"tool":"slipway",${place}"findings":[\n${rows}\n]}\n`;
}

/** The JSON Schema of `findings.json`. */
export function findingsJsonSchema(): object {
  return z.toJSONSchema(findingsSchema, { io: "input" });
}
