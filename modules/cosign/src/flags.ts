import { codedError, shown } from "./errors.ts";
import type { Settings } from "./settings.ts";
import { keyPath, tokenPath } from "./tool.ts";

/** The place where cosign finds the key that signs. */
export function keyReference({ kms }: Settings): string {
  return kms === "" ? keyPath : kms;
}

// `cosign verify` talks HTTP with the second flag only; all other commands do with the first.
export function registryFlags({ plainHttp }: Settings): readonly string[] {
  return plainHttp ? ["--allow-http-registry", "--allow-insecure-registry"] : [];
}

/** The flags for `sign` and `attest`. */
export function signingFlags(settings: Settings): readonly string[] {
  const { rekor, token, fulcio, fulcioRoots, ctLogKey } = settings;
  const unlogged = fulcioRoots !== undefined && ctLogKey === undefined;
  const keyless = [
    `--identity-token=${tokenPath}`,
    `--fulcio-url=${fulcio}`,
    ...(unlogged ? ["--insecure-skip-verify"] : []),
  ];
  return [
    "--yes",
    ...registryFlags(settings),
    ...(rekor === "" ? ["--tlog-upload=false"] : ["--tlog-upload=true", `--rekor-url=${rekor}`]),
    ...(token === undefined ? [`--key=${keyReference(settings)}`] : keyless),
  ];
}

/** The flags that tell `verify` and `verify-attestation` what to trust. */
export function trustFlags(settings: Settings, keyless: boolean): readonly string[] {
  const { rekor, fulcioRoots, ctLogKey } = settings;
  const unlogged = keyless && fulcioRoots !== undefined && ctLogKey === undefined;
  return [
    ...registryFlags(settings),
    rekor === "" ? "--insecure-ignore-tlog=true" : `--rekor-url=${rekor}`,
    ...(unlogged ? ["--insecure-ignore-sct=true"] : []),
  ];
}

/** One KEY=VALUE as an argument, which cosign reads as a line of CSV. Fails with ARGUMENT_INVALID. */
export function annotationFlag(text: string): string {
  if (/^[^=\p{C}]+=\P{C}*$/u.test(text)) return `--annotations="${text.replaceAll('"', '""')}"`;
  throw codedError(
    "ARGUMENT_INVALID",
    `annotations: ${shown(text)} is not an annotation`,
    "Write it as KEY=VALUE, on one line.",
  );
}
