/** The words of a command, and the operator or the end of the line behind it. */
export interface Part {
  readonly words: readonly string[];
  readonly end: string;
}

const opening = /^(?:if|for|while|until|case|select)$/;
const closing = /^(?:fi|done|esac)$/;
const asking = /^(?:\[\[?|test|!|grep|command|which|type|hash)$/;

/**
 * Tells which commands of a script may be left out when it runs: those in `if`, in a loop or in a function, and those
 * behind `||`, or behind `&&` and a test.
 */
export function areConditional(parts: readonly Part[]): readonly boolean[] {
  let depth = 0;
  /** How much deeper each open brace is. */
  const braces: number[] = [];
  let isFunction = false;
  let isBehind = false;
  let brackets = 0;
  return parts.map(({ words, end }) => {
    const [first = "", second = ""] = words.map((word) => word.replace(/^[@(]{1,20}/, ""));
    if (closing.test(first)) depth = Math.max(0, depth - 1);
    if (first === "}") depth -= braces.pop() ?? 0;
    const isConditional = depth > 0 || isBehind;
    if (opening.test(first)) depth += 1;
    isFunction ||= first === "function" || second === "()" || /^[\w-]{1,100}\(\)$/.test(first);
    if (first === "{" || (isFunction && words.includes("{"))) {
      braces.push(isFunction || isBehind ? 1 : 0);
      depth += braces.at(-1) ?? 0;
      isFunction = false;
    }
    if (isBehind || end === "||") brackets += opened(words);
    isBehind ||= end === "||" || (end === "&&" && asking.test(first));
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
