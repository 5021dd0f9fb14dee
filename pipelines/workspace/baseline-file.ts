import { z } from "zod";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { findingStatuses } from "#pipelines/findings/finding.ts";
import { type Baseline, placeOf } from "#pipelines/gates/baseline.ts";
import { findingsVersion } from "#pipelines/reports/findings-json.ts";
import { printable } from "#pipelines/text/printable.ts";

const print = z.string().regex(/^[0-9a-f]{32}$/);

const report = z.object({
  tool: z.literal("slipway"),
  findings: z.array(
    z.object({
      fingerprint: print,
      seen: z
        .array(
          z.object({
            check: z.string().min(1),
            path: z.string().optional(),
            fingerprint: print.optional(),
            status: z.enum(findingStatuses),
          }),
        )
        .min(1),
    }),
  ),
});

const versioned = z.object({ version: z.number() });

/**
 * Reads the baseline: the findings.json of an earlier run. A waived finding does not count as known, because its
 * waiver may end.
 *
 * @throws BASELINE_INVALID when it is not such a file, or has another version.
 */
export function readBaseline(text: string): Baseline {
  const value = jsonOf(text);
  const { version } = held(value, versioned);
  if (version !== findingsVersion) {
    throw invalid(`it has version ${version}, and this Slipway reads version ${findingsVersion}`);
  }
  const places = held(value, report).findings.flatMap((finding) =>
    finding.seen
      .filter(({ status }) => status !== "waived")
      .map(({ fingerprint = finding.fingerprint, path, check }) => placeOf(fingerprint, { path }, check)),
  );
  return { places: new Set(places) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    throw invalid(text.trim() === "" ? "it has no content" : "not JSON, or cut off");
  }
}

function held<T>(value: unknown, schema: z.ZodType<T>): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalid(
    `$${(issue?.path ?? []).map((key) => `[${JSON.stringify(key)}]`).join("")}: ${issue?.message}`,
  );
}

function invalid(fault: string): SlipwayError {
  return new SlipwayError(
    "BASELINE_INVALID",
    `the baseline is not a readable findings.json: ${printable(fault).slice(0, 300)}`,
    "Pass a findings.json that `dagger call reports` wrote with this version of Slipway.",
  );
}
