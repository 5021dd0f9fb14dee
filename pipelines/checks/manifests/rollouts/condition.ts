import type { Fault } from "./fault.ts";
import type { Metric } from "./objects.ts";
import { outermost } from "./outermost.ts";

/** The longest condition that is read. */
const longest = 2000;
/** The beginning of a condition that holds only with a value. */
const guard = /^\(*\s*len\(\s*result\s*\)\s*(?:>\s*0|>=\s*1|==\s*1|!=\s*0)\s*(?:&&|and\b)/;
/** That a value is no number, denied: it is there, and a number. */
const denied =
  /(?:!|\bnot\b)\s*(?:isNaN|isInf)\([^()]*\)|(?:!|\bnot\b)\s*\((?:\s*(?:isNaN|isInf)\([^()]*\)\s*(?:\|\|)?)+\)|(?:isNaN|isInf)\([^()]*\)\s*==\s*false/g;
/** What holds for no value, or gives one. */
const lenient = /\|\||\bor\b|\?|\bdefault\(|\bnil\b|\btrue\b|\b(?:isNaN|isInf|isNil)\(/;
/** What holds for an empty list, or tells how long a list is. */
const overLists = /\b(?:all|none|any|one|filter|count|sum|reduce|len)\(/;
/** A failure for want of a value. */
const failsEmpty = /len\(\s*result\s*\)\s*(?:==\s*0|<\s*1|<=\s*0)/;

/**
 * The faults by which a condition holds although there is no value. What is not known to need a value is a fault.
 * https://argo-rollouts.readthedocs.io/en/stable/features/analysis/#failure-conditions
 */
export function* conditionFaults({ successCondition, failureCondition }: Metric): Generator<Fault> {
  const remedy = "Ask for a value first, as in `len(result) > 0 && result[0] >= 0.99`.";
  if (successCondition === undefined) {
    if (failureCondition !== undefined && failsEmpty.test(failureCondition.slice(0, longest))) return;
    const what =
      failureCondition === undefined
        ? "it has no condition, so that each answer passes"
        : "it has no `successCondition`: everything that is no failure passes";
    yield { rule: "no-success-condition", what, remedy };
    return;
  }
  if (needsValue(successCondition)) return;
  yield {
    rule: "passes-without-data",
    what: `its \`successCondition\` can hold without a value: ${successCondition.slice(0, 200)}`,
    remedy,
  };
}

function needsValue(condition: string): boolean {
  if (condition.length > longest || !/\bresult\b/.test(condition)) return false;
  const rest = condition.replace(denied, "1 == 1");
  if (!guard.test(rest)) return !lenient.test(rest) && !overLists.test(rest);
  // Behind the guard everything may stand, but no other way around it.
  return !/\|\||\bor\b|\?/.test(outermost(rest));
}
