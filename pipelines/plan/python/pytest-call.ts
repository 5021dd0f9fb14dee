import type { ToolCall } from "./calls/tool-call.ts";

/** The options of pytest that decide which tests run, and how; only those that each call has. */
export function pytestOptionsOf(calls: readonly ToolCall[]): readonly string[] {
  const each = calls.map(({ tool, options, isKnown }) =>
    tool === "pytest" && isKnown ? settled(options) : [],
  );
  const [first = [], ...others] = each;
  return first.filter((option) => others.every((other) => other.includes(option)));
}

const letters: Readonly<Record<string, string>> = { "-W": "--pythonwarnings", "-k": "-k", "-m": "-m" };
const joins =
  /^--(?:ignore|ignore-glob|deselect|import-mode|asyncio-mode|doctest-glob|ds|dc|pythonwarnings)$/;
/** Whether an option leaves tests out. */
export const narrowing = /^(?:-[km]|--(?:ignore|ignore-glob|deselect)=|--benchmark-(?:skip|only)$)/;
const alone = /^--(?:doctest-modules|benchmark-(?:skip|disable|only)|no-?migrations|run-?[\w-]+)$/;

/** Writes options with a value as one word each: `-mnot slow`, `--ignore=tests/e2e`. */
function settled(options: readonly string[]): readonly string[] {
  return options.flatMap((option, at) => {
    const [name = "", ...values] = option.split("=");
    if (joins.test(name)) {
      const value = option.includes("=") ? values.join("=") : options[at + 1];
      return value === undefined ? [] : [`${name}=${value}`];
    }
    const letter = letters[option.slice(0, 2)];
    if (letter === undefined || option.startsWith("--")) return alone.test(option) ? [option] : [];
    const value = option.length > 2 ? option.slice(2) : options[at + 1];
    return value === undefined ? [] : [letter.startsWith("--") ? `${letter}=${value}` : `${letter}${value}`];
  });
}
