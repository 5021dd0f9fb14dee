import type { Container, Directory } from "@dagger.io/dagger";
import { readReport } from "#pipelines/dagger/report-file.ts";
import { withText } from "#pipelines/dagger/text-file.ts";
import { type PackageChanges, packageChanges } from "#pipelines/findings/package-diff.ts";
import type { Sbom } from "#pipelines/findings/sbom.ts";
import { readCycloneDx, readSpdx, readSyft } from "#pipelines/readers/sbom.ts";
import { plainJson } from "#pipelines/text/json.ts";
import type { CheckResult } from "#pipelines/verdict/run-check.ts";

/** The files that Syft writes: the same packages in three formats. */
export const sbomFiles = {
  SPDX: "sbom.spdx.json",
  CycloneDX: "sbom.cdx.json",
  Syft: "sbom.syft.json",
} as const;

const readers = { SPDX: readSpdx, CycloneDX: readCycloneDx, Syft: readSyft } as const;

const changesFile = "changes.json";

/** Reads Syft's SBOM in each of its formats. */
export async function readSboms(ran: Container): Promise<Readonly<Record<Sbom["format"], Sbom>>> {
  const read = async (format: Sbom["format"]) =>
    readers[format](await readReport(ran, sbomFiles[format]), sbomFiles[format]);
  const [SPDX, CycloneDX, Syft] = [await read("SPDX"), await read("CycloneDX"), await read("Syft")];
  return { SPDX, CycloneDX, Syft };
}

/**
 * Compares an earlier SBOM with the present one in the same format, because each format writes licenses in its own
 * way.
 */
export function changesSince(
  before: Sbom | undefined,
  now: Readonly<Record<Sbom["format"], Sbom>>,
): PackageChanges | undefined {
  return before === undefined ? undefined : packageChanges(before, now[before.format]);
}

/** Adds the changes to the reports of the check that found them. */
export async function withChanges({ check, reports }: CheckResult): Promise<CheckResult> {
  const { changes } = check.evidence;
  if (changes === undefined) return { check, reports };
  return {
    check: { ...check, reports: [...check.reports, `${check.name}/${changesFile}`] },
    reports: await withChangesFile(reports, changes),
  };
}

/** Writes changes.json beside the SBOM. */
export function withChangesFile(reports: Directory, changes: PackageChanges): Promise<Directory> {
  return withText(reports, changesFile, `${plainJson(changes, 2)}\n`);
}
