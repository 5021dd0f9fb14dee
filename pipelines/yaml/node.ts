import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Pair,
  visit,
  type YAMLMap,
} from "yaml";

/** The keys and indices from the top of a document to a value. */
export type Path = readonly (string | number)[];

/** Returns the start of a path's value in the text, or of the nearest existing part above it. */
export function valueOffset(document: Document, path: Path): number {
  return follow(document, path).value;
}

/** Returns the start of a path's last key in the text, or of the nearest existing part above it. */
export function keyOffset(document: Document, path: Path): number {
  return follow(document, path).key;
}

/** A key or an alias that is not allowed at its place, and that place. */
export interface NodeFault {
  readonly path: Path;
  readonly offset: number;
}

/** Finds every key that already occurs in its map; the merge key may occur several times. */
export function duplicateKeys(document: Document): readonly NodeFault[] {
  return mapsOf(document).flatMap(({ map, path }) => {
    const seen = new Set<string>();
    return map.items.flatMap(({ key }) => {
      if (!isScalar(key) || key.source === "<<") return [];
      const name = String(key.value);
      const again = seen.has(name);
      seen.add(name);
      return again ? [{ path: [...path, name], offset: start(key) ?? 0 }] : [];
    });
  });
}

/** Finds every key `__proto__`: JavaScript gives it a special meaning, and zod drops it silently. */
export function protoKeys(document: Document): readonly NodeFault[] {
  return mapsOf(document).flatMap(({ map, path }) =>
    map.items.flatMap(({ key }) =>
      isScalar(key) && key.value === "__proto__"
        ? [{ path: [...path, "__proto__"], offset: start(key) ?? 0 }]
        : [],
    ),
  );
}

/** Finds every alias whose anchor does not come before it. */
export function looseAliases(document: Document): readonly NodeFault[] {
  const loose: NodeFault[] = [];
  visit(document, {
    Alias: (_, alias, above) => {
      if (alias.resolve(document) === undefined) {
        loose.push({ path: pathOf([...above, alias]), offset: start(alias) ?? 0 });
      }
    },
  });
  return loose;
}

function mapsOf(document: Document): readonly { readonly map: YAMLMap; readonly path: Path }[] {
  const maps: { map: YAMLMap; path: Path }[] = [];
  visit(document, {
    Map: (_, map, above) => {
      maps.push({ map, path: pathOf([...above, map]) });
    },
  });
  return maps;
}

/** The keys and indices of these nodes, each the child of the one before it. */
function pathOf(nodes: readonly unknown[]): Path {
  return nodes.flatMap((node, index): Path => {
    if (isPair(node) && isScalar(node.key)) return [String(node.key.value)];
    const above = nodes[index - 1];
    return isSeq(above) ? [above.items.indexOf(node)] : [];
  });
}

interface Offsets {
  readonly key: number;
  readonly value: number;
}

function follow(document: Document, path: Path): Offsets {
  let node: unknown = document.contents;
  let offsets: Offsets = { key: 0, value: 0 };
  for (const step of path) {
    const parent = target(document, node);
    const pair = isMap(parent) ? pairOf(document, parent.items, String(step)) : undefined;
    const item = isSeq(parent) ? parent.items[Number(step)] : pair?.value;
    if (pair === undefined && item === undefined) return { key: offsets.key, value: offsets.key };
    const value = start(item);
    const key = start(pair?.key) ?? value ?? offsets.key;
    // An empty value stands after its colon, often on an empty line: the place of its key is more useful.
    offsets = { key, value: isEmpty(item) ? key : (value ?? key) };
    node = item;
  }
  return offsets;
}

/** Finds the pair of a key, in the map itself or in the maps that it merges. */
function pairOf(document: Document, pairs: readonly Pair[], key: string): Pair | undefined {
  const own = pairs.find((pair) => isScalar(pair.key) && pair.key.value === key);
  if (own !== undefined) return own;
  for (const pair of pairs) {
    if (!isScalar(pair.key) || pair.key.source !== "<<") continue;
    const merged = target(document, pair.value);
    for (const source of isSeq(merged) ? merged.items : [merged]) {
      const map = target(document, source);
      const found = isMap(map)
        ? map.items.find((item) => isScalar(item.key) && item.key.value === key)
        : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function target(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function start(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function isEmpty(node: unknown): boolean {
  return node === null || (isScalar(node) && node.value === null);
}
