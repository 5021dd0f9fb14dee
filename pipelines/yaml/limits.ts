import type { CST } from "yaml";

/** The most aliases of a file, and the most values for which they may stand together. */
export const aliasLimit = 100;

/**
 * The greatest depth of lists and maps. The schema has 9 levels; above about 10,000, the composer's recursion ends
 * the process.
 */
const depthLimit = 64;

/** The excess of a file, and its place. */
export interface Excess {
  readonly offset: number;
  readonly text: string;
}

/** Finds the parts that make a file cost more than its size: values nested too deep, or too many aliases. */
export function excess(tokens: readonly CST.Token[]): Excess | undefined {
  let aliases = 0;
  const open: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 })).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (depth > depthLimit)
      return { offset: token.offset, text: `values are nested more than ${depthLimit} levels deep` };
    if (token.type === "alias" && ++aliases > aliasLimit) {
      return { offset: token.offset, text: `the file has more than ${aliasLimit} aliases` };
    }
    for (const child of childrenOf(token).toReversed()) open.push({ token: child, depth: depth + 1 });
  }
  return undefined;
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  if (token.type === "document") return token.value === undefined ? [] : [token.value];
  if (!("items" in token)) return [];
  return token.items.flatMap(({ key, value }) =>
    [key, value].filter((part) => part !== undefined && part !== null),
  );
}
