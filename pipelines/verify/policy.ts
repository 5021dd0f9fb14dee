import type { Severity } from "#pipelines/findings/finding.ts";

/** Somebody whose signature counts: a public key, or an identity that an issuer vouches for. */
export type Signer =
  | { readonly kind: "key"; readonly name: string; readonly publicKey: string }
  | (Vouched & { readonly kind: "identity"; readonly identity: string })
  | (Vouched & { readonly kind: "pattern"; readonly pattern: string });

interface Vouched {
  readonly issuer: string;
  /** OWNER/NAME of the repository whose GitHub workflow it has to be; anyone's where it is not said. */
  readonly workflowRepository?: string | undefined;
}

/** What an image has to bring along to be let through. */
export interface VerificationPolicy {
  /** Any of them is enough, for the signature and for each attestation. */
  readonly signers: readonly Signer[];
  /** The types of the attestations that have to be there, as URIs. */
  readonly attestations: readonly string[];
  /** What the last scan has to say; absent when nobody asks. */
  readonly scan?: ScanPolicy;
}

export interface ScanPolicy {
  /** In seconds. */
  readonly maxAge: number;
  /** No vulnerability of these may be known. */
  readonly severities: readonly Severity[];
  /** Lets those through that no version mends yet. */
  readonly ignoreUnfixed: boolean;
  /** Vulnerabilities that are let through by their id. */
  readonly except: readonly string[];
}

/** A signer in a few words, for the verdict. */
export function signerName(signer: Signer): string {
  if (signer.kind === "key") return `key ${signer.name}`;
  const { issuer, workflowRepository } = signer;
  const who = signer.kind === "identity" ? signer.identity : `/${signer.pattern}/`;
  return `${who}${workflowRepository === undefined ? "" : ` for ${workflowRepository}`} by ${issuer}`;
}
