import { z } from "zod";
import { jsonReport } from "#pipelines/readers/report.ts";
import { plainJson } from "#pipelines/text/json.ts";

const spdx = z.looseObject({ creationInfo: z.looseObject({}) });
const cycloneDx = z.looseObject({ metadata: z.looseObject({}).optional() });

/**
 * Replaces the identity of an SBOM: it then depends on the image and not on the run that wrote it. So the same
 * image always has the same SBOM.
 *
 * @param digest the digest of the image, sha256:….
 * @param time the time of its commit.
 * @throws REPORT_MALFORMED
 */
export function stableSpdx(text: string, digest: string, time: string): string {
  const { creationInfo, ...rest } = jsonReport(text, "sbom.spdx.json", spdx);
  const documentNamespace = `urn:slipway:sbom:${digest}`;
  return plainJson({ ...rest, documentNamespace, creationInfo: { ...creationInfo, created: time } });
}

/** The same for CycloneDX. */
export function stableCycloneDx(text: string, digest: string, time: string): string {
  const { metadata, ...rest } = jsonReport(text, "sbom.cdx.json", cycloneDx);
  const serialNumber = `urn:uuid:${uuidOf(digest)}`;
  return plainJson({ ...rest, serialNumber, metadata: { ...metadata, timestamp: time } });
}

/** A UUID of version 8, from a digest. https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-8 */
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
