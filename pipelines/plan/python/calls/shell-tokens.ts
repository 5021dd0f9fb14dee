/** A piece of a script: a word without its quotes, what ends a command, or the end of a line. */
export interface Token {
  readonly kind: "word" | "operator" | "line";
  readonly text: string;
}

/** Stands for a word that only a program knows. It is not plain. */
export const unknownWord = "$";

/** Whether a word is what the program gets: nothing in it is filled in by a shell, a runner or a glob. */
export function isPlain(word: string): boolean {
  return !/[$`*?{}]/.test(word);
}

/**
 * Splits a script of a shell into words and operators in one pass, without its comments, and without files that take
 * its output. A quote without an end takes the rest of its line, and its word is not plain.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_03
 */
export function shellTokens(script: string): readonly Token[] {
  const tokens: Token[] = [];
  let word: string | undefined;
  let isTarget = false;
  const endWord = () => {
    if (word === undefined) return;
    if (!isTarget) tokens.push({ kind: "word", text: word });
    isTarget = false;
    word = undefined;
  };
  let at = 0;
  const found = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(script);
    if (match !== null) at += match[0].length;
    return match;
  };
  while (at < script.length) {
    const redirect = word === undefined ? found(output) : null;
    if (redirect !== null) {
      isTarget = redirect[1] === undefined;
      continue;
    }
    const operator = found(operators);
    if (operator !== null) {
      endWord();
      isTarget = false;
      tokens.push({ kind: operator[0] === "\n" ? "line" : "operator", text: operator[0] });
    } else if (found(blanks) !== null) {
      endWord();
    } else if (word === undefined && found(comment) !== null) {
      // Nothing of it counts.
    } else {
      const [text = "", double, single, open] = found(part) ?? [];
      const own = unescaped(double) ?? single ?? (open === undefined ? text : `${open}${unknownWord}`);
      word = `${word ?? ""}${own}`;
    }
  }
  endWord();
  return tokens;
}

/** Where output goes: to another stream, or to the file that follows. */
const output = /\d{0,3}>&([\d-])|(?:\d{0,3}>[>&|]?|&>>?)(?!\()/y;
const operators = /&&|\|\|?|;|&|\n/y;
const blanks = /[^\S\n]+/y;
const comment = /#[^\n]*/y;
/** Text in quotes, a quote without an end, what only a pipeline or a shell fills in, or other characters. */
const part =
  /"((?:\\[^\n]|[^"\\\n])*)"|'([^'\n]*)'|["']([^\n]*)|\$\{\{[^\n]{0,500}?\}\}|\\[^\n]|[^\s;|&"'\\$]+|[\s\S]/y;

/** The text between double quotes, where a backslash stands before some characters. */
function unescaped(text: string | undefined): string | undefined {
  return text?.replace(/\\(["\\$`])/g, "$1");
}
