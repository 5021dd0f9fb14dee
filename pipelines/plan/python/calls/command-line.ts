import { posix } from "node:path";

/** One command of a script. */
export interface Command {
  /** Its words without their quotes. What only the shell can fill in stays as it is written. */
  readonly words: readonly string[];
  /** The folder to which `cd` has led before it, relative to that of the script; absent: the script's own. */
  readonly folder?: string;
  /** Whether the script goes on when it fails. */
  readonly isIgnored: boolean;
}

/** The longest script that is read, in characters. */
const longest = 100_000;

/**
 * Splits a script of a shell into its commands, as far as that can be done without running it. Variables that the
 * script sets to plain text are filled in.
 *
 * @param areLinesAlone whether each line has a shell of its own, so that `cd` ends with it.
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
 */
export function commandsIn(script: string, areLinesAlone = false): readonly Command[] {
  const whole = script.slice(0, longest).replace(/\\\r?\n/g, " ");
  const text = filledIn(whole.replace(/`which ([\w.-]+)`|\$\(which ([\w.-]+)\)/g, "$1$2"));
  const lines = text.split(/\r?\n/).map(commandsOfLine);
  return areLinesAlone ? lines.flatMap(inFolders) : inFolders(lines.flat());
}

/** Follows `cd` from command to command; that of a subshell ends with it. */
function inFolders(commands: readonly Command[]): readonly Command[] {
  let folder = ".";
  const outside: string[] = [];
  return commands.map((command) => {
    const words = [...command.words];
    for (; words[0]?.startsWith("("); words[0] = words[0].slice(1)) outside.push(folder);
    if (words[0] === "") words.shift();
    const last = words.at(-1) ?? "";
    const bare = last.replace(/\)+$/, "");
    const closed = bare.includes("(") ? 0 : last.length - bare.length;
    const isInside = outside.length > 0 && closed > 0;
    if (isInside) words.splice(-1, 1, ...(bare === "" ? [] : [bare]));
    const [name = "", to] = words;
    if (name.replace(/^@/, "") === "cd" && to !== undefined && isPlain(to)) folder = posix.join(folder, to);
    const here = folder;
    if (isInside) folder = outside.splice(-Math.min(closed, outside.length))[0] ?? folder;
    return { ...command, words, ...(here !== "." && { folder: here }) };
  });
}

/** Stands for a word that only a program knows. It is not plain. */
export const unknownWord = "$";

/** Whether a word is what the program gets: nothing in it is filled in by a shell, a runner or a glob. */
export function isPlain(word: string): boolean {
  return !/[$`*?{}]/.test(word);
}

/** What ends a command, and whether the script then goes on when it fails. */
const ends: ReadonlyMap<string, boolean> = new Map([
  [";", false],
  ["&&", false],
  ["||", true],
  ["|", true],
  ["&", true],
]);

function commandsOfLine(line: string): readonly Command[] {
  const commands: Command[] = [];
  let words: string[] = [];
  for (const token of [...tokensOf(line), ";"]) {
    if (!ends.has(token)) {
      words.push(token.replace(quotedText, (_, double?: string, single = "") => unescaped(double) ?? single));
      continue;
    }
    if (words.length > 0) commands.push({ words, isIgnored: ends.get(token) === true });
    words = [];
  }
  return commands;
}

const quotedText = /"((?:\\.|[^"\\])*)"|'([^']*)'/g;

/** The text between double quotes, where a backslash stands before some characters. */
function unescaped(text: string | undefined): string | undefined {
  return text?.replace(/\\(["\\$`])/g, "$1");
}

/** The words and operators of a line, up to a comment. */
function tokensOf(line: string): readonly string[] {
  const tokens = line.match(/&&|\|\||[;|&]|(?:"(?:\\.|[^"\\])*"|'[^']*'|[^\s;|&"'])+/g) ?? [];
  const comment = tokens.findIndex((token) => token.startsWith("#"));
  return comment < 0 ? tokens : tokens.slice(0, comment);
}

const assignment =
  /^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*[:?]?=[ \t]*(["']?)([^"'$`(){}\s](?:[^"'$`(){}\n]{0,200}[^"'$`(){}\s])?|)\2[ \t]*$/gm;

/** Puts the values of variables in their places. Of several values, the first counts. */
function filledIn(text: string): string {
  const values = new Map<string, string>();
  for (const [, name = "", , value = ""] of text.matchAll(assignment)) {
    if (!values.has(name)) values.set(name, value);
  }
  if (values.size === 0) return text;
  return text.replace(
    /\$(?:\{(\w+)\}|\((\w+)\)|(\w+))|\{\{\s*(\w+)\s*\}\}/g,
    (whole, inBraces?: string, inBrackets?: string, bare?: string, ofJust?: string) =>
      values.get(inBraces ?? inBrackets ?? bare ?? ofJust ?? "") ?? whole,
  );
}
