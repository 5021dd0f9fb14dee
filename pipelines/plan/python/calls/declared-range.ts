import { isWithinRange } from "#modules/python/src/version-range.ts";

const name = "[A-Za-z0-9][\\w.-]*";
const clause = "(?:[<>]=?|[=!~]=)[ \\t]*\\d[\\w.!+*-]{0,40}";

/** A requirement such as `mypy>=1.10,<2`, as a line or in quotes, without a marker. */
const requirementForm = new RegExp(
  `(?:^|["'])[ \\t]*(${name})(?:\\[[\\w., -]{0,100}\\])?[ \\t]*(${clause}(?:[ \\t]*,[ \\t]*${clause}){0,5})[ \\t]*(?=$|["'#])`,
  "gm",
);

/** Poetry's `mypy = "^1.10"`, also in a table. */
const poetryForm = new RegExp(
  `^[ \\t]*"?(${name})"?[ \\t]*=[ \\t]*(?:\\{[ \\t]*version[ \\t]*=[ \\t]*)?["']([\\^~<>=!\\d][^"'\\n]{0,80})["']`,
  "gm",
);

/**
 * Finds the versions of a tool that the repository declares without a lock, if Slipway's own is not one of them: the
 * newest of them is what its own installation takes.
 *
 * @param texts the files that declare packages, the farthest first.
 * @param own the version that runs otherwise.
 * @returns a specifier such as `>=1.10,<2`, or one version.
 */
export function declaredRange(tool: string, texts: readonly string[], own: string): string | undefined {
  const ranges = texts.flatMap((text) => {
    const lines = text.replace(/^[ \t]*#.*$/gm, "");
    return [
      ...[...lines.matchAll(requirementForm)].map(([, found = "", range = ""]) => [found, range] as const),
      ...[...lines.matchAll(poetryForm)].map(
        ([, found = "", range = ""]) => [found, poetryRange(range)] as const,
      ),
    ].flatMap(([found, range]) =>
      found.toLowerCase() === tool && range !== undefined ? [range.replace(/\s+/g, "")] : [],
    );
  });
  const range = ranges.at(-1);
  if (range === undefined || isWithinRange(own, range)) return undefined;
  return range.replace(/^==(?=[^,*]*$)/, "");
}

/** A constraint of Poetry as a specifier; undefined for one of several alternatives. */
function poetryRange(text: string): string | undefined {
  const clauses = text.split(",").map((each) => {
    const [, sign = "", version = ""] = /^\s*([~^]?)(\d+(?:\.\d+){0,3})\s*$/.exec(each) ?? [];
    if (version === "") return new RegExp(`^\\s*${clause}\\s*$`).test(each) ? each.trim() : undefined;
    if (sign === "") return `==${version}`;
    const numbers = version.split(".").map(Number);
    const free = sign === "~" ? Math.min(1, numbers.length - 1) : firstOf(numbers);
    const next = numbers.slice(0, free + 1).map((number, at) => (at === free ? number + 1 : number));
    return `>=${version},<${next.join(".")}`;
  });
  return clauses.includes(undefined) ? undefined : clauses.join(",");
}

/** The place of the number that a caret holds: the first that is not 0. */
function firstOf(numbers: readonly number[]): number {
  const at = numbers.findIndex((number) => number !== 0);
  return at === -1 ? numbers.length - 1 : at;
}
