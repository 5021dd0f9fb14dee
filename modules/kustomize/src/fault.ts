type Code =
  | "ARGUMENT_INVALID"
  | "BUMP_CHANGED_MORE"
  | "DIGEST_INVALID"
  | "DIGEST_PINNED"
  | "IMAGE_NAME_INVALID"
  | "IMAGE_NOT_FOUND"
  | "KUSTOMIZATION_INVALID"
  | "KUSTOMIZATION_NOT_FOUND"
  | "MANIFEST_INVALID"
  | "PATH_NOT_FOUND"
  | "PATH_OUTSIDE_SOURCE"
  | "REPORT_MALFORMED"
  | "REPORT_TOO_LARGE"
  | "TAG_INVALID"
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
  const short = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return JSON.stringify(short);
}

/** The end of what a tool printed, without a full stop: its last ten lines, 2,000 characters at most. */
export function lastLines(text: string): string {
  const lines = text.trim().split("\n").slice(-10).join("\n").slice(-2000);
  return lines.replace(/\.$/, "") || "it printed nothing";
}
