import { z } from "zod";
import { findingKinds, findingStatuses, severities } from "#pipelines/findings/finding.ts";
import type { MergedFinding } from "#pipelines/findings/merge.ts";
import { plainJson } from "#pipelines/text/json.ts";

/** Grows by one when a reader of the former version could go wrong; new fields alone do not change it. */
export const findingsVersion = 1;

const print = z.string().regex(/^[0-9a-f]{32}$/);
const line = z.int().min(1);
const commit = z.string().describe("The commit that the place is in; absent where it is in the source.");
const status = z.enum(findingStatuses);
const path = z.string().describe("Relative to the source's root, with `/`.");

const sighting = z.object({
  check: z.string(),
  service: z.string().optional().describe("The check's service; absent for the whole repository."),
  tool: z.string(),
  rule: z.string(),
  package: z.string().optional(),
  path: path.optional(),
  line: line.optional(),
  commit: commit.optional(),
  fingerprint: print.optional().describe("Of this sighting alone, where it is another."),
  status,
});

/** One finding as `findings.json` has it. */
export const mergedFinding = z.object({
  fingerprint: print.describe("The same for the same problem, whichever tool finds it, and when lines move."),
  status: status.describe(
    "blocking: a gate fails by it; nonblocking: no gate does; baseline: the baseline has it already; waived: a waiver holds for it.",
  ),
  tools: z.array(z.string()).describe("Every tool that saw it."),
  kind: z.enum(findingKinds),
  rule: z.string().describe("The rule's or advisory's id."),
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
  fix: z.string().optional().describe("The version or edit that mends it; absent when there is none yet."),
  advisory: z.string().optional().describe("The page that describes the rule or the advisory."),
  waiver: z
    .object({ place: z.string(), reason: z.string(), expires: z.string() })
    .optional()
    .describe("The waiver for it, whether it holds or has expired."),
  seen: z.array(sighting).describe("Where and by what it was seen."),
});

/** What `findings.json` holds. */
export const findingsSchema = z
  .object({
    version: z.literal(findingsVersion),
    tool: z.literal("slipway"),
    root: z
      .string()
      .optional()
      .describe("Where the source's root lies in the source that was handed over; absent where it is that."),
    findings: z.array(mergedFinding),
  })
  .describe("The findings of a run of Slipway's checks, each problem once; a baseline for later runs.");

/**
 * Writes `findings.json`: each finding on a line of its own.
 *
 * @param root where the source lies in the one that was handed over, as slipway.yaml's root names it.
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
