import { posix } from "node:path";
import { areConditional, type Part } from "./control-flow.ts";
import { fillIn } from "./fill-in.ts";
import { isPlain, shellTokens, type Token, unknownWord } from "./shell-tokens.ts";

/** One command of a script. */
export interface Command {
  /** Its words without their quotes. What only the shell can fill in stays as it is written. */
  readonly words: readonly string[];
  /** The folder to which `cd` has led before it, relative to that of the script; absent: the script's own. */
  readonly folder?: string;
  /** Whether the script goes on when it fails. */
  readonly isIgnored: boolean;
  /** Whether that may be a mistake: another command takes its output, or it runs beside others. */
  readonly isUnclear?: boolean;
  /** Whether it gets the output of another command. */
  readonly hasInput?: boolean;
  /** Whether the script may leave it out. */
  readonly isConditional?: boolean;
}

/** How a script runs. */
interface Shell {
  /** Whether each line has a shell of its own, so that `cd` ends with it. */
  readonly areLinesAlone?: boolean;
  /** Whether a command fails too if another one takes its output. */
  readonly hasPipefail?: boolean;
}

/** The longest script, line and folder that are read, in characters. */
const longest = { script: 100_000, line: 10_000, folder: 1000 };

/**
 * Splits a script of a shell into its commands, as far as that can be done without running it. Variables that the
 * script sets to plain text are filled in. Text beyond the limits is one word that is not plain.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
 */
export function commandsIn(
  script: string,
  { areLinesAlone = false, hasPipefail = false }: Shell = {},
): readonly Command[] {
  const whole = script.slice(0, longest.script).replace(/\\\r?\n/g, " ");
  const text = filledIn(whole.replace(/`which ([\w.-]+)`|\$\(which ([\w.-]+)\)/g, "$1$2"));
  const lines = text.slice(0, longest.script).split(/\r?\n/);
  const short = lines.map((line) => line.slice(0, longest.line));
  const isStrict = hasPipefail || /\bset -[^\n]{0,40}\bpipefail\b/.test(text);
  const commands = areLinesAlone
    ? short.flatMap((line) => inFolders(commandsOf(line, isStrict)))
    : inFolders(commandsOf(short.join("\n"), isStrict));
  const rest = [
    ...lines.map((line) => line.slice(longest.line)),
    text.slice(longest.script),
    script.slice(longest.script),
  ].filter((each) => each !== "");
  return rest.length === 0 ? commands : [...commands, unreadCommand(rest.join(" "))];
}

/** A command that is too long to be read. */
export function unreadCommand(text: string): Command {
  return { words: [`${unknownWord}${text}${unknownWord}`], isIgnored: false };
}

/** A command as a part of another one, or of a step of a job, that may be ignored or left out. */
export function within(
  command: Command,
  { isIgnored, isUnclear = false, isConditional = false }: Omit<Command, "words">,
): Command {
  const { isUnclear: isOwnUnclear = false, isConditional: isOwn = false } = command;
  return {
    ...command,
    isIgnored: isIgnored || command.isIgnored,
    isUnclear: isIgnored ? isUnclear && (isOwnUnclear || !command.isIgnored) : isOwnUnclear,
    isConditional: isConditional || isOwn,
  };
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
    const bare = last.replace(/(?<!\))\)+$/, "");
    const closed = bare.includes("(") ? 0 : last.length - bare.length;
    const isInside = outside.length > 0 && closed > 0;
    if (isInside) words.splice(-1, 1, ...(bare === "" ? [] : [bare]));
    const [name = "", to] = words;
    const isMove = name.replace(/^@/, "") === "cd" && to !== undefined && isPlain(to);
    if (isMove && folder.length + to.length < longest.folder) folder = posix.join(folder, to);
    const here = folder;
    if (isInside) folder = outside.splice(-Math.min(closed, outside.length))[0] ?? folder;
    return { ...command, words, ...(here !== "." && { folder: here }) };
  });
}

function commandsOf(script: string, hasPipefail: boolean): readonly Command[] {
  const parts: Part[] = [];
  let words: string[] = [];
  for (const { kind, text } of [...shellTokens(script), end]) {
    if (kind === "word") {
      words.push(text);
      continue;
    }
    if (words.length > 0) parts.push({ words, end: text });
    words = [];
  }
  const areOptional = areConditional(parts);
  return parts.map(({ words, end }, at) => {
    const isUnclear = (end === "|" && !hasPipefail) || end === "&";
    return {
      // `if …; then COMMAND; fi`
      words: words.length > 1 && /^(?:then|do|else)$/.test(words[0] ?? "") ? words.slice(1) : words,
      isIgnored: isUnclear || end === "||",
      ...(isUnclear && { isUnclear }),
      ...(parts[at - 1]?.end === "|" && { hasInput: true }),
      ...(areOptional[at] === true && { isConditional: true }),
    };
  });
}

const end: Token = { kind: "line", text: "\n" };

const assignment =
  /^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*[:?]?=[ \t]*(["']?)([^"'$`(){}\s](?:[^"'$`(){}\n]{0,200}[^"'$`(){}\s])?|)\2[ \t]*$/gm;

/** Puts the values of variables in their places. Of several values, the first counts. */
export function filledIn(text: string): string {
  const values = new Map<string, string>();
  for (const [, name = "", , value = ""] of text.matchAll(assignment)) {
    if (!values.has(name)) values.set(name, value);
  }
  if (values.size === 0) return text;
  const reference = /\$(?:\{(\w+)\}|\((\w+)\)|(\w+))|\{\{\s{0,20}(\w+)\s{0,20}\}\}/g;
  return fillIn(text, reference, (name) => values.get(name));
}
