/**
 * An error whose message begins with its code and ends with the remedy, since only the message leaves a module.
 *
 * @param what what was found and where, without a full stop at its end
 * @param remedy what the reader can do about it, as a sentence
 */
export function fault(
  code: "PATH_OUTSIDE_SOURCE" | "PLUGIN_UNAVAILABLE",
  what: string,
  remedy: string,
): Error {
  return new Error(`${code}: ${what}. ${remedy}`);
}

/** Text from outside as one line of bounded length, with control characters escaped. */
export function shown(text: string, most: number = 80): string {
  const short = text.length > most ? `${text.slice(0, most)}…` : text;
  return JSON.stringify(short);
}
