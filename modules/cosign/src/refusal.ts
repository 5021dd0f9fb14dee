import { codedError, words } from "./errors.ts";
import type { Reference } from "./reference.ts";

/** What cosign left. */
export interface Ran {
  readonly exitCode: number;
  readonly stderr: string;
}

const denied = /\b(?:UNAUTHORIZED|DENIED|401 Unauthorized|403 Forbidden)\b/;
const passing =
  /status(?: code)?:? (?:408|429|5\d\d)\b|\]\[(?:429|5\d\d)\]|\b(?:429 Too Many Requests|50[0234] [A-Z])|TOOMANYREQUESTS|MANIFEST_BLOB_UNKNOWN|connection re(?:set|fused)|i\/o timeout|unexpected EOF|: EOF\b|broken pipe|TLS handshake timeout|server closed idle connection|stream error|http2: |use of closed network connection|context deadline exceeded|Client\.Timeout exceeded/;
const unreachable = /no such host|no route to host|network is unreachable/;
const untrusted = /x509: |tls: /;

/** Whether what cosign failed with may pass by itself: 429, 5xx, a cut or refused connection; never a refusal. */
export function mayPass({ exitCode, stderr }: Ran): boolean {
  return exitCode !== 0 && !denied.test(stderr) && passing.test(words(stderr));
}

/**
 * The error for a run of cosign that failed for another reason than what it was asked about: the registry, the
 * servers, the key.
 *
 * @param doing what cosign was to do, e.g. signing
 */
export function refusal(
  doing: string,
  { name, image, registry }: Reference,
  { exitCode, stderr }: Ran,
): Error {
  const said = words(stderr);
  const failed = `cosign failed at ${doing} ${image}: ${said}`;
  if (/decrypt: encrypted: decryption failed|decryption failed/.test(said)) {
    return codedError(
      "PASSPHRASE_WRONG",
      `The key does not open with the passphrase for ${doing} ${image}`,
      "Give the passphrase that the key was made with.",
    );
  }
  if (
    /reading key: |loading public key: |invalid pem block|PEM decoding failed|unsupported pem type/.test(said)
  ) {
    return codedError(
      "KEY_INVALID",
      failed,
      "Give a key that `cosign generate-key-pair` or `cosign import-key-pair` wrote, or a KMS reference that exists.",
    );
  }
  if (
    /getting key from Fulcio|getting Fulcio signer|retrieving cert|error getting id token|retrieving ID token/i.test(
      said,
    ) &&
    !passing.test(said)
  ) {
    return codedError(
      "IDENTITY_REFUSED",
      failed,
      "Give a fresh OIDC token for the audience sigstore, from an issuer that Fulcio trusts.",
    );
  }
  if (/entity not found in registry|MANIFEST_UNKNOWN|NAME_UNKNOWN/.test(said)) {
    return codedError(
      "IMAGE_NOT_FOUND",
      `The registry has no ${image}`,
      "Push the image by that digest first.",
    );
  }
  if (denied.test(said)) {
    return codedError(
      "REGISTRY_DENIED",
      `${registry} does not let this user do ${doing} ${image}: ${said}`,
      `Give a username and password that may write to ${name}.`,
    );
  }
  if (untrusted.test(said)) {
    return codedError(
      "REGISTRY_UNTRUSTED",
      failed,
      "Give the CA that signed the server's certificate, unexpired, as ca.",
    );
  }
  if (passing.test(said) || unreachable.test(said)) {
    return codedError(
      "REGISTRY_UNREACHABLE",
      failed,
      "See that the server is up and reachable from the engine, and run this again.",
    );
  }
  return codedError("TOOL_FAILED", `${failed} (exit code ${exitCode})`, "See cosign's own words.");
}
