import type { File } from "@dagger.io/dagger";
import { withoutTag } from "#pipelines/config/image-name.ts";
import { largestReport } from "#pipelines/dagger/report-file.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { Sbom } from "#pipelines/findings/sbom.ts";
import type { PlannedService } from "#pipelines/plan/plan.ts";
import { readSbom } from "#pipelines/readers/sbom.ts";
import { printable } from "#pipelines/text/printable.ts";

/** The SBOMs of an earlier release that a call passes. */
export interface PreviousSboms {
  /** By name of the service. */
  readonly of: ReadonlyMap<string, Sbom>;
  /** The SBOMs that belong to no service, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Reads the SBOMs of an earlier release and finds the service of each. The subject of an SBOM is the service's
 * name, or its image's name. If there is one SBOM and one service, they belong together whatever the subject is.
 *
 * @throws SBOM_INVALID when a file is not an SBOM; ARGUMENT_INVALID when two belong to the same service.
 */
export async function previousSboms(
  files: readonly File[],
  services: readonly PlannedService[],
): Promise<PreviousSboms> {
  const of = new Map<string, Sbom>();
  const notes: string[] = [];
  const [only, ...others] = services;
  for (const { name, sbom } of await Promise.all(files.map(read))) {
    const isOnly = files.length === 1 && others.length === 0;
    const service = isOnly ? only : services.find((each) => isOf(each, sbom.subject));
    if (service === undefined) {
      notes.push(
        `the SBOM ${name} of an earlier release describes ${quoted(sbom.subject)}, which matches no service`,
      );
    } else if (of.has(service.name)) {
      throw new SlipwayError(
        "ARGUMENT_INVALID",
        `two SBOMs of an earlier release describe ${quoted(sbom.subject)}: ${name} and another file`,
        "Pass one SBOM for each service.",
      );
    } else of.set(service.name, sbom);
  }
  return { of, notes };
}

async function read(file: File): Promise<{ readonly name: string; readonly sbom: Sbom }> {
  const name = printable(await file.name());
  if ((await file.size()) > largestReport) throw invalid(`${name} is larger than ${largestReport} bytes`);
  const text = await file.contents();
  try {
    return { name, sbom: readSbom(text, name) };
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    throw invalid(error.what);
  }
}

function invalid(fault: string): SlipwayError {
  return new SlipwayError(
    "SBOM_INVALID",
    `an SBOM of an earlier release: ${printable(fault).slice(0, 300)}`,
    "Pass an sbom.syft.json, sbom.cdx.json or sbom.spdx.json that `dagger call sbom` or `reports` wrote.",
  );
}

/** Whether a subject is this service or its image, compared without tag and digest. */
function isOf({ name, image }: PlannedService, subject: string): boolean {
  const described = withoutTag(subject);
  return described === name || (typeof image === "object" && described === image.name);
}

function quoted(text: string): string {
  return `'${printable(text).slice(0, 100)}'`;
}
