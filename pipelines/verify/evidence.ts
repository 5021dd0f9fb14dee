import type { ErrorCode } from "#pipelines/errors/errors.ts";
import type { Reason } from "#pipelines/errors/reason.ts";
import type { Signature } from "./signature.ts";
import type { Statement } from "./statement.ts";

/** What was asked of the registry about one thing, and what came of it. */
export type EvidenceAnswer<Value> =
  | { readonly kind: "held"; readonly signer: string; readonly value: Value }
  /** There is none, or none that verifies by any signer. */
  | ({ readonly kind: "lacking"; readonly code: ErrorCode } & Reason)
  /** It could not be found out. */
  | ({ readonly kind: "broken" } & Reason);

/** All that was fetched of an image, verified by cosign; nothing of it is judged yet. */
export interface ImageEvidence {
  /** The platforms of an index, as in linux/arm64; none of a single image. */
  readonly platforms: readonly string[];
  readonly signature: EvidenceAnswer<readonly Signature[]>;
  /** By type: what every signer of the policy attested. */
  readonly attestations: ReadonlyMap<string, EvidenceAnswer<readonly Statement[]>>;
}
