import { conditionFaults } from "./condition.ts";
import type { Fault, RolloutFault } from "./fault.ts";
import { type Metric, numberIn, type Template, titleOf } from "./objects.ts";
import { queryFaults } from "./query.ts";

/** Providers that judge by themselves, without a condition. */
const selfJudging: ReadonlySet<string> = new Set(["job", "kayenta"]);
/** More errors in a row than this are no limit. */
const mostErrors = 10;

/**
 * The faults by which an analysis passes without evidence.
 * https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
 */
export function* analysisFaults(template: Template): Generator<RolloutFault> {
  const { path, spec } = template;
  const object = titleOf(template);
  for (const fault of templateFaults(template)) yield { object, path, ...fault };
  const values = new Map((spec.args ?? []).map(({ name, value }) => [name, value]));
  for (const metric of spec.metrics ?? [])
    for (const fault of metricFaults(metric, values))
      yield { object: `${object}, metric ${metric.name}`, path, ...fault };
}

function* templateFaults({ spec }: Template): Generator<Fault> {
  const { metrics = [], templates = [], dryRun = [], args = [] } = spec;
  if (metrics.length === 0 && templates.length === 0) {
    yield {
      rule: "analysis-empty",
      what: "it has no metric, so that nothing is measured",
      remedy: "Add a metric.",
    };
  }
  // Its patterns match any part of a name, and count for templates beside it too.
  if (dryRun.length > 0) {
    yield {
      rule: "dry-run",
      what: "it has `dryRun`, so that what it names does not count",
      remedy: "Take it out.",
    };
  }
  const known = new Set(args.map(({ name }) => name));
  const used = JSON.stringify(metrics).matchAll(/\{\{ *args\.([\w.-]+) *\}\}/g);
  const unknown = [...new Set([...used].map(([, name = ""]) => name))].filter((name) => !known.has(name));
  if (unknown.length > 0) {
    yield {
      rule: "argument-unknown",
      what: `it uses arguments that it does not declare: ${unknown.join(", ")}`,
      remedy: "Declare them in `spec.args`.",
    };
  }
}

type Values = ReadonlyMap<string, string | undefined>;

function* metricFaults(metric: Metric, values: Values): Generator<Fault> {
  const [provider = ""] = Object.keys(metric.provider);
  const amount = (value: number | string | undefined) => numberIn(resolved(value, values));
  const count = amount(metric.count);
  const inARow = (amount(metric.consecutiveSuccessLimit) ?? 0) > 0;
  const failures = amount(metric.failureLimit) ?? 0;
  const inconclusive = Math.max(0, amount(metric.inconclusiveLimit) ?? 0);
  if ((failures < 0 && !inARow) || (count !== undefined && failures + inconclusive >= count)) {
    yield {
      rule: "failure-limit",
      what: "its `failureLimit` and `inconclusiveLimit` let every measurement fail, or tell nothing",
      remedy: "Set them so that both together are below `count`.",
    };
  }
  if (selfJudging.has(provider)) return;
  const errors = amount(metric.consecutiveErrorLimit);
  const isOpen = metric.consecutiveErrorLimit !== undefined && errors === undefined;
  if (!isOpen && (errors === undefined || errors < 0 || errors > mostErrors)) {
    yield {
      rule: "error-limit",
      what: "it does not say after how many errors in a row it ends, such as those of a server that does not answer",
      remedy: `Set \`consecutiveErrorLimit\`, to ${mostErrors} at most; by default it is 4.`,
    };
  }
  if (metric.count === undefined && metric.interval !== undefined && !inARow) {
    yield {
      rule: "no-count",
      what: "it has `interval` and no `count`: a step never ends, and beside the steps it passes when they end, however little was measured",
      remedy: "Set `count`, and use it in a step.",
    };
  } else if (!inARow && (metric.count === undefined || (count !== undefined && count < 2))) {
    yield {
      rule: "one-sample",
      what: "it is measured once, so that one lucky moment passes",
      remedy: "Set `interval`, and `count` to at least 2.",
    };
  }
  yield* conditionFaults(metric);
  if (provider === "prometheus") yield* queryFaults(metric.provider.prometheus);
}

/** The value of an argument that the template itself gives. */
function resolved(value: number | string | undefined, values: Values): number | string | undefined {
  const [, name] = /^\{\{ *args\.([\w.-]+) *\}\}$/.exec(String(value)) ?? [];
  return name === undefined ? value : (values.get(name) ?? value);
}
