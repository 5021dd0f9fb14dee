/** A specifier set of PEP 440 such as `>=1.10,<2`, with plain numbers. */
const rangeForm = /^(?:[<>]=?|[=!~]=)\d[\w.!+*-]{0,60}(?:,(?:[<>]=?|[=!~]=)\d[\w.!+*-]{0,60}){0,11}$/;

/** Whether a text is a range, and not one version. */
export function isRange(text: string): boolean {
  return rangeForm.test(text);
}

/**
 * Whether a version is in a range, by its numbers.
 *
 * @see https://packaging.python.org/en/latest/specifications/version-specifiers/
 */
export function isWithinRange(version: string, range: string): boolean {
  return clausesOf(range).every(([sign, bound]) => {
    const order = compared(version, bound.replace(/\.\*$/, ""));
    if (sign === "<") return order < 0;
    if (sign === "<=") return order <= 0;
    if (sign === ">") return order > 0;
    if (sign === ">=") return order >= 0;
    if (sign === "~=") return order >= 0 && compared(version, nextOf(bound)) < 0;
    const isSame = bound.endsWith(".*") ? `${version}.`.startsWith(bound.slice(0, -1)) : order === 0;
    return sign === "==" ? isSame : !isSame;
  });
}

/** A version that is as new as a range allows, for the flags of a tool; undefined: any. */
export function newestOf(range: string): string | undefined {
  const most = clausesOf(range).flatMap(([sign, bound]) => {
    if (sign === "<=") return [bound];
    if (sign === "==") return [bound.endsWith(".*") ? `${bound.slice(0, -2)}.9999` : bound];
    if (sign === "<") return [before(bound)];
    return sign === "~=" ? [before(nextOf(bound))] : [];
  });
  return most.sort(compared)[0];
}

/** Compares versions by their numbers. */
export function compared(one: string, other: string): number {
  const [mine, its] = [numbersIn(one), numbersIn(other)];
  for (let at = 0; at < Math.max(mine.length, its.length); at++) {
    const difference = (mine[at] ?? 0) - (its[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function clausesOf(range: string): readonly (readonly [sign: string, bound: string])[] {
  return range.split(",").map((clause) => {
    const [, sign = "", bound = ""] = /^([<>=!~]+)(.*)$/.exec(clause.trim()) ?? [];
    return [sign, bound];
  });
}

/** The first version that `~=` does not allow. */
function nextOf(bound: string): string {
  const numbers = numbersIn(bound);
  const kept = numbers.slice(0, Math.max(1, numbers.length - 1));
  return kept.map((number, at) => (at === kept.length - 1 ? number + 1 : number)).join(".");
}

/** A version right before another one. */
function before(bound: string): string {
  const numbers = numbersIn(bound);
  while (numbers.length > 1 && numbers.at(-1) === 0) numbers.pop();
  const last = numbers.pop() ?? 0;
  return [...numbers, Math.max(0, last - 1), 9999].join(".");
}

function numbersIn(version: string): number[] {
  return (/^v?(\d+(?:\.\d+)*)/.exec(version)?.[1] ?? "").split(".").map(Number);
}
