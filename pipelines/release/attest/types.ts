import type { attestations } from "#pipelines/config/release.ts";
import { provenanceType } from "./provenance.ts";
import { testResultType } from "./test-result.ts";
import { vulnerabilityType } from "./vulnerability-report.ts";

/** An attestation of an image, as slipway.yaml names it. */
export type AttestationName = (typeof attestations)[number];

/** The types of an SBOM's predicates. https://docs.sigstore.dev/cosign/verifying/attestation/ */
export const sbomTypes = {
  SPDX: "https://spdx.dev/Document",
  CycloneDX: "https://cyclonedx.org/bom",
} as const;

/** The types of predicates, as URIs, for each name. */
export const attestationTypes: Readonly<Record<AttestationName, readonly string[]>> = {
  sbom: [sbomTypes.SPDX, sbomTypes.CycloneDX],
  vulnerabilities: [vulnerabilityType],
  tests: [testResultType],
  provenance: [provenanceType],
};
