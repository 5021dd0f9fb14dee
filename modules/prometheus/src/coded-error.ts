// Copied from ci/scripts/copied/coded-error.ts by `npm run generate`: change it there.
/** An error in its parts. Its message contains all of them, because only the message leaves a module. */
export class CodedError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly what: string;
  readonly remedy: string;

  constructor(code: Code, what: string, remedy: string) {
    super(`${code}: ${what}. ${remedy}`);
    this.code = code;
    this.what = what;
    this.remedy = remedy;
  }
}

/**
 * Makes an error whose message begins with its code and ends with the remedy.
 *
 * @param code the kind of error
 * @param what the thing, its value and its place, without a full stop at its end
 * @param remedy a command or a setting that solves it, as a sentence
 */
export function errorOf<Code extends string>(code: Code, what: string, remedy: string): CodedError<Code> {
  return new CodedError(code, what, remedy);
}

/** What JSON leaves as it is, and a terminal obeys: further control characters, and marks of direction. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Puts text from outside on one line, with control characters escaped.
 *
 * @param most the most characters; default: 120
 */
export function shown(text: string, most: number = 120): string {
  const short = text.length > most ? `${text.slice(0, most)}…` : text;
  return JSON.stringify(short).replace(
    unseen,
    (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * Returns the end of the output of a server or a tool, without a full stop: its last ten lines, 2,000 characters at
 * most. Removes control characters, because they must not steer the reader's terminal.
 */
export function lastLines(text: string): string {
  const lines = text.trim().split("\n").slice(-10).join("\n").slice(-2000);
  return lines.replace(/(?!\n)\p{Cc}/gu, " ").replace(/\.$/, "") || "it printed nothing";
}
