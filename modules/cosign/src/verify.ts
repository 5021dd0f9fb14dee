import type { File } from "@dagger.io/dagger";
import { codedError, words } from "./errors.ts";
import { checkPresence } from "./existing.ts";
import { annotationFlag } from "./flags.ts";
import { whose } from "./identity.ts";
import { typeUri } from "./predicate.ts";
import { parseReference } from "./reference.ts";
import { mayPass, type Ran, refusal } from "./refusal.ts";
import { output, run } from "./run.ts";
import type { Settings } from "./settings.ts";
import { toolFor } from "./tool.ts";

/** An image, and who must have signed it. */
export interface SignedBy {
  readonly image: string;
  readonly publicKey?: File;
  readonly identity: string;
  readonly identityPattern: string;
  readonly issuer: string;
  readonly present: boolean;
  readonly workflowRepository: string;
}

/** See `Cosign.verify`. */
export async function verifyImage(
  settings: Settings,
  request: SignedBy & { readonly annotations: readonly string[] },
): Promise<File> {
  const { image, annotations, present } = request;
  const reference = parseReference(image);
  const by = whose(settings, request);
  const flags = ["--output=json", ...annotations.map(annotationFlag), ...by.flags];
  const tool = by.with(await toolFor(settings, reference));
  const [ran] = await Promise.all([
    run(tool, ["verify", ...flags, reference.image], settings.deadline),
    present ? undefined : checkPresence(settings, reference),
  ]);
  if (ran.exitCode === 0) return output("verified.json", ran);
  if (mayPass(ran)) throw refusal("verifying", reference, ran);
  if (ran.exitCode === 10) throw missing("SIGNATURE_MISSING", "signature", image);
  if (ran.exitCode === 12 || ran.exitCode === 13) throw invalid("SIGNATURE_INVALID", "signature", image, ran);
  throw refusal("verifying", reference, ran);
}

/** See `Cosign.verifyAttestation`. */
export async function verifyAttestations(
  settings: Settings,
  request: SignedBy & { readonly predicateType: string },
): Promise<File> {
  const { image, predicateType, present } = request;
  const reference = parseReference(image);
  const uri = typeUri(predicateType);
  const by = whose(settings, request);
  const tool = by.with(await toolFor(settings, reference));
  const args = ["verify-attestation", `--type=${uri}`, "--output=json", ...by.flags, reference.image];
  const [ran] = await Promise.all([
    run(tool, args, settings.deadline),
    present ? undefined : checkPresence(settings, reference),
  ]);
  if (ran.exitCode === 0) return output("attestations.jsonl", ran);
  if (mayPass(ran)) throw refusal("verifying", reference, ran);
  const said = words(ran.stderr);
  const what = `attestation of the type ${uri}`;
  if (/^none of the attestations matched|^no matching attestations:$/.test(said)) {
    throw missing("ATTESTATION_MISSING", what, image);
  }
  if (/^no matching attestations/.test(said)) throw invalid("ATTESTATION_INVALID", what, image, ran);
  throw refusal("verifying", reference, ran);
}

function missing(code: "SIGNATURE_MISSING" | "ATTESTATION_MISSING", what: string, image: string): Error {
  return codedError(
    code,
    `${image} has no ${what}`,
    "Sign or attest the image by that digest, or copy it together with its signatures.",
  );
}

function invalid(
  code: "SIGNATURE_INVALID" | "ATTESTATION_INVALID",
  what: string,
  image: string,
  ran: Ran,
): Error {
  return codedError(
    code,
    `${image} has no ${what} that verifies: ${words(ran.stderr)}`,
    "Check the key, the identity and the log that the call names, or sign the image again.",
  );
}
