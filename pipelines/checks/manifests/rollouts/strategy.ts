import type { Fault } from "./fault.ts";
import {
  type Analysis,
  type BlueGreen,
  type Canary,
  isBeside,
  type Rollout,
  type RolloutObjects,
  type Template,
} from "./objects.ts";

/**
 * The faults by which an update goes out unseen, or never ends.
 *
 * @param isProduction whether it must have an analysis.
 */
export function* strategyFaults(
  rollout: Rollout,
  objects: RolloutObjects,
  isProduction: boolean,
): Generator<Fault> {
  const { canary, blueGreen } = rollout.spec.strategy ?? {};
  if ((canary === undefined) === (blueGreen === undefined)) {
    yield {
      rule: "strategy",
      what: canary === undefined ? "it has no strategy" : "it has two strategies",
      remedy: "Set either `canary` or `blueGreen`.",
    };
    return;
  }
  const analyses = usesIn(rollout);
  if (canary !== undefined) yield* weightFaults(canary);
  if (isProduction && !analyses.some(([, , sees]) => sees)) {
    yield {
      rule: "no-analysis",
      what: "it goes to production without an analysis that sees the new version before everybody has it",
      remedy: "Add an analysis after a step with a weight below 100, or `prePromotionAnalysis`.",
    };
  }
  const dry = canary?.steps?.some(({ experiment }) => (experiment?.dryRun ?? []).length > 0);
  if (dry) {
    yield {
      rule: "dry-run",
      what: "an experiment has `dryRun`, so that what it names does not count",
      remedy: "Take it out.",
    };
  }
  for (const [place, analysis] of analyses) yield* useFaults(place, analysis, rollout, objects);
}

/** A use of templates, and whether it sees the new version before everybody has it. */
type Use = readonly [place: string, analysis: Analysis, sees: boolean];

/** Steps that bring the new version to some without a weight. */
const otherWays = ["setCanaryScale", "setHeaderRoute", "setMirrorRoute", "experiment", "plugin"] as const;

function isOtherWay(step: object): boolean {
  return otherWays.some((way) => way in step);
}

function usesIn({ spec: { strategy } }: Rollout): readonly Use[] {
  const { canary, blueGreen } = strategy ?? {};
  return [...(canary === undefined ? [] : ofCanary(canary)), ...ofBlueGreen(blueGreen)];
}

function ofCanary({ steps = [], analysis, trafficRouting }: Canary): readonly Use[] {
  const most = trafficRouting?.maxTrafficWeight ?? 100;
  const first = steps.findIndex((step) => {
    const { setWeight: weight } = step;
    return (weight !== undefined && weight > 0 && weight < most) || isOtherWay(step);
  });
  const inSteps = steps.flatMap((step, at): Use[] => {
    const place = `step ${at + 1}`;
    const { analysis: own, experiment } = step;
    return [
      ...(own === undefined ? [] : [[place, own, first >= 0 && at > first] as const]),
      ...(experiment?.analyses ?? []).map(
        ({ args, ...used }): Use => [place, { templates: [used], ...(args !== undefined && { args }) }, true],
      ),
    ];
  });
  return analysis === undefined
    ? inSteps
    : [...inSteps, ["the analysis beside the steps", analysis, first >= 0] as const];
}

function ofBlueGreen(strategy: BlueGreen | undefined): readonly Use[] {
  const { prePromotionAnalysis: before, postPromotionAnalysis: after } = strategy ?? {};
  return [
    ...(before === undefined ? [] : [["prePromotionAnalysis", before, true] as const]),
    ...(after === undefined ? [] : [["postPromotionAnalysis", after, true] as const]),
  ];
}

function* weightFaults({ steps = [], analysis, trafficRouting }: Canary): Generator<Fault> {
  const most = trafficRouting?.maxTrafficWeight ?? 100;
  let last: number | undefined;
  let mayStay = false;
  for (const [at, step] of steps.entries()) {
    const { setWeight: weight } = step;
    // A weight may stand again where something else changes in between.
    mayStay ||= isOtherWay(step);
    if (weight === undefined) continue;
    if (!Number.isInteger(weight) || weight < 0 || weight > most) {
      yield {
        rule: "weight",
        what: `a step sets the weight ${weight}, which is not from 0 to ${most}`,
        remedy: "Correct the step.",
      };
    } else if (last !== undefined && (mayStay ? weight < last : weight <= last)) {
      yield {
        rule: "weight",
        what: `step ${at + 1} sets the weight ${weight}, which does not rise`,
        remedy: "Order the steps by their weights.",
      };
    }
    last = weight;
    mayStay = false;
  }
  const start = analysis?.startingStep;
  if (start !== undefined && start >= steps.length) {
    yield {
      rule: "analysis-late",
      what: `the analysis beside the steps begins at step ${start}, counted from 0, and there are ${steps.length}: it never runs`,
      remedy: "Correct `startingStep`.",
    };
  }
}

/** The use of templates that the same rendering has. Another one may be in the cluster already. */
function* useFaults(
  place: string,
  { templates, args = [], dryRun = [] }: Analysis,
  rollout: Rollout,
  objects: RolloutObjects,
): Generator<Fault> {
  if (templates.length === 0) {
    yield { rule: "no-analysis", what: `${place} names no template`, remedy: "Name one." };
  }
  if (dryRun.length > 0) {
    yield {
      rule: "dry-run",
      what: `${place} has \`dryRun\`, so that what it names does not count`,
      remedy: "Take it out.",
    };
  }
  const passed = new Set(args.map(({ name }) => name));
  for (const { templateName, clusterScope = false } of templates) {
    const found = templateOf(objects, rollout, templateName, clusterScope);
    if (found === undefined) continue;
    const open = (found.spec.args ?? []).filter(
      ({ name, value, valueFrom }) => value === undefined && valueFrom === undefined && !passed.has(name),
    );
    if (open.length === 0) continue;
    yield {
      rule: "argument-missing",
      what: `${place} does not pass ${open.map(({ name }) => name).join(", ")} to ${templateName}`,
      remedy: "Pass each argument that has no value in the template.",
    };
  }
}

function templateOf(
  { templates }: RolloutObjects,
  rollout: Rollout,
  name: string,
  clusterScope: boolean,
): Template | undefined {
  return templates.find(
    (each) =>
      each.metadata.name === name &&
      (each.kind === "ClusterAnalysisTemplate") === clusterScope &&
      (clusterScope || isBeside(each, rollout)),
  );
}

/** The templates that a Rollout uses and its rendering does not have. */
export function unseenTemplates(rollout: Rollout, objects: RolloutObjects): readonly string[] {
  const nested = objects.templates.flatMap(({ spec }) => spec.templates ?? []);
  return [
    ...usesIn(rollout).flatMap(([, { templates }]) => templates),
    ...nested.map((each) => ({ clusterScope: false, ...each })),
  ]
    .filter(
      ({ templateName, clusterScope = false }) =>
        templateOf(objects, rollout, templateName, clusterScope) === undefined,
    )
    .map(({ templateName }) => `the template ${templateName}`);
}
