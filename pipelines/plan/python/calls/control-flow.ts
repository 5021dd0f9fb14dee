/** The words of a command, and the operator or the end of the line behind it. */
export interface Part {
  readonly words: readonly string[];
  readonly end: string;
}

const opening = /^(?:if|for|while|until|case|select)$/;
const closing = /^(?:fi|done|esac)$/;
const asking = /^(?:\[\[?|test|!|grep|command|which|type|hash)$/;

/** A test that asks for the system, in the words of `[`, `[[` or `test`; it names Linux. */
const onLinux =
  /^(?:\[\[?|test) (?:\$\(uname(?: -s)?\)|`uname(?: -s)?`|\$\{?(?:RUNNER_OS|AGENT_OS|OSTYPE)\}?|\$\{\{ {0,5}(?:runner|matrix)\.os {0,5}\}\}) (?:={1,2}|=~) \^?(?:Linux|linux|ubuntu)[\w.*-]{0,30}(?: \]\]?)?$/;

/**
 * Tells which commands of a script may be left out when it runs: those in `if`, in a loop or in a function, and those
 * behind `||`, or behind `&&` and a test. A test for Linux holds.
 */
export function areConditional(parts: readonly Part[]): readonly boolean[] {
  let depth = 0;
  /** Whether each open part may be left out. */
  const open: boolean[] = [];
  /** How much deeper each open brace is. */
  const braces: number[] = [];
  let isFunction = false;
  let isBehind = false;
  let brackets = 0;
  return parts.map(({ words, end }) => {
    const all = words.map((word) => word.replace(/^[@(]{1,20}/, ""));
    const own = /^(?:then|do|else)$/.test(all[0] ?? "") ? all.slice(1) : all;
    const [first = "", second = ""] = own;
    if (closing.test(first)) open.pop();
    if (open.length > 0 && /^el(?:se|if)$/.test(all[0] ?? "")) open[open.length - 1] = true;
    if (first === "}") depth -= braces.pop() ?? 0;
    const isConditional = open.includes(true) || depth > 0 || isBehind;
    if (opening.test(first))
      open.push(first !== "if" || end === "&&" || !onLinux.test(own.slice(1).join(" ")));
    isFunction ||= first === "function" || second === "()" || /^[\w-]{1,100}\(\)$/.test(first);
    if (first === "{" || (isFunction && words.includes("{"))) {
      braces.push(isFunction || isBehind ? 1 : 0);
      depth += braces.at(-1) ?? 0;
      isFunction = false;
    }
    if (isBehind || end === "||") brackets += opened(words);
    isBehind ||= end === "||" || (end === "&&" && asking.test(first) && !onLinux.test(words.join(" ")));
    if (!/^[|&]./.test(end) && end !== "|" && brackets <= 0) {
      isBehind = false;
      brackets = 0;
    }
    return isConditional;
  });
}

/** How many brackets of subshells a command opens, without those that it closes. */
function opened(words: readonly string[]): number {
  const [begin = ""] = /^\({0,20}/.exec(words[0] ?? "") ?? [];
  const [end = ""] = /\){0,20}$/.exec((words.at(-1) ?? "").slice(-20)) ?? [];
  return begin.length - end.length;
}
