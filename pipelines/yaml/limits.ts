import type { CST } from "yaml";

/** How many aliases a file may have, and how many values they may stand for all together. */
export const aliasLimit = 100;

/** How deep lists and maps may lie in each other. The schema goes down to 9; the composer's recursion ends the process somewhere above 10,000. */
const depthLimit = 64;

/** What a file has too much of, and where. */
export interface Excess {
  readonly offset: number;
  readonly text: string;
}

/** Finds what makes a file cost more than its size: values too deep in each other, or too many aliases. */
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
