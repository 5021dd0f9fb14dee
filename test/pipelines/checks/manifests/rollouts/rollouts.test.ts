import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { findingOf, judgeTexts } from "#pipelines/checks/manifests/rollouts/rollouts.ts";

const good = readFileSync(new URL("good.yaml", import.meta.url), "utf8");

/** Paths in the objects, by the kind or the name of each, and what stands there instead; undefined: nothing. */
type Change = Readonly<Record<string, unknown>>;

/** The good objects, changed. */
function changed(change: Change): string {
  const documents = parseAllDocuments(good).map((document) => document.toJS());
  for (const [place, value] of Object.entries(change)) {
    const [who = "", ...path] = place.split("/");
    const object = documents.find(({ kind, metadata }) => kind === who || metadata.name === who);
    const last = path.pop() ?? "";
    const inner = path.reduce((at, key) => at[key], object);
    if (value === undefined) delete inner[last];
    else inner[last] = value;
  }
  return documents.map((each) => JSON.stringify(each)).join("\n---\n");
}

const rulesOf = (text: string, name = "overlays/any") =>
  judgeTexts([{ path: "overlays/any/kustomization.yaml", text }], name).faults.map(({ rule }) => rule);

const canary = "Rollout/spec/strategy/canary";
const metric = "AnalysisTemplate/spec/metrics/0";
const query = `${metric}/provider/prometheus/query`;
const blue = (settings: object) => ({
  "Rollout/spec/strategy": {
    blueGreen: {
      activeService: "web-stable",
      previewService: "web-canary",
      prePromotionAnalysis: {
        templates: [{ templateName: "success-rate" }],
        args: [{ name: "service", value: "web" }],
      },
      ...settings,
    },
  },
});

test("what is right has no fault: canary and blue-green", () => {
  expect(rulesOf(good)).toEqual([]);
  expect(rulesOf(changed(blue({})))).toEqual([]);
});

test.each<[what: string, change: Change]>([
  [
    "Pods that Istio tells apart by their labels",
    {
      [`${canary}/trafficRouting`]: {
        istio: { virtualService: { name: "web" }, destinationRule: { name: "web" } },
      },
      [`${canary}/stableService`]: undefined,
      [`${canary}/canaryService`]: undefined,
    },
  ],
  [
    "a load balancer with a Service of its own",
    {
      [`${canary}/trafficRouting`]: { alb: { ingress: "web", rootService: "web-root" } },
      "Ingress/spec/rules/0/http/paths/0/backend/service/name": "web-root",
    },
  ],
  [
    "a Job that judges by itself",
    { [metric]: { name: "smoke", provider: { job: { spec: {} } } }, "AnalysisTemplate/spec/args": [] },
  ],
  ["a count that is an argument", { [`${metric}/count`]: "{{args.service}}" }],
  [
    "a condition against values that are no number",
    { [`${metric}/successCondition`]: "!isNaN(result[0]) && result[0] > 0.9" },
  ],
  ["the first weight at 0", { [`${canary}/steps/0/setWeight`]: 0 }],
  [
    "a weight of 0 for users with a header",
    { [`${canary}/steps/0`]: { setCanaryScale: { weight: 10 } }, [`${canary}/steps/2`]: { setWeight: 0 } },
  ],
  [
    "a weight that stands beside a header route",
    { [`${canary}/steps/3`]: { setHeaderRoute: {} }, [`${canary}/steps/4/setWeight`]: 20 },
  ],
  [
    "a count of errors that begins at 0",
    { [query]: '(sum(rate(e{s="a"}[2m])) or vector(0)) / sum(rate(a{s="a"}[2m]))' },
  ],
  ["quotes of another kind", { [query]: "sum(up{service='a'})" }],
  [
    "alternatives behind a value",
    { [`${metric}/successCondition`]: "len(result) > 0 && (result[0] >= 0.99 || result[1] < 5)" },
  ],
  ["not isNaN", { [`${metric}/successCondition`]: "not isNaN(result[0]) && result[0] > 0.9" }],
  [
    "neither NaN nor Inf",
    { [`${metric}/successCondition`]: "!(isNaN(result[0]) || isInf(result[0])) && result[0] > 0.9" },
  ],
  [
    "all of a list that is not empty",
    { [`${metric}/successCondition`]: "len(result) > 0 && all(result, # >= 0.99)" },
  ],
  [
    "successes in a row",
    {
      [`${metric}/consecutiveSuccessLimit`]: 4,
      [`${metric}/failureLimit`]: -1,
      [`${metric}/count`]: undefined,
    },
  ],
  [
    "a failure for want of a value",
    {
      [`${metric}/successCondition`]: undefined,
      [`${metric}/failureCondition`]: "len(result) == 0 || result[0] < 0.99",
    },
  ],
  [
    "labels that Pods have while they are new",
    {
      [`${canary}/canaryMetadata`]: { labels: { role: "canary" } },
      "web-canary/spec/selector": { app: "web", role: "canary" },
    },
  ],
  [
    "an experiment with an analysis",
    {
      [`${canary}/steps`]: [
        {
          experiment: {
            analyses: [{ templateName: "success-rate", args: [{ name: "service", value: "w" }] }],
          },
        },
        { setWeight: 100 },
      ],
    },
  ],
])("%s: no fault", (_, change) => {
  expect(rulesOf(changed(change))).toEqual([]);
});

test.each<[what: string, rule: string, change: Change]>([
  ["no strategy", "strategy", { "Rollout/spec/strategy": {} }],
  ["two strategies", "strategy", { "Rollout/spec/strategy/blueGreen": {} }],
  ["a weight over 100", "weight", { [`${canary}/steps/6/setWeight`]: 101 }],
  ["a negative weight", "weight", { [`${canary}/steps/0/setWeight`]: -1 }],
  ["a broken weight", "weight", { [`${canary}/steps/0/setWeight`]: 2.5 }],
  ["a weight that falls", "weight", { [`${canary}/steps/4/setWeight`]: 10 }],
  ["a weight twice", "weight", { [`${canary}/steps/2/setWeight`]: 5 }],
  ["steps that fall from the start", "weight", { [`${canary}/steps/0/setWeight`]: 50 }],
  [
    "production without an analysis",
    "no-analysis",
    { [`${canary}/steps`]: [{ setWeight: 20 }, { setWeight: 100 }] },
  ],
  ["production without steps", "no-analysis", { [`${canary}/steps`]: undefined }],
  ["blue-green in production without an analysis", "no-analysis", blue({ prePromotionAnalysis: undefined })],
  ["an analysis of no template", "no-analysis", { [`${canary}/steps/1/analysis/templates`]: [] }],
  [
    "an analysis beside the steps that never begins",
    "analysis-late",
    {
      [`${canary}/analysis`]: {
        templates: [{ templateName: "success-rate" }],
        args: [{ name: "service", value: "w" }],
        startingStep: 7,
      },
    },
  ],
  ["an argument that is not passed", "argument-missing", { [`${canary}/steps/1/analysis/args`]: undefined }],
  ["an argument of another name", "argument-missing", { [`${canary}/steps/1/analysis/args/0/name`]: "svc" }],
  ["a use with dryRun", "dry-run", { [`${canary}/steps/1/analysis/dryRun`]: [{ metricName: ".*" }] }],
  ["an argument that is not declared", "argument-unknown", { "AnalysisTemplate/spec/args": [] }],
  ["a template without metrics", "analysis-empty", { "AnalysisTemplate/spec/metrics": [] }],
  [
    "a metric in dryRun by name",
    "dry-run",
    { "AnalysisTemplate/spec/dryRun": [{ metricName: "success-rate" }] },
  ],
  ["all metrics in dryRun", "dry-run", { "AnalysisTemplate/spec/dryRun": [{ metricName: ".*" }] }],
  ["an interval without a count", "no-count", { [`${metric}/count`]: undefined }],
  ["one measurement", "one-sample", { [`${metric}/count`]: 1, [`${metric}/failureLimit`]: 0 }],
  ["one measurement as text", "one-sample", { [`${metric}/count`]: "1", [`${metric}/failureLimit`]: 0 }],
  [
    "neither interval nor count",
    "one-sample",
    { [`${metric}/count`]: undefined, [`${metric}/interval`]: undefined, [`${metric}/failureLimit`]: 0 },
  ],
  ["a limit of failures as high as the count", "failure-limit", { [`${metric}/failureLimit`]: 5 }],
  ["a limit of failures as text", "failure-limit", { [`${metric}/failureLimit`]: "9" }],
  ["no limit of failures at all", "failure-limit", { [`${metric}/failureLimit`]: -1 }],
  [
    "failures and silence together",
    "failure-limit",
    { [`${metric}/failureLimit`]: 2, [`${metric}/inconclusiveLimit`]: 3 },
  ],
  [
    "limits by arguments of its own",
    "failure-limit",
    {
      "AnalysisTemplate/spec/args": [{ name: "service" }, { name: "most", value: "5" }],
      [`${metric}/failureLimit`]: "{{args.most}}",
    },
  ],
  ["a limit of a million errors", "error-limit", { [`${metric}/consecutiveErrorLimit`]: 1_000_000 }],
  ["dryRun by a part of a name", "dry-run", { "AnalysisTemplate/spec/dryRun": [{ metricName: "rate" }] }],
  [
    "an experiment with dryRun",
    "dry-run",
    { [`${canary}/steps/3`]: { experiment: { dryRun: [{ metricName: "a" }] } } },
  ],
  [
    "an analysis when everybody has it",
    "no-analysis",
    { [`${canary}/steps`]: [{ setWeight: 100 }, { analysis: { templates: [{ templateName: "a" }] } }] },
  ],
  [
    "an analysis before anybody has it",
    "no-analysis",
    {
      [`${canary}/steps`]: [
        { analysis: { templates: [{ templateName: "a" }] } },
        { setWeight: 20 },
        { setWeight: 100 },
      ],
    },
  ],
  [
    "an Ingress that only has the Service's name",
    "ingress",
    {
      "Ingress/metadata/name": "web-stable",
      [`${canary}/trafficRouting/nginx/stableIngress`]: "web-stable",
      "Ingress/spec/rules/0/http/paths/0/backend/service/name": "web-canary",
    },
  ],
  ["no limit of errors", "error-limit", { [`${metric}/consecutiveErrorLimit`]: undefined }],
  ["a limit of errors that is off", "error-limit", { [`${metric}/consecutiveErrorLimit`]: -1 }],
  ["no condition", "no-success-condition", { [`${metric}/successCondition`]: undefined }],
  [
    "a condition of failure alone",
    "no-success-condition",
    { [`${metric}/successCondition`]: undefined, [`${metric}/failureCondition`]: "result[0] < 0.9" },
  ],
  ...[
    "len(result) == 0 || result[0] >= 0.99",
    "result[0] >= 0.99 || len(result)==0",
    "len(result) < 1 || result[0] > 0.9",
    "len(result) >= 0",
    "isNaN(result[0]) || result[0] >= 0.99",
    "result == nil || result[0] >= 0.99",
    "isNil(result) || result[0] > 0.9",
    "true",
    "result[0] > 0.9 || true",
    "1 == 1",
    "all(result, {# >= 0.99})",
    "none(result, # < 0.9)",
    "len(filter(result, # < 0.99)) == 0",
    "count(result, # < 0.99) == 0",
    "sum(result) <= 0.05",
    "default(result, 0) < 0.05",
    "(result ?? 1) >= 0.99",
    "len(result) != 1 || result[0] > 0.9",
    "0 == len(result) || result[0] > 0.9",
    "nil == result || result[0] > 0.9",
    "len(result) > 0 ? result[0] >= 0.99 : true",
    "len(result) > 0 && result[0] >= 0.99 || len(result) == 0",
    "!(len(result) > 0) || result[0] > 0.9",
    "not (len(result) > 0 && result[0] < 0.99)",
    "result[0] > 0.9 or true",
  ].map((condition): [string, string, Change] => [
    `the condition ${condition}`,
    "passes-without-data",
    { [`${metric}/successCondition`]: condition },
  ]),
  ...[
    'sum(rate(ok{service="a"}[2m])) or vector(1)',
    'sum(rate(ok{service="a"}[2m])) or on() vector(0)',
    'absent(up{service="a"})',
    'absent_over_time(errors{service="a"}[5m])',
    "vector(1)",
    "(sum(rate(ok{a='b'}[2m])) or vector(1))",
    'sum(rate(ok{a="b"}[2m])) or (0 * up{job="x"} + 1)',
  ].map((text): [string, string, Change] => [`the query ${text}`, "passes-without-data", { [query]: text }]),
  ["an empty query", "query-empty", { [query]: " " }],
  ["no query", "query-empty", { [query]: undefined }],
  ["a query of everything", "query-unscoped", { [query]: "sum(http_errors) / sum(http_requests)" }],
  ["a query by code alone", "query-unscoped", { [query]: 'sum(http_requests{code="500"})' }],
  ["one Service for both", "services", { [`${canary}/canaryService`]: "web-stable" }],
  ["no canaryService beside routes", "services", { [`${canary}/canaryService`]: undefined }],
  ["no stableService beside routes", "services", { [`${canary}/stableService`]: undefined }],
  ["a Service that is not there", "services", { [`${canary}/canaryService`]: "web-canry" }],
  ["a Service of another namespace", "services", { "web-canary/metadata/namespace": "elsewhere" }],
  ["a Service of other Pods", "services", { "web-canary/spec/selector": { app: "api" } }],
  [
    "a Service that asks for more labels",
    "services",
    { "web-stable/spec/selector": { app: "web", tier: "a" } },
  ],
  ["a Service that selects nothing", "services", { "web-canary/spec/selector": {} }],
  ["blue-green without activeService", "services", blue({ activeService: undefined })],
  ["blue-green with one Service", "services", blue({ previewService: "web-stable" })],
  [
    "blue-green without a preview",
    "services",
    blue({ previewService: undefined, autoPromotionEnabled: false }),
  ],
  ["an Ingress that is not there", "ingress", { [`${canary}/trafficRouting/nginx/stableIngress`]: "wep" }],
  [
    "an Ingress to another Service",
    "ingress",
    { "Ingress/spec/rules/0/http/paths/0/backend/service/name": "web-canary" },
  ],
  [
    "no readiness probe",
    "no-readiness",
    { "Rollout/spec/template/spec/containers": [{ name: "web", image: "web" }] },
  ],
  ["no history", "way-back", { "Rollout/spec/revisionHistoryLimit": 0 }],
  ["Pods of before that end at once", "way-back", { [`${canary}/scaleDownDelaySeconds`]: 0 }],
  ["blue-green whose Pods of before end at once", "way-back", blue({ scaleDownDelaySeconds: 0 })],
  ["steps that are no list", "unreadable", { [`${canary}/steps`]: { setWeight: 5 } }],
  ["a weight that is text", "unreadable", { [`${canary}/steps/0/setWeight`]: "5%" }],
  ["metrics that are text", "unreadable", { "AnalysisTemplate/spec/metrics": "all" }],
])("%s is refused before the merge", (_, rule, change) => {
  expect(rulesOf(changed(change))).toContain(rule);
});

test("a fault names its object, what follows, the remedy and the file; control characters are none", () => {
  const hostile = changed({ [`${canary}/canaryService`]: "\u001b[2Jgone" });
  const { faults } = judgeTexts([{ path: "k8s/kustomization.yaml", text: hostile }], "k8s");
  const [finding, ...others] = faults.map(findingOf);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ tool: "rollouts", kind: "manifest", path: "k8s/kustomization.yaml" });
  expect(finding?.message).toMatch(
    /^Rollout shop-production\/web: it names the Service .*gone, which the rendering does not have$/,
  );
  expect(finding?.message).not.toContain("\u001b");
});

test("of several files, a fault names the one with its object, also beside one that nobody can read", () => {
  const [template = "", ...others] = good.split("\n---\n");
  const texts = [
    { path: "a.yaml", text: "- a list\n" },
    { path: "web.yaml", text: others.join("\n---\n") },
    { path: "analysis.yaml", text: template.replace("consecutiveErrorLimit: 2", "") },
  ];
  const { faults } = judgeTexts(texts);
  expect(faults.map(({ path, rule }) => [path, rule])).toEqual([["analysis.yaml", "error-limit"]]);
  expect(() => judgeTexts([{ path: "a.yaml", text: "kind: Rollout\n---\n- a list\n" }])).toThrow(
    /REPORT_MALFORMED/,
  );
});

test("objects in a list are judged, fields that are null are absent, and a circle is no end", () => {
  const items = parseAllDocuments(good).map((document) => document.toJS());
  const list = (all: readonly object[]) => JSON.stringify({ apiVersion: "v1", kind: "List", items: all });
  expect(rulesOf(list(items))).toEqual([]);
  const [template, ...others] = items;
  template.spec.dryRun = null;
  template.metadata.namespace = null;
  expect(rulesOf(list([template, ...others]))).toEqual([]);
  template.spec.metrics[0].count = null;
  expect(rulesOf(list([template, ...others]))).toEqual(["no-count"]);
  const circle = good.replace("prometheus:", "prometheus: &p\n          self: *p");
  expect(rulesOf(circle)).toEqual([]);
});

test("long conditions and queries take no long time", () => {
  for (const part of ["[", "{{", "or on ", "(", "isNaN(", "!(isNaN(a)"]) {
    const text = changed({
      [query]: part.repeat(50_000),
      [`${metric}/successCondition`]: part.repeat(50_000),
    });
    expect(rulesOf(text)).toContain("passes-without-data");
  }
});

test.each([
  ["overlays/production", true],
  ["clusters/prod1", true],
  ["env/live/eu", true],
  ["overlays/non-prod", false],
  ["overlays/pre-prod", false],
  ["apps/live-chat", false],
  ["overlays/prod-eu", true],
  ["apps/product", false],
])("%s: production %s", (name, is) => {
  const text = changed({ "Rollout/metadata/namespace": undefined, [`${canary}/steps`]: [{ setWeight: 20 }] });
  expect(rulesOf(text, name).includes("no-analysis")).toBe(is);
});

test("what is not for production may do without an analysis, and another rendering may have the template", () => {
  const development = {
    "Rollout/metadata/namespace": "shop-staging",
    [`${canary}/steps`]: [{ setWeight: 20 }],
  };
  expect(rulesOf(changed(development))).toEqual([]);
  expect(rulesOf(changed(development), "overlays/production")).toEqual(["no-analysis"]);
  const elsewhere = changed({ [`${canary}/steps/1/analysis/templates/0/templateName`]: "latency" });
  const judged = judgeTexts([{ path: "k.yaml", text: elsewhere }], "k8s");
  expect(judged.faults).toEqual([]);
  expect(judged.unseen).toEqual(["the template latency"]);
});

test("a Rollout of a Deployment is judged by the Deployment's Pods", () => {
  const deployment = JSON.stringify({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web" },
    spec: { template: { metadata: { labels: { app: "api" } }, spec: { containers: [{ name: "web" }] } } },
  });
  const text = changed({
    "Rollout/spec/template": undefined,
    "Rollout/spec/workloadRef": { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
  });
  expect(new Set(rulesOf(`${text}\n---\n${deployment}`))).toEqual(new Set(["services", "no-readiness"]));
});

test("objects of Argo CD and of others are none to judge", () => {
  const application = JSON.stringify({
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name: "a" },
  });
  const other = JSON.stringify({ apiVersion: "example.com/v1", kind: "Rollout", metadata: { name: "a" } });
  expect(judgeTexts([{ path: "a", text: `${application}\n---\n${other}` }], "a")).toMatchObject({
    objects: 0,
    faults: [],
  });
});
