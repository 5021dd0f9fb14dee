import type { Severity } from "#pipelines/findings/finding.ts";

/** An accepted signer: a public key, or an identity that an issuer confirms. */
export type Signer =
  | { readonly kind: "key"; readonly name: string; readonly publicKey: string }
  | (Vouched & { readonly kind: "identity"; readonly identity: string })
  | (Vouched & { readonly kind: "pattern"; readonly pattern: string });

interface Vouched {
  readonly issuer: string;
  /** OWNER/NAME of the repository whose GitHub workflow it must be; absent: any repository. */
  readonly workflowRepository?: string | undefined;
}

/** The requirements that an image must meet to pass. */
export interface VerificationPolicy {
  /** One of them is enough, for the signature and for each attestation. */
  readonly signers: readonly Signer[];
  /** The types of the required attestations, as URIs. */
  readonly attestations: readonly string[];
  /** The requirements for the last scan; absent if there are no requirements. */
  readonly scan?: ScanPolicy;
}

export interface ScanPolicy {
  /** In seconds. */
  readonly maxAge: number;
  /** No vulnerability of these severities may be known. */
  readonly severities: readonly Severity[];
  /** Whether vulnerabilities without a fix are accepted. */
  readonly ignoreUnfixed: boolean;
  /** The ids of accepted vulnerabilities. */
  readonly except: readonly string[];
}

/** A signer in a few words, for the verdict. */
export function signerName(signer: Signer): string {
  if (signer.kind === "key") return `key ${signer.name}`;
  const { issuer, workflowRepository } = signer;
  const who = signer.kind === "identity" ? signer.identity : `/${signer.pattern}/`;
  return `${who}${workflowRepository === undefined ? "" : ` for ${workflowRepository}`} by ${issuer}`;
}
