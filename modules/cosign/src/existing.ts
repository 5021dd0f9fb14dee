import { scryptSync } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { File } from "@dagger.io/dagger";
import { words } from "./errors.ts";
import { keyReference, registryFlags, trustFlags } from "./flags.ts";
import { predicatesIn } from "./predicate.ts";
import { checkStored, type Reference } from "./reference.ts";
import { mayPass, refusal } from "./refusal.ts";
import { type Finished, output, run } from "./run.ts";
import type { Settings } from "./settings.ts";
import { bareTool, publicKeyPath, signingTool, toolFor, withKey } from "./tool.ts";

/**
 * Checks that the registry has the image. cosign itself signs and attests an image that is not there, without an
 * error.
 *
 * @throws IMAGE_NOT_FOUND, or the error of the registry.
 */
export async function checkPresence(settings: Settings, reference: Reference): Promise<void> {
  const args = ["download", "signature", ...registryFlags(settings), reference.image];
  const ran = await run(await toolFor(settings, reference), args, settings.deadline);
  if (ran.exitCode === 0 || /: no signatures associated$/.test(words(ran.stderr))) return;
  throw refusal("looking up", reference, ran);
}

/**
 * Reads the public half of the key that signs, which also shows that the key opens. Returns undefined if the key
 * exists only for this call.
 *
 * @throws KEY_INVALID, PASSPHRASE_WRONG.
 */
export async function ownKey(settings: Settings, reference: Reference): Promise<File | undefined> {
  if (settings.token !== undefined) return undefined;
  const args = ["public-key", `--key=${keyReference(settings)}`];
  const ran =
    settings.kms === ""
      ? await run(withKey(settings, bareTool(settings)), args, settings.deadline, await contentOf(settings))
      : await run(await signingTool(settings, reference), args, settings.deadline);
  if (ran.exitCode !== 0) throw refusal("reading the key for", reference, ran);
  return ran.stdout;
}

/**
 * Stands for a key and its passphrase, and reveals neither. The engine knows a secret only by its name, which stays
 * the same when the key changes.
 */
async function contentOf({ key, passphrase }: Settings): Promise<string> {
  const [text = "", word = ""] = await Promise.all([key?.plaintext(), passphrase?.plaintext()]);
  return scryptSync(word, text, 32).toString("hex");
}

/**
 * Returns the key that may have made the existing signatures. Undefined if there is no signature, or if the key
 * exists only for this call. Checks that the image exists, unless the caller knows what the registry has.
 *
 * @param stored what the registry has under the tag, as for `Cosign.sign`
 * @throws DIGEST_INVALID, and what ownKey and checkPresence throw.
 */
export async function signerAt(
  settings: Settings,
  reference: Reference,
  stored: string,
): Promise<File | undefined> {
  checkStored(stored);
  if (stored === "none") return undefined;
  const [own] = await Promise.all([
    ownKey(settings, reference),
    stored === "" ? checkPresence(settings, reference) : undefined,
  ]);
  return own;
}

/**
 * No signature, or none that verifies. https://github.com/sigstore/cosign/blob/main/cmd/cosign/errors/exit_codes.go
 */
const notThere: ReadonlySet<number> = new Set([10, 12, 13]);

/** Says whether a signature by that key, with these annotations, exists and verifies. */
export async function signed(
  settings: Settings,
  reference: Reference,
  key: File,
  annotations: readonly string[],
  stored: string,
): Promise<boolean> {
  const tool = (await toolFor(settings, reference)).withMountedFile(publicKeyPath, key);
  const flags = [`--key=${publicKeyPath}`, "--output=json", ...annotations, ...trustFlags(settings, false)];
  const ran = await run(tool, ["verify", ...flags, reference.image], settings.deadline, stored);
  if (ran.exitCode === 0) return true;
  if (notThere.has(ran.exitCode) && !mayPass(ran)) return false;
  throw refusal("looking up", reference, ran);
}

/** The same for the key that signs, with a new look-up. False for a key that exists only for this call. */
export async function signedByOwn(
  settings: Settings,
  reference: Reference,
  annotations: readonly string[],
): Promise<boolean> {
  const key = await ownKey(settings, reference);
  return key !== undefined && signed(settings, reference, key, annotations, "");
}

/** Says whether this very predicate, attested by that key, exists and verifies. */
export async function attested(
  settings: Settings,
  reference: Reference,
  key: File,
  type: string,
  predicate: object,
  stored: string,
): Promise<boolean> {
  const tool = (await toolFor(settings, reference)).withMountedFile(publicKeyPath, key);
  const flags = [`--key=${publicKeyPath}`, `--type=${type}`, "--output=json", ...trustFlags(settings, false)];
  const args = ["verify-attestation", ...flags, reference.image];
  const ran: Finished = await run(tool, args, settings.deadline, stored);
  if (ran.exitCode !== 0) {
    if (
      !mayPass(ran) &&
      /^(?:none of the attestations matched|no matching attestations)/.test(words(ran.stderr))
    )
      return false;
    throw refusal("looking up", reference, ran);
  }
  const printed = await output("attestations.jsonl", ran);
  return predicatesIn(await printed.contents()).some((each) => isDeepStrictEqual(each, predicate));
}
