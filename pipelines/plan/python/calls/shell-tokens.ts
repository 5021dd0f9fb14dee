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
 * its output. A here-document is one word of its command that is not plain. So is the rest of a line behind a quote
 * without an end.
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
  /** Where the line behind here-documents begins. */
  let behind: number | undefined;
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
    const opened = found(hereDocument);
    if (opened !== null) {
      endWord();
      const [, tab = "", , name = ""] = opened;
      const begin = behind ?? lineAfter(script, at);
      const { body, next } = bodyOf(script, begin, name, tab !== "");
      tokens.push({ kind: "word", text: `<<${body}${unknownWord}` });
      behind = next;
      continue;
    }
    if (word === undefined && found(input) !== null) {
      word = `<${unknownWord}`;
      continue;
    }
    const operator = found(operators);
    if (operator !== null) {
      endWord();
      isTarget = false;
      const isLine = operator[0] === "\n";
      tokens.push({ kind: isLine ? "line" : "operator", text: operator[0] });
      if (isLine && behind !== undefined) at = behind;
      if (isLine) behind = undefined;
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
/** Where input comes from: what follows is one word with it, which is not plain. */
const input = /<{1,3}(?!\()[ \t]*/y;
const hereDocument = /(?<!<)<<(-?)[ \t]{0,20}(["']?)([A-Za-z_][\w.]{0,100})\2/y;
const operators = /&&|\|\|?|;|&|\n/y;
const blanks = /[^\S\n]+/y;
const comment = /#[^\n]*/y;
/** The most of a script that is looked at for the end of a quote is a few thousand characters. */
const doubleQuoted = /"((?:\\[\s\S]|[^"\\]){0,5000})"/;
const singleQuoted = /'([^']{0,5000})'/;
const openQuote = /["']([^\n]*)/;
/** What only a pipeline or a shell fills in. */
const filledLater =
  /\$\{\{[^\n]{0,500}?\}\}|\$\(\([^()\n]{0,200}\)\)|\$\((?:[^()\n"']|"[^"\n]*"|'[^'\n]*'|\([^()\n]*\)){0,300}\)|`[^`\n]{0,500}`/;
const other = /\\[^\n]|[^\s;|&"'\\$`<]+|[\s\S]/;
const part = new RegExp(
  [doubleQuoted, singleQuoted, openQuote, filledLater, other].map(({ source }) => source).join("|"),
  "y",
);

function lineAfter(script: string, at: number): number {
  const end = script.indexOf("\n", at);
  return end < 0 ? script.length : end + 1;
}

/** The text of a here-document, up to the line with its name or the end of the script. */
function bodyOf(script: string, begin: number, name: string, isIndented: boolean) {
  for (let at = begin; at < script.length; ) {
    const next = lineAfter(script, at);
    const line = script.slice(at, next).replace(/\r?\n$/, "");
    if ((isIndented ? line.trim() : line) === name) return { body: script.slice(begin, at), next };
    at = next;
  }
  return { body: script.slice(begin), next: script.length };
}

/** The text between double quotes, where a backslash stands before some characters. */
function unescaped(text: string | undefined): string | undefined {
  return text?.replace(/\\(["\\$`])/g, "$1");
}
