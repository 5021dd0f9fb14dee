import type { Ini } from "./ini.ts";

/**
 * Returns the lines of a value of tox, with those of the values that it refers to, as in `{[testenv]deps}`, each once.
 *
 * @param rowsOf splits a value into its lines.
 * @param seen the values that are read already.
 * @see https://tox.wiki/en/stable/config.html#substitutions
 */
export function linesAt(
  ini: Ini,
  section: string,
  key: string,
  rowsOf: (value: string) => readonly string[],
  seen = new Set<string>(),
): readonly string[] {
  const place = `[${section}]${key}`;
  if (seen.has(place)) return [];
  seen.add(place);
  return rowsOf(ini.get(section)?.get(key) ?? "").flatMap((row) => {
    const other = /^\s*\{\[([^\]]+)\](\w+)\}\s*$/.exec(row);
    return other === null ? [row] : linesAt(ini, other[1] ?? "", other[2] ?? "", rowsOf, seen);
  });
}
