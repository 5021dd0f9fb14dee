import { z } from "zod";
import type { Sbom } from "#pipelines/findings/sbom.ts";
import { printable } from "#pipelines/text/printable.ts";
import { assertShape, jsonReport, malformed } from "./report.ts";

const creator = z.string().regex(/^(Tool|Organization|Person): ./);
const spdxPackage = z.object({
  SPDXID: z.string().startsWith("SPDXRef-"),
  name: z.string(),
  versionInfo: z.string().optional(),
  licenseConcluded: z.string().optional(),
  licenseDeclared: z.string().optional(),
  externalRefs: z.array(z.object({ referenceType: z.string(), referenceLocator: z.string() })).optional(),
});
const spdx = z.object({
  spdxVersion: z.enum(["SPDX-2.2", "SPDX-2.3"]),
  dataLicense: z.literal("CC0-1.0"),
  SPDXID: z.literal("SPDXRef-DOCUMENT"),
  name: z.string().min(1),
  documentNamespace: z.url(),
  creationInfo: z.object({ created: z.iso.datetime(), creators: z.array(creator).min(1) }),
  packages: z.array(spdxPackage),
});

const licenseChoice = z
  .object({
    license: z.object({ id: z.string().optional(), name: z.string().optional() }).optional(),
    expression: z.string().optional(),
  })
  .refine(
    ({ license, expression }) =>
      [license?.id, license?.name, expression].filter((each) => each !== undefined).length === 1,
    { error: "must have exactly one of license.id, license.name and expression" },
  );
/** The types of version 1.7. */
const componentType = z.enum([
  "application",
  "framework",
  "library",
  "container",
  "platform",
  "operating-system",
  "device",
  "device-driver",
  "firmware",
  "file",
  "machine-learning-model",
  "data",
  "cryptographic-asset",
]);
const component = z.object({
  type: componentType,
  "bom-ref": z.string().min(1).optional(),
  group: z.string().optional(),
  name: z.string(),
  version: z.string().optional(),
  purl: z.string().optional(),
  licenses: z.array(licenseChoice).optional(),
  components: z.array(z.unknown()).optional(),
});
const cyclonedx = z.object({
  bomFormat: z.literal("CycloneDX"),
  specVersion: z.enum(["1.4", "1.5", "1.6", "1.7"]),
  version: z.int().min(1).optional(),
  metadata: z
    .object({
      timestamp: z.iso.datetime({ offset: true }).optional(),
      component: z.object({ type: componentType, name: z.string() }).optional(),
      licenses: z.array(licenseChoice).optional(),
    })
    .optional(),
  components: z.array(z.unknown()).default([]),
});

const syft = z.object({
  schema: z.object({ version: z.string().regex(/^1\d\./) }),
  source: z.object({ name: z.string() }),
  artifacts: z.array(
    z.object({
      id: z.string().min(1),
      name: z.string(),
      version: z.string(),
      purl: z.string(),
      licenses: z.array(z.object({ value: z.string(), spdxExpression: z.string() })),
    }),
  ),
});

/**
 * Reads an SPDX document of version 2.2 or 2.3 in JSON. A package's concluded license and its declared license both
 * apply.
 *
 * @throws REPORT_EMPTY; REPORT_MALFORMED when a field that SPDX requires is missing, or an id occurs twice.
 * @see https://spdx.github.io/spdx-spec/v2.3/document-creation-information/
 */
export function readSpdx(text: string, file: string): Sbom {
  const { name, packages } = jsonReport(text, file, spdx);
  once(
    packages.map(({ SPDXID }) => SPDXID),
    file,
  );
  return {
    format: "SPDX",
    subject: name,
    packages: packages
      .filter(({ SPDXID }) => !SPDXID.startsWith("SPDXRef-DocumentRoot-"))
      .map((each) => ({
        type: typeOf(
          each.externalRefs?.find(({ referenceType }) => referenceType === "purl")?.referenceLocator,
        ),
        name: each.name,
        version: each.versionInfo ?? "",
        licenses: sorted([each.licenseConcluded, each.licenseDeclared].map((license) => unwrapped(license))),
      })),
  };
}

/**
 * Reads a CycloneDX document of versions 1.4 to 1.7 in JSON, with the components within components.
 *
 * @throws REPORT_EMPTY; REPORT_MALFORMED when a field that CycloneDX requires is missing, or a reference occurs
 *   twice.
 * @see https://cyclonedx.org/docs/1.6/json/
 */
export function readCycloneDx(text: string, file: string): Sbom {
  const { metadata, components } = jsonReport(text, file, cyclonedx);
  const all = flattened(components, file);
  once(
    all.flatMap((each) => each["bom-ref"] ?? []),
    file,
  );
  return {
    format: "CycloneDX",
    subject: metadata?.component?.name ?? "",
    packages: all
      .filter(({ type }) => type !== "file" && type !== "operating-system")
      .map(({ group, name, version = "", purl, licenses = [] }) => ({
        type: typeOf(purl),
        name: group ? `${group}/${name}` : name,
        version,
        licenses: sorted(
          licenses.map(({ license, expression }) => expression ?? license?.id ?? license?.name),
        ),
      })),
  };
}

/**
 * Reads Syft's own format, the only one that distinguishes a license from free text.
 *
 * @throws REPORT_EMPTY; REPORT_MALFORMED, also for another version of the format, or when an id occurs twice.
 * @see https://github.com/anchore/syft/tree/main/schema/json
 */
export function readSyft(text: string, file: string): Sbom {
  const { source, artifacts } = jsonReport(text, file, syft);
  once(
    artifacts.map(({ id }) => id),
    file,
  );
  return {
    format: "Syft",
    subject: source.name,
    packages: artifacts.map(({ name, version, purl, licenses }) => ({
      type: typeOf(purl),
      name,
      version,
      licenses: sorted(licenses.map(({ value, spdxExpression }) => spdxExpression || value)),
    })),
  };
}

const marks = z.object({
  spdxVersion: z.unknown().optional(),
  bomFormat: z.unknown().optional(),
  artifacts: z.unknown().optional(),
});

/**
 * Reads an SBOM of any of the three formats.
 *
 * @throws the errors of the format's reader; REPORT_MALFORMED when it has none of these formats.
 */
export function readSbom(text: string, file: string): Sbom {
  const { spdxVersion, bomFormat, artifacts } = jsonReport(text, file, marks);
  if (spdxVersion !== undefined) return readSpdx(text, file);
  if (bomFormat !== undefined) return readCycloneDx(text, file);
  if (artifacts !== undefined) return readSyft(text, file);
  throw malformed(file, "$: not SPDX, CycloneDX or Syft's JSON");
}

/** Lists components and all components within them, at any depth. */
function flattened(components: readonly unknown[], file: string) {
  const waiting = components.map((value, index) => ({ value, at: `$.components[${index}]` }));
  const all: z.infer<typeof component>[] = [];
  for (const { value, at } of waiting) {
    const each = assertShape(value, file, component, at);
    all.push(each);
    for (const inner of each.components ?? [])
      waiting.push({ value: inner, at: `${at.slice(0, 200)}.components[]` });
  }
  return all;
}

function once(ids: readonly string[], file: string): void {
  const seen = new Set<string>();
  for (const id of ids) {
    if (seen.has(id)) throw malformed(file, `the id '${printable(id).slice(0, 100)}' occurs twice`);
    seen.add(id);
  }
}

function typeOf(purl = ""): string {
  return /^pkg:\/*([A-Za-z][A-Za-z0-9.+-]*)\//.exec(purl)?.[1]?.toLowerCase() ?? "";
}

/** Removes the brackets that Syft puts around a whole expression in SPDX. */
function unwrapped(license: string | undefined): string | undefined {
  return license === undefined ? undefined : (/^\(([^()]*)\)$/.exec(license)?.[1] ?? license);
}

function sorted(licenses: readonly (string | undefined)[]): readonly string[] {
  const said = licenses.filter((each) => each !== undefined && !["", "NOASSERTION", "NONE"].includes(each));
  return [...new Set(said)].filter((each) => each !== undefined).sort();
}
