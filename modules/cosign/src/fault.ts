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

/**
 * An error whose message begins with its code and ends with the remedy, since only the message leaves a module.
 *
 * @param what what was found and where, without a full stop at its end
 * @param remedy what the reader can do about it, as a sentence
 */
export function fault(code: Code, what: string, remedy: string): Error {
  return new Error(`${code}: ${what}. ${remedy}`);
}

/** Text from outside as one line of bounded length, with control characters escaped. */
export function shown(text: string): string {
  const short = text.length > 120 ? `${text.slice(0, 120)}…` : text;
  return JSON.stringify(short);
}

/** What cosign says went wrong, without its warnings and its repetition: 1,000 characters at most. */
export function words(stderr: string): string {
  const lines = stderr.trim().split("\n");
  const errors = lines.filter((line) => line.startsWith("Error: "));
  const text = (errors.length > 0 ? errors : lines.slice(-5)).join(" ").replace(/^Error: /, "");
  const printable = text
    // The query of an address may hold what lets others in.
    .replace(/\?[^\s"]*?(?=:?(?:[\s"]|$))/g, "?…")
    .replace(/\p{C}+/gu, " ")
    .slice(0, 1000)
    .trim();
  return printable.replace(/\.$/, "") || "it printed nothing";
}
