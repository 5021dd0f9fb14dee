import { errorOf } from "./coded-error.ts";

export { shown } from "./coded-error.ts";

type Code =
  | "ARGUMENT_INVALID"
  | "ATTESTATION_INVALID"
  | "ATTESTATION_MISSING"
  | "DIGEST_INVALID"
  | "IDENTITY_REFUSED"
  | "IMAGE_NAME_INVALID"
  | "IMAGE_NOT_FOUND"
  | "KEY_INVALID"
  | "PASSPHRASE_WRONG"
  | "PREDICATE_INVALID"
  | "REGISTRY_DENIED"
  | "REGISTRY_UNREACHABLE"
  | "REGISTRY_UNTRUSTED"
  | "REPORT_TOO_LARGE"
  | "SIGNATURE_INVALID"
  | "SIGNATURE_MISSING"
  | "TOOL_FAILED";

/** Makes an error of this module. */
export const codedError = errorOf<Code>;

/** The error in cosign's output, without its warnings and repetitions: 1,000 characters at most. */
export function words(stderr: string): string {
  const lines = stderr.trim().split("\n");
  const errors = lines.filter((line) => line.startsWith("Error: "));
  const text = (errors.length > 0 ? errors : lines.slice(-5)).join(" ").replace(/^Error: /, "");
  const printable = text
    // The query of an address may contain a credential.
    .replace(/\?[^\s"]*?(?=:?(?:[\s"]|$))/g, "?…")
    .replace(/\p{C}+/gu, " ")
    .slice(0, 1000)
    .trim();
  return printable.replace(/\.$/, "") || "it printed nothing";
}
