// Copied from ci/scripts/copied/coded-error.ts by `npm run generate`: change it there.
/** An error in its parts. Its message has all of them, since only the message leaves a module. */
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
 * @param code what kind of error
 * @param what what was found and where, without a full stop at its end
 * @param remedy what the reader can do about it, as a sentence
 */
export function errorOf<Code extends string>(code: Code, what: string, remedy: string): CodedError<Code> {
  return new CodedError(code, what, remedy);
}

/**
 * Text from outside as one line, with control characters escaped.
 *
 * @param most so many characters at most; 120 by default
 */
export function shown(text: string, most: number = 120): string {
  const short = text.length > most ? `${text.slice(0, most)}…` : text;
  return JSON.stringify(short);
}

/**
 * The end of what a server or a tool printed, without a full stop: its last ten lines, 2,000 characters at most. Control
 * characters are taken out: they must not steer the terminal that they are shown on.
 */
export function lastLines(text: string): string {
  const lines = text.trim().split("\n").slice(-10).join("\n").slice(-2000);
  return lines.replace(/(?!\n)\p{Cc}/gu, " ").replace(/\.$/, "") || "it printed nothing";
}
