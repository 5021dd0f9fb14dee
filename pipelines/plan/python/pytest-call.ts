import { posix } from "node:path";
import { joinInside } from "#pipelines/text/path.ts";
import type { ToolCall } from "./calls/tool-call.ts";

/** An option of pytest: one word, or two if its value is empty. */
type Option = readonly string[];

/**
 * The options of pytest that decide which tests run, and how; only those that each call has. Paths are relative to the
 * service's folder.
 */
export function pytestOptionsOf(folder: string, calls: readonly ToolCall[]): readonly Option[] {
  const each = calls.map((call) => (call.tool === "pytest" && call.isKnown ? settled(folder, call) : []));
  const [first = [], ...others] = each;
  const isIn = (option: Option, all: readonly Option[]) =>
    all.some((one) => one.join("\0") === option.join("\0"));
  return first.filter((option) => others.every((other) => isIn(option, other)));
}

/** Whether an option leaves tests out. */
export const narrowing =
  /^(?:-[km].|--(?:ignore|ignore-glob|deselect)=|--(?:benchmark-(?:skip|only)|run-?.*only.*)$)/;

const letters: Readonly<Record<string, string>> = { "-W": "--pythonwarnings", "-k": "-k", "-m": "-m" };
const joins =
  /^--(?:ignore|ignore-glob|deselect|import-mode|asyncio-mode|doctest-glob|ds|dc|pythonwarnings)$/;
const ofPaths = /^--(?:ignore|ignore-glob|deselect)$/;
const alone = /^--(?:doctest-modules|benchmark-(?:skip|disable|only)|no-?migrations|run-?[\w-]+)$/;

/** Writes options with a value as one word each: `-mnot slow`, `--ignore=tests/e2e`. */
function settled(folder: string, { options, folder: from }: ToolCall): readonly Option[] {
  return options.flatMap((option, at): readonly Option[] => {
    const [name = "", ...values] = option.split("=");
    if (joins.test(name)) {
      const value = option.includes("=") ? values.join("=") : options[at + 1];
      const own = value === undefined || !ofPaths.test(name) ? value : placed(folder, from, value);
      return own === undefined ? [] : [[`${name}=${own}`]];
    }
    const letter = letters[option.slice(0, 2)];
    if (letter === undefined || option.startsWith("--")) return alone.test(option) ? [[option]] : [];
    const value = option.length > 2 ? option.slice(2) : options[at + 1];
    if (value === undefined) return [];
    if (letter.startsWith("--")) return [[`${letter}=${value}`]];
    return [value === "" ? [letter, ""] : [`${letter}${value}`]];
  });
}

/** A path of a call, relative to the service; undefined if it is out of the service. */
function placed(folder: string, from: string, value: string): string | undefined {
  const path = joinInside(from, value);
  const own = path === undefined ? undefined : posix.relative(folder, path);
  return own === undefined || own === "" || own.startsWith("..") ? undefined : own;
}
