import type { File, Secret, Service } from "@dagger.io/dagger";
import { codedError, shown } from "./errors.ts";

/** All that is set before cosign is asked to do something. */
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
  /** Empty for none. */
  readonly kms: string;
  readonly variables: readonly string[];
  readonly secrets: readonly Secret[];
  readonly token?: Secret;

  /** Empty for no log. */
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
    `${shown(url)} is no server's address`,
    "Give https://HOST or http://HOST:PORT.",
  );
}

/** Checks a reference to a key in a KMS. Fails with ARGUMENT_INVALID. */
export function kmsReference(reference: string): string {
  if (/^(?:awskms|azurekms|gcpkms|hashivault):\/\/[\x21-\x7e]+$/.test(reference)) return reference;
  throw codedError(
    "ARGUMENT_INVALID",
    `${shown(reference)} is no KMS reference`,
    "Give awskms://…, azurekms://…, gcpkms://… or hashivault://….",
  );
}

/** Checks that each secret has its variable. Fails with ARGUMENT_INVALID. */
export function checkVariables(variables: readonly string[], secrets: readonly Secret[]): void {
  if (variables.length === secrets.length && variables.every((name) => /^[A-Z_][A-Z0-9_]*$/.test(name)))
    return;
  throw codedError(
    "ARGUMENT_INVALID",
    `${variables.length} variables and ${secrets.length} secrets are given for the KMS`,
    "Give each secret its variable, in capitals.",
  );
}

/** Checks that somebody is to sign, and can. Fails with ARGUMENT_INVALID. */
export function checkSigner({ key, kms, token, rekor }: Settings): void {
  if (key === undefined && kms === "" && token === undefined) {
    throw codedError("ARGUMENT_INVALID", "Nobody is to sign", "Call with-key, with-kms or with-token first.");
  }
  if (token !== undefined && rekor === "") throw keylessWithoutLog();
}

/** The error of keyless without a log. */
export function keylessWithoutLog(): Error {
  return codedError(
    "ARGUMENT_INVALID",
    "A keyless signature needs a transparency log: its certificate is valid for minutes, and only the log says that it was then",
    "Name the log, or sign by a key.",
  );
}
