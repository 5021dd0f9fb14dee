import { codedError, words } from "./errors.ts";
import type { Reference } from "./reference.ts";

/** The result of a run of cosign. */
export interface Ran {
  readonly exitCode: number;
  readonly stderr: string;
}

const denied = /\b(?:UNAUTHORIZED|DENIED|401 Unauthorized|403 Forbidden)\b/;
const passing =
  /status(?: code)?:? (?:408|429|5\d\d)\b|\]\[(?:429|5\d\d)\]|\b(?:429 Too Many Requests|50[0234] [A-Z])|TOOMANYREQUESTS|MANIFEST_BLOB_UNKNOWN|connection re(?:set|fused)|i\/o timeout|unexpected EOF|: EOF\b|broken pipe|TLS handshake timeout|server closed idle connection|stream error|http2: |use of closed network connection|context deadline exceeded|Client\.Timeout exceeded/;
const unreachable = /no such host|no route to host|network is unreachable/;
const untrusted = /x509: |tls: /;

/**
 * Says whether cosign may succeed at another attempt: after 429, 5xx, a cut or refused connection; never after a
 * refusal.
 */
export function mayPass({ exitCode, stderr }: Ran): boolean {
  return exitCode !== 0 && !denied.test(stderr) && passing.test(words(stderr));
}

/**
 * The error for a run of cosign that failed because of the registry, the servers or the key. The answer to its
 * question is not a failure.
 *
 * @param doing what cosign had to do, e.g. signing
 */
export function refusal(
  doing: string,
  { name, image, registry }: Reference,
  { exitCode, stderr }: Ran,
): Error {
  const said = words(stderr);
  const failed = `cosign failed while ${doing} ${image}: ${said}`;
  if (/decrypt: encrypted: decryption failed|decryption failed/.test(said)) {
    return codedError(
      "PASSPHRASE_WRONG",
      `the passphrase does not open the key, while ${doing} ${image}`,
      "Pass the key's own passphrase: with-key --passphrase, of a release --signing-password.",
    );
  }
  if (
    /reading key: |loading public key: |invalid pem block|PEM decoding failed|unsupported pem type/.test(said)
  ) {
    return codedError(
      "KEY_INVALID",
      failed,
      "Pass a key that `cosign generate-key-pair` or `cosign import-key-pair` wrote, or a KMS reference that exists.",
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
      "Pass a fresh OIDC token for the audience sigstore, from an issuer that Fulcio trusts.",
    );
  }
  if (/entity not found in registry|MANIFEST_UNKNOWN|NAME_UNKNOWN/.test(said)) {
    return codedError(
      "IMAGE_NOT_FOUND",
      `${image}: no such image in the registry`,
      "Push the image by that digest first.",
    );
  }
  if (denied.test(said)) {
    return codedError(
      "REGISTRY_DENIED",
      `${registry} denied access while ${doing} ${image}: ${said}`,
      `Pass a --username and a --password (of a release: --registry-…) that may read and write ${name}.`,
    );
  }
  if (untrusted.test(said)) {
    return codedError(
      "REGISTRY_UNTRUSTED",
      failed,
      "Pass the CA of the server's certificate as --ca (of a release: --registry-ca). Renew the certificate if it has expired.",
    );
  }
  if (passing.test(said) || unreachable.test(said)) {
    return codedError(
      "REGISTRY_UNREACHABLE",
      failed,
      "Check that the server runs and that the engine can reach it, then run the call again.",
    );
  }
  return codedError(
    "TOOL_FAILED",
    `${failed} (exit code ${exitCode})`,
    "Correct the cause that cosign names, then run the call again.",
  );
}
