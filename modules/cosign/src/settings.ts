import type { File, Secret, Service } from "@dagger.io/dagger";
import { codedError, shown } from "./errors.ts";

/** Everything that is set before cosign runs. */
export interface Settings {
  readonly image: string;
  readonly base: string;
  readonly username: string;
  readonly password?: Secret;
  readonly ca?: File;
  readonly service?: Service;
  readonly plainHttp: boolean;
  readonly deadline: number;

  readonly key?: Secret;
  readonly passphrase?: Secret;
  /** Empty if no KMS is used. */
  readonly kms: string;
  readonly variables: readonly string[];
  readonly secrets: readonly Secret[];
  readonly token?: Secret;

  /** Empty if no log is used. */
  readonly rekor: string;
  readonly rekorKey?: File;
  readonly fulcio: string;
  readonly fulcioRoots?: File;
  readonly ctLogKey?: File;
}

/** Sigstore's own servers. */
export const publicGood = {
  fulcio: "https://fulcio.sigstore.dev",
  rekor: "https://rekor.sigstore.dev",
} as const;

/** Checks a server's address. Fails with ARGUMENT_INVALID. */
export function address(url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw codedError(
    "ARGUMENT_INVALID",
    `${shown(url)} is not the address of a server`,
    "Write https://HOST or http://HOST:PORT.",
  );
}

/** Checks a reference to a key in a KMS. Fails with ARGUMENT_INVALID. */
export function kmsReference(reference: string): string {
  if (/^(?:awskms|azurekms|gcpkms|hashivault):\/\/[\x21-\x7e]+$/.test(reference)) return reference;
  throw codedError(
    "ARGUMENT_INVALID",
    `${shown(reference)} is not a KMS reference`,
    "Write awskms://…, azurekms://…, gcpkms://… or hashivault://….",
  );
}

/** Checks that each secret has a variable with a valid name. Fails with ARGUMENT_INVALID. */
export function checkVariables(variables: readonly string[], secrets: readonly Secret[]): void {
  if (variables.length === secrets.length && variables.every((name) => /^[A-Z_][A-Z0-9_]*$/.test(name)))
    return;
  throw codedError(
    "ARGUMENT_INVALID",
    `with-kms got ${variables.length} variables and ${secrets.length} secrets, or a variable that is not in capitals`,
    "Pass one name in --variables for each of --secrets, in capitals, as in VAULT_TOKEN.",
  );
}

/** Checks that a signer is set and can sign. Fails with ARGUMENT_INVALID. */
export function checkSigner({ key, kms, token, rekor }: Settings): void {
  if (key === undefined && kms === "" && token === undefined) {
    throw codedError("ARGUMENT_INVALID", "no signer is set", "Call with-key, with-kms or with-token first.");
  }
  if (token !== undefined && rekor === "") throw keylessWithoutLog();
}

/** The error for keyless signing without a log. */
export function keylessWithoutLog(): Error {
  return codedError(
    "ARGUMENT_INVALID",
    "keyless signing needs a transparency log: the certificate is valid for minutes, and only the log proves the time",
    "Do not call without-log, or sign with a key: with-key or with-kms.",
  );
}
