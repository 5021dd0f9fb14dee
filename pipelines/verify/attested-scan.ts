import { z } from "zod";
import type { Finding } from "#pipelines/findings/finding.ts";
import { assertShape, malformed } from "#pipelines/readers/report.ts";
import { readTrivy } from "#pipelines/tools/trivy/reader.ts";
import { platformName } from "./platforms.ts";

/** The findings of an attested scan, and its time. */
export interface AttestedScan {
  readonly finished: Date;
  /** linux/amd64, or empty if the report does not name it. */
  readonly platform: string;
  readonly findings: readonly Finding[];
}

const file = "vuln attestation";
const text = z.string().max(100).optional();
const config = z.object({ os: text, architecture: text, variant: text }).optional();
const predicate = z.object({
  scanner: z.object({
    uri: z.string().includes("trivy"),
    result: z.looseObject({ Metadata: z.object({ ImageConfig: config }).optional() }),
  }),
  metadata: z.object({ scanFinishedOn: z.iso.datetime({ offset: true }) }),
});

/**
 * Reads the predicate of a vulnerability attestation with Trivy's report.
 *
 * @throws REPORT_MALFORMED, also for another scanner, whose report is not understood.
 */
export function readAttestedScan(value: unknown): AttestedScan {
  const { scanner, metadata } = assertShape(value, file, predicate);
  const image = scanner.result.Metadata?.ImageConfig;
  return {
    finished: new Date(metadata.scanFinishedOn),
    platform: image === undefined ? "" : platformName(image),
    findings: readTrivy(written(scanner.result), file, { root: "/" }),
  };
}

/** The newest scan of each platform; the index has one for each. */
export function newestScans(scans: readonly AttestedScan[]): readonly AttestedScan[] {
  const newest = new Map<string, AttestedScan>();
  for (const scan of scans) {
    const known = newest.get(scan.platform);
    if (known === undefined || known.finished < scan.finished) newest.set(scan.platform, scan);
  }
  return [...newest.values()];
}

function written(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    throw malformed(file, "$.scanner.result: nested too deep");
  }
}
