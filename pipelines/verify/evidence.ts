import type { ErrorCode } from "#pipelines/errors/errors.ts";
import type { Reason } from "#pipelines/errors/reason.ts";
import type { Signature } from "./signature.ts";
import type { Statement } from "./statement.ts";

/** The registry's answer to one question. */
export type EvidenceAnswer<Value> =
  | { readonly kind: "held"; readonly signer: string; readonly value: Value }
  /** It does not exist, or no signer verifies it. */
  | ({ readonly kind: "lacking"; readonly code: ErrorCode } & Reason)
  /** It could not be found out. */
  | ({ readonly kind: "broken" } & Reason);

/** All fetched evidence of an image, verified by cosign, but not judged yet. */
export interface ImageEvidence {
  /** The platforms of an index, as in linux/arm64; empty for a single image. */
  readonly platforms: readonly string[];
  readonly signature: EvidenceAnswer<readonly Signature[]>;
  /** By type: the attestations of every signer of the policy. */
  readonly attestations: ReadonlyMap<string, EvidenceAnswer<readonly Statement[]>>;
}
