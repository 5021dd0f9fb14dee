type Code = "ARGUMENT_INVALID" | "REPORT_MALFORMED" | "SSH_UNSUPPORTED";

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
