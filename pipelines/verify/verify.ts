import { dag, type File } from "@dagger.io/dagger";
import { cosignFrom } from "#modules/cosign/src/from-settings.ts";
import type { Cosign } from "#modules/cosign/src/index.ts";
import { registryFrom } from "#modules/registry/src/from-settings.ts";
import type { Tools } from "#pipelines/config/config.ts";
import { codeOf, type ErrorCode, SlipwayError } from "#pipelines/errors/errors.ts";
import { explain } from "#pipelines/errors/explain.ts";
import { vulnerabilityType } from "#pipelines/release/attest/vulnerability-report.ts";
import { type Authorities, withAuthorities } from "#pipelines/release/publish/authorities.ts";
import type { Access } from "#pipelines/release/request.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";
import type { EvidenceAnswer, ImageEvidence } from "./evidence.ts";
import { judgeImage } from "./judge.ts";
import { readPlatforms } from "./platforms.ts";
import { type Signer, signerName, type VerificationPolicy } from "./policy.ts";
import { type PolicyArguments, policyOf } from "./read-policy.ts";
import { readSignatures } from "./signature.ts";
import { readStatements } from "./statement.ts";

/**
 * The errors with which cosign looked and found nothing that verifies. Any other error means that it could not
 * look.
 */
const lacking: ReadonlySet<ErrorCode> = new Set([
  "ATTESTATION_INVALID",
  "ATTESTATION_MISSING",
  "SIGNATURE_INVALID",
  "SIGNATURE_MISSING",
]);

/** The requirements of a call for an image. */
export interface VerifyRequest extends PolicyArguments {
  /** NAME@DIGEST. */
  readonly image: string;
  readonly registryAccess: Access;
  /** Whether a key's signature must also be in a transparency log. A signature of an identity always must. */
  readonly log: boolean;
  readonly authorities: Authorities;
  /** Images that replace the pinned ones. */
  readonly tools?: Partial<Pick<Tools, "cosign" | "base" | "crane" | "curl">>;
}

/** The time limit for a registry, in seconds. */
const deadline = 120;

/**
 * Checks an image against the policy of a call.
 *
 * @throws ARGUMENT_INVALID, IMAGE_NOT_FOUND, the reason why the registry does not answer, and the errors of
 *   `verifyImage`.
 */
export async function verify(request: VerifyRequest): Promise<Verdict> {
  const { image, registryAccess: access, log, tools = {} } = request;
  const policy = await policyOf(request);
  const { username, password, ca, service } = access;
  const reached = { username, password, ca, service, deadline };
  const bare = cosignFrom({ image: tools.cosign, base: tools.base, ...reached });
  const cosign = withAuthorities(bare, request.authorities);
  const registry = registryFrom({ image: tools.crane, base: tools.curl, ...reached });
  const manifest = await registry.manifest(image);
  if (manifest === "") {
    throw new SlipwayError(
      "IMAGE_NOT_FOUND",
      `the registry has no ${image}`,
      "Push the image with that digest, or correct --image.",
    );
  }
  return verifyImage(cosignBy(cosign, log), image, policy, readPlatforms(manifest), new Date());
}

/**
 * Returns cosign with the right trust for a signer. A certificate needs a transparency log; a key needs one only if
 * the call asks for it.
 */
export function cosignBy(cosign: Cosign, log: boolean): (signer: Signer) => Cosign {
  const ofKeys = log ? cosign : cosign.withoutLog();
  return ({ kind }) => (kind === "key" ? ofKeys : cosign);
}

/**
 * Checks an image against a policy: fetches its signature and attestations, verified by cosign, and judges them.
 * Each call asks the registry again.
 *
 * @param cosign the module for a signer, with the registry, logs and authorities.
 * @param image NAME@DIGEST, which the registry has.
 * @param platforms the platforms of an index; empty for a single image.
 * @param now the time from which the age of the scan is counted.
 * @throws the faults of the image itself: DIGEST_INVALID, IMAGE_NAME_INVALID.
 */
export async function verifyImage(
  cosign: (signer: Signer) => Cosign,
  image: string,
  policy: VerificationPolicy,
  platforms: readonly string[],
  now: Date,
): Promise<Verdict> {
  return judgeImage(policy, { ...(await fetchEvidence(cosign, image, policy)), platforms }, now);
}

/**
 * Fetches signature and attestations side by side, but one signer after the other, because usually the first is
 * enough.
 */
async function fetchEvidence(
  cosign: (signer: Signer) => Cosign,
  image: string,
  policy: VerificationPolicy,
): Promise<Omit<ImageEvidence, "platforms">> {
  const digest = image.slice(image.indexOf("@") + 1);
  const types = new Set([...policy.attestations, ...(policy.scan === undefined ? [] : [vulnerabilityType])]);
  const signed = async (signer: Signer) => {
    const file = await cosign(signer).verify(image, ...by(signer), [], true, repositoryOf(signer));
    return readSignatures(await file.contents(), digest);
  };
  const attested = (type: string) => async (signer: Signer) => {
    const file = await cosign(signer).verifyAttestation(
      image,
      type,
      ...by(signer),
      true,
      repositoryOf(signer),
    );
    return readStatements(await file.contents(), type, digest);
  };
  const [signature, ...attestations] = await Promise.all([
    firstOf(policy.signers, signed),
    ...[...types].map(async (type) => [type, await allOf(policy.signers, attested(type))] as const),
  ]);
  return { signature, attestations: new Map(attestations) };
}

type By = readonly [publicKey: File | undefined, identity: string, pattern: string, issuer: string];

function by(signer: Signer): By {
  if (signer.kind === "key")
    return [dag.directory().withNewFile("key.pub", signer.publicKey).file("key.pub"), "", "", ""];
  if (signer.kind === "identity") return [undefined, signer.identity, "", signer.issuer];
  return [undefined, "", signer.pattern, signer.issuer];
}

function repositoryOf(signer: Signer): string | undefined {
  return signer.kind === "key" ? undefined : signer.workflowRepository;
}

/** The first signer's answer that exists; broken if none exists and one signer could not be checked. */
async function firstOf<Value>(
  signers: readonly Signer[],
  fetch: (signer: Signer) => Promise<Value>,
): Promise<EvidenceAnswer<Value>> {
  const missed: EvidenceAnswer<Value>[] = [];
  for (const signer of signers) {
    const answer = await answerOf(signer, fetch);
    if (answer.kind === "held") return answer;
    missed.push(answer);
  }
  return worst(missed);
}

/** The answers of all signers; broken if one signer could not be checked, because its answer may be the newest. */
async function allOf<Value>(
  signers: readonly Signer[],
  fetch: (signer: Signer) => Promise<readonly Value[]>,
): Promise<EvidenceAnswer<readonly Value[]>> {
  const answers: EvidenceAnswer<readonly Value[]>[] = [];
  for (const signer of signers) answers.push(await answerOf(signer, fetch));
  const found = answers.flatMap((answer) => (answer.kind === "held" ? [answer] : []));
  if (found.length === 0 || answers.some(({ kind }) => kind === "broken")) return worst(answers);
  return {
    kind: "held",
    signer: found.map(({ signer }) => signer).join(" and "),
    value: found.flatMap(({ value }) => value),
  };
}

async function answerOf<Value>(
  signer: Signer,
  fetch: (signer: Signer) => Promise<Value>,
): Promise<EvidenceAnswer<Value>> {
  try {
    return { kind: "held", signer: signerName(signer), value: await fetch(signer) };
  } catch (error) {
    const code = codeOf(error);
    if (code === "DIGEST_INVALID" || code === "IMAGE_NAME_INVALID") throw error;
    const reason = explain(error);
    return code !== undefined && lacking.has(code)
      ? { ...reason, kind: "lacking", code }
      : { ...reason, kind: "broken" };
  }
}

/**
 * The worst answer: one that could not be found out comes before one that does not exist. An invalid one comes
 * before a missing one.
 */
function worst<Value>(answers: readonly EvidenceAnswer<Value>[]): EvidenceAnswer<Value> {
  const weight = (answer: EvidenceAnswer<Value>) =>
    answer.kind === "broken" ? 2 : Number(answer.kind === "lacking" && answer.code.endsWith("_INVALID"));
  const [first] = [...answers].sort((one, other) => weight(other) - weight(one));
  return first ?? { kind: "broken", code: "ARGUMENT_INVALID", text: "the policy names no signer" };
}
