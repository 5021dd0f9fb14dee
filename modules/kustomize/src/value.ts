import { isAlias, isScalar, Scalar } from "yaml";
import { endOf, startOf } from "./node.ts";
import { scalarText } from "./scalar.ts";
import { emptyValue, type Splice } from "./splice.ts";

/**
 * Plans how a node gets another value, in the quotes it has. Nothing is planned where it has that value.
 *
 * @param text the text that the node stands in
 * @param node what stands there
 * @param target the node itself, or what it is an alias of
 * @param value the value that it gets
 * @param planned the values that anchored scalars will have once everything is set
 * @returns undefined where the value is not written on one line
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
    // Where the anchor comes to say the same, the alias may go on following it.
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
