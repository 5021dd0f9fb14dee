/**
 * An error whose message begins with its code and ends with the remedy, since only the message leaves a module.
 *
 * @param what what was found and where, without a full stop at its end
 * @param remedy what the reader can do about it, as a sentence
 */
export function fault(code: "ARGUMENT_INVALID", what: string, remedy: string): Error {
  return new Error(`${code}: ${what}. ${remedy}`);
}
