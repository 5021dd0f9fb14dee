import { z } from "zod";
import { jsonReport } from "./report.ts";

/** What an SBOM says of itself, as far as the verdict shows it. */
export interface Sbom {
  readonly format: "SPDX 2.3" | "CycloneDX 1.6";
  /** What it describes. */
  readonly subject: string;
  /** How many packages it lists; neither the described thing itself nor single files count. */
  readonly packages: number;
}

const creator = z.string().regex(/^(Tool|Organization|Person): ./);
const spdx = z.object({
  spdxVersion: z.literal("SPDX-2.3"),
  dataLicense: z.literal("CC0-1.0"),
  SPDXID: z.literal("SPDXRef-DOCUMENT"),
  name: z.string().min(1),
  documentNamespace: z.url(),
  creationInfo: z.object({ created: z.iso.datetime(), creators: z.array(creator).min(1) }),
  packages: z.array(z.object({ SPDXID: z.string().startsWith("SPDXRef-"), name: z.string() })),
});

const component = z.object({ type: z.string().min(1), name: z.string() });
const cyclonedx = z.object({
  bomFormat: z.literal("CycloneDX"),
  specVersion: z.literal("1.6"),
  version: z.int().min(1),
  metadata: z.object({ timestamp: z.iso.datetime({ offset: true }), component }),
  components: z.array(component).default([]),
});

/**
 * Reads the head of an SPDX 2.3 document in JSON and counts its packages.
 *
 * @throws REPORT_EMPTY; REPORT_MALFORMED when a field that SPDX requires is missing.
 * @see https://spdx.github.io/spdx-spec/v2.3/document-creation-information/
 */
export function readSpdx(text: string, file: string): Sbom {
  const { name, packages } = jsonReport(text, file, spdx);
  const listed = packages.filter(({ SPDXID }) => !SPDXID.startsWith("SPDXRef-DocumentRoot-"));
  return { format: "SPDX 2.3", subject: name, packages: listed.length };
}

/**
 * Reads the head of a CycloneDX 1.6 document in JSON and counts its packages.
 *
 * @throws REPORT_EMPTY; REPORT_MALFORMED when a field that CycloneDX or Slipway requires is missing.
 * @see https://cyclonedx.org/docs/1.6/json/
 */
export function readCycloneDx(text: string, file: string): Sbom {
  const { metadata, components } = jsonReport(text, file, cyclonedx);
  const listed = components.filter(({ type }) => type !== "file" && type !== "operating-system");
  return { format: "CycloneDX 1.6", subject: metadata.component.name, packages: listed.length };
}
