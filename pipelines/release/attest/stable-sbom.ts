import { z } from "zod";
import { jsonReport } from "#pipelines/readers/report.ts";
import { plainJson } from "#pipelines/text/json.ts";

const spdx = z.looseObject({ creationInfo: z.looseObject({}) });
const cycloneDx = z.looseObject({ metadata: z.looseObject({}).optional() });

/**
 * Gives an SBOM the identity of what it describes in place of that of the run that wrote it, so that the same image has the
 * same SBOM whenever it is described.
 *
 * @param digest the image's, sha256:….
 * @param time when its commit was made.
 * @throws REPORT_MALFORMED
 */
export function stableSpdx(text: string, digest: string, time: string): string {
  const { creationInfo, ...rest } = jsonReport(text, "sbom.spdx.json", spdx);
  const documentNamespace = `urn:slipway:sbom:${digest}`;
  return plainJson({ ...rest, documentNamespace, creationInfo: { ...creationInfo, created: time } });
}

/** Likewise, of CycloneDX. */
export function stableCycloneDx(text: string, digest: string, time: string): string {
  const { metadata, ...rest } = jsonReport(text, "sbom.cdx.json", cycloneDx);
  const serialNumber = `urn:uuid:${uuidOf(digest)}`;
  return plainJson({ ...rest, serialNumber, metadata: { ...metadata, timestamp: time } });
}

/** A UUID of version 8, made of a digest. https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-8 */
function uuidOf(digest: string): string {
  const hex = digest.slice("sha256:".length);
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return parts.join("-");
}
