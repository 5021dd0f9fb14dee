import type { RolloutFault } from "./fault.ts";
import { type Metric, numberIn, type Template } from "./objects.ts";

/** Providers that judge by themselves, without a condition. */
const selfJudging: ReadonlySet<string> = new Set(["job", "kayenta"]);

/**
 * The faults by which an analysis passes without evidence.
 * https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
 */
export function* analysisFaults(template: Template): Generator<RolloutFault> {
  const { kind, metadata, spec } = template;
  const object = `${kind} ${metadata.name}`;
  const metrics = spec.metrics ?? [];
  if (metrics.length === 0 && (spec.templates ?? []).length === 0) {
    yield {
      rule: "analysis-empty",
      object,
      what: "it has no metric, so that nothing is measured",
      remedy: "Add a metric.",
    };
  }
  const dry = (spec.dryRun ?? []).map(({ metricName }) => metricName);
  for (const metric of metrics) {
    const of = `${object}, metric ${metric.name}`;
    for (const fault of metricFaults(metric)) yield { object: of, ...fault };
    if (dry.some((pattern) => isMatch(pattern, metric.name))) {
      yield {
        rule: "dry-run",
        object: of,
        what: "it is in `dryRun`, so that no measurement counts",
        remedy: "Take it out of `dryRun`.",
      };
    }
  }
  yield* argumentFaults(template, object);
}

type Fault = Omit<RolloutFault, "object">;

function* metricFaults(metric: Metric): Generator<Fault> {
  const [provider = ""] = Object.keys(metric.provider);
  yield* failureFaults(metric);
  if (selfJudging.has(provider)) return;
  yield* errorFaults(metric);
  yield* conditionFaults(metric);
  const count = numberIn(metric.count);
  if (metric.count === undefined && metric.interval !== undefined) {
    yield {
      rule: "no-count",
      what: "it has `interval` and no `count`: a step never ends, and beside the steps it passes when they end, however little was measured",
      remedy: "Set `count`.",
    };
  } else if (metric.count === undefined || (count !== undefined && count < 2)) {
    yield {
      rule: "one-sample",
      what: "it is measured once, so that one lucky moment passes",
      remedy: "Set `interval`, and `count` to at least 2.",
    };
  }
  if (provider === "prometheus") yield* queryFaults(metric.provider.prometheus);
}

function* failureFaults({ count: amount, failureLimit }: Metric): Generator<Fault> {
  const count = numberIn(amount);
  const failures = numberIn(failureLimit) ?? 0;
  if (failures < 0 || (count !== undefined && failures >= count)) {
    yield {
      rule: "failure-limit",
      what: `\`failureLimit: ${failures}\` lets every measurement fail`,
      remedy: "Set `failureLimit` below `count`.",
    };
  }
}

function* errorFaults({ consecutiveErrorLimit }: Metric): Generator<Fault> {
  if (consecutiveErrorLimit !== undefined && (numberIn(consecutiveErrorLimit) ?? 0) >= 0) return;
  yield {
    rule: "error-limit",
    what: "it has no limit of its own for errors, such as a server that does not answer",
    remedy: "Set `consecutiveErrorLimit`.",
  };
}

/** Conditions that hold although there is no value. */
const noValue =
  /len\(\s*result\s*\)\s*(?:==\s*0|<\s*1|<=\s*0|>=\s*0)|(?<![!\w])(?:isNaN|isInf|isNil)\(|(?:==|is)\s*nil\b|^\s*true\s*$|\|\|\s*true\b|\btrue\s*\|\|/;
/** The failing side of such a condition: a failure without a value is right. */
const mentionsResult = /\bresult\b/;

function* conditionFaults({ successCondition, failureCondition }: Metric): Generator<Fault> {
  if (successCondition === undefined) {
    const what =
      failureCondition === undefined
        ? "it has no condition, so that each answer passes"
        : "it has no `successCondition`: everything that is no failure passes, an empty answer too";
    yield {
      rule: "no-success-condition",
      what,
      remedy: "Set `successCondition`, as in `len(result) > 0 && result[0] >= 0.99`.",
    };
    return;
  }
  if (noValue.test(successCondition) || !mentionsResult.test(successCondition)) {
    yield {
      rule: "passes-without-data",
      what: `its \`successCondition\` holds without a value: ${successCondition}`,
      remedy: "Ask for a value, as in `len(result) > 0 && result[0] >= 0.99`.",
    };
  }
}

/** Parts of a query that answer with a value where there are no data. */
const madeUp = /\bor\b[^{}]*\b(?:vector|on)\s*\(|\babsent(?:_over_time)?\s*\(|\bvector\s*\(\s*[\d.]+\s*\)/i;
/** A label that tells one service from others; a code or a status does not. */
const selector =
  /\{[^{}]*?\b(?!(?:code|status|status_code|response_code|le|quantile|method)\b)[A-Za-z_]\w*\s*=~?\s*"/;
const window = /\[[^\]]+\]/;

function* queryFaults(provider: unknown): Generator<Fault> {
  const query =
    typeof provider === "object" && provider !== null && "query" in provider ? provider.query : "";
  // {{args.x}} is for Argo Rollouts, and no selector.
  const text = typeof query === "string" ? query.replace(/\{\{.*?\}\}/gs, "x") : "";
  if (text.trim() === "") {
    yield { rule: "query-empty", what: "it has no query", remedy: "Set `provider.prometheus.query`." };
    return;
  }
  if (madeUp.test(text)) {
    yield {
      rule: "passes-without-data",
      what: "its query makes up a value where there are no data, by `or`, `vector` or `absent`",
      remedy: "Leave that out: without data the analysis must not pass.",
    };
  }
  const isRange = typeof provider === "object" && provider !== null && "rangeQuery" in provider;
  if (!selector.test(text) && !window.test(text) && !isRange) {
    yield {
      rule: "query-unscoped",
      what: "its query names neither a service nor a time: it tells of everything, and of before the update",
      remedy: 'Name both, as in `rate(http_requests_total{service="{{args.service}}"}[2m])`.',
    };
  }
}

function* argumentFaults({ spec }: Template, object: string): Generator<RolloutFault> {
  const known = new Set((spec.args ?? []).map(({ name }) => name));
  const used = [...JSON.stringify(spec.metrics ?? []).matchAll(/\{\{\s*args\.([\w.-]+?)\s*\}\}/g)];
  const unknown = [...new Set(used.map(([, name = ""]) => name))].filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  yield {
    rule: "argument-unknown",
    object,
    what: `it uses arguments that it does not declare: ${unknown.join(", ")}`,
    remedy: "Declare them in `spec.args`.",
  };
}

function isMatch(pattern: string, text: string): boolean {
  // Only what a person writes here: a name, or .* for all.
  return pattern === text || pattern === ".*" || pattern === "*";
}
