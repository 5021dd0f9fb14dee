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
 * Checks that the registry has the image: cosign signs and attests what is not there without a word.
 *
 * @throws IMAGE_NOT_FOUND, or why the registry cannot be asked.
 */
export async function checkPresence(settings: Settings, reference: Reference): Promise<void> {
  const args = ["download", "signature", ...registryFlags(settings), reference.image];
  const ran = await run(await toolFor(settings, reference), args, settings.deadline);
  if (ran.exitCode === 0 || /: no signatures associated$/.test(words(ran.stderr))) return;
  throw refusal("looking up", reference, ran);
}

/**
 * Reads the public half of the key that signs, which shows that the key opens. Undefined where it lives for one call.
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

/** Stands for a key and what opens it, and tells nothing of them: the engine knows a secret by its name alone, which stays. */
async function contentOf({ key, passphrase }: Settings): Promise<string> {
  const [text = "", word = ""] = await Promise.all([key?.plaintext(), passphrase?.plaintext()]);
  return scryptSync(word, text, 32).toString("hex");
}

/**
 * The key that what is there may be by; undefined where nothing is, or it lived for one call. Looks whether the image is there
 * where nobody has.
 *
 * @param stored what the registry has under the tag, as `Cosign.sign` takes it
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

/** No signature, or none that verifies. https://github.com/sigstore/cosign/blob/main/cmd/cosign/errors/exit_codes.go */
const notThere: ReadonlySet<number> = new Set([10, 12, 13]);

/** Whether a signature by that key, with these annotations, is there and verifies. */
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

/** The same of the key that signs, looked up now; no for one that lives for one call. */
export async function signedByOwn(
  settings: Settings,
  reference: Reference,
  annotations: readonly string[],
): Promise<boolean> {
  const key = await ownKey(settings, reference);
  return key !== undefined && signed(settings, reference, key, annotations, "");
}

/** Whether that very predicate, attested by that key, is there and verifies. */
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
