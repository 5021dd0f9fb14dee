type Code =
  | "ARGUMENT_INVALID"
  | "BRANCH_NOT_FOUND"
  | "BRANCH_PROTECTED"
  | "HOST_UNTRUSTED"
  | "PUSH_REFUSED"
  | "PUSH_TIMED_OUT"
  | "REPOSITORY_DENIED"
  | "REPOSITORY_EMPTY"
  | "REPOSITORY_NOT_FOUND"
  | "REPOSITORY_UNREACHABLE"
  | "SIGNING_FAILED"
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

/** The end of what a server or a tool printed, without a full stop: its last ten lines, 2,000 characters at most. */
export function lastLines(text: string): string {
  const lines = text.trim().split("\n").slice(-10).join("\n").slice(-2000);
  // A server's words must not steer the terminal that they are shown on.
  return lines.replace(/(?!\n)\p{Cc}/gu, " ").replace(/\.$/, "") || "it printed nothing";
}
