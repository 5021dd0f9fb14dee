import { sha256Of } from "#pipelines/text/digest.ts";
import { shown, type Weakening } from "./weakening.ts";

/** Says whether a value is less strict than the one on the base. */
export type IsWeaker<Value> = (base: Value, change: Value) => boolean;

/** Takes the value of the change, unless it is weaker: then it takes the one of the base, and notes it. */
export type Keep = <Value>(subject: string, base: Value, change: Value, isWeaker: IsWeaker<Value>) => Value;

/** @param found where weaker values are noted. @param path the file of the settings. */
export function keeper(found: Weakening[], path: string): Keep {
  return (subject, base, change, isWeaker) => {
    if (!isWeaker(base, change)) return change;
    const text = `${shown(base)} on the base, ${shown(change)} in the change`;
    // What is shown of a value may be cut off.
    found.push({ subject, text, path, content: sha256Of(JSON.stringify([base, change])) });
    return base;
  };
}

/** A higher number is stricter. A value that is not set requires nothing. */
export function isLower(base: number | undefined, change: number | undefined): boolean {
  return !((change ?? 0) >= (base ?? 0));
}

/** A lower number is stricter. A value that is not set allows everything. */
export function isHigher(base: number | undefined, change: number | undefined): boolean {
  return !((change ?? Number.POSITIVE_INFINITY) <= (base ?? Number.POSITIVE_INFINITY));
}

/** Earlier values are stricter. */
export function isLater<Value>(order: readonly Value[]): IsWeaker<Value> {
  return (base, change) => order.indexOf(change) > order.indexOf(base);
}

/** What is switched off checks nothing. */
export function isOff(base: unknown, change: unknown): boolean {
  return change === false && base !== false;
}

/** A list of exceptions is weaker with each further entry. */
export function hasMore<Entry>(base: readonly Entry[], change: readonly Entry[]): boolean {
  return change.some((entry) => !base.includes(entry));
}

/** A list of what is required is weaker without one of its entries. */
export function hasLess<Entry>(base: readonly Entry[], change: readonly Entry[]): boolean {
  return hasMore(change, base);
}

/** For settings of which nobody can say which is stricter. */
export function differs(base: unknown, change: unknown): boolean {
  return JSON.stringify(base) !== JSON.stringify(change);
}
