import { isCollection, isMap, isNode, isPair, isSeq, type Pair } from "yaml";

/** The offset where a node's own text begins, after its anchor and tag. */
export function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

/**
 * The offset where a node's own text ends. A block collection ends with its last scalar, before the comments after
 * it.
 */
export function endOf(node: unknown): number {
  if (isCollection(node) && !node.flow) {
    const last = isMap(node) || isSeq(node) ? node.items.at(-1) : undefined;
    if (isPair(last)) return pairEnd(last);
    if (last !== undefined) return endOf(last);
  }
  return isNode(node) ? (node.range?.[1] ?? 0) : 0;
}

/** The offset where a pair's own text ends: with its value, or with its key if it has no value. */
export function pairEnd(pair: Pair | undefined): number {
  return isNode(pair?.value) ? endOf(pair.value) : endOf(pair?.key);
}
