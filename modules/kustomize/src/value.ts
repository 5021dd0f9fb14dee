import { isAlias, isScalar, Scalar } from "yaml";
import { endOf, startOf } from "./node.ts";
import { scalarText } from "./scalar.ts";
import { emptyValue, type Splice } from "./splice.ts";

/**
 * Plans how a node gets another value, in its own quotes. Plans nothing if it already has that value.
 *
 * @param text the text that contains the node
 * @param node the node
 * @param target the node itself, or the anchor's node for an alias
 * @param value the new value
 * @param planned the values of anchored scalars after all changes
 * @returns undefined if the value is not on one line
 */
export function valueSplices(
  text: string,
  node: unknown,
  target: unknown,
  value: string,
  planned: ReadonlyMap<unknown, string>,
): Splice[] | undefined {
  if (isAlias(node)) {
    const becomes = planned.get(target) ?? (isScalar(target) ? target.value : undefined);
    // If the anchor gets the same value, the alias may stay.
    return becomes === value
      ? []
      : [{ start: startOf(node), end: endOf(node), text: scalarText(value, null) }];
  }
  if (!isScalar(node) || node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED)
    return undefined;
  if (node.value === value) return [];
  if (startOf(node) === endOf(node)) {
    const start = emptyValue(text, startOf(node));
    return [{ start, end: start, text: ` ${scalarText(value, null)}` }];
  }
  return [{ start: startOf(node), end: endOf(node), text: scalarText(value, node.type) }];
}
