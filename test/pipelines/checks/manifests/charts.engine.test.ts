import { type Directory, dag } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import { checkKind } from "#pipelines/commands/check-kind.ts";
import { session } from "../../../session.ts";

type Files = Readonly<Record<string, string>>;

/** The charts of test/fixtures/charts, in a repository with a service. */
function repository(changes: Files): Directory {
  return Object.entries({ "setup.py": "", ...changes }).reduce(
    (folder, [name, text]) => folder.withNewFile(name, text),
    dag.directory().withDirectory("charts", dag.host().directory("test/fixtures/charts")),
  );
}

/** Every check but that of links: name, outcome, and what it says. */
function lines(changes: Files = {}): Promise<readonly string[]> {
  return session(async () => {
    const { checks } = await checkKind("manifests", { source: repository(changes) });
    return checks
      .filter(({ name }) => name !== "source")
      .map(({ name, outcome, reasons, note }) =>
        [name, outcome, ...reasons.map(({ code, text }) => `${code ?? ""} ${text}`), note].join(" "),
      );
  });
}

const hasLine = (found: readonly string[], pattern: RegExp) =>
  expect(
    found.filter((line) => pattern.test(line)),
    found.join("\n"),
  ).toHaveLength(1);

test("charts are rendered with their own values and with each file of values, and linted", async () => {
  expect(await lines()).toEqual([
    "manifests/charts/web passed 1 object valid for Kubernetes 1.37",
    "manifests/charts/web/values-prod.yaml passed 1 object valid for Kubernetes 1.37",
    "manifests/charts/common/helm-lint passed no finding",
    "manifests/charts/web/helm-lint passed no finding",
    expect.stringMatching(/^manifests-scan passed \d+ findings? below the gate/),
  ]);
});

describe("what fails", () => {
  test("a value that makes a manifest wrong fails the rendering with it alone", async () => {
    const found = await lines({ "charts/web/values-prod.yaml": "replicas: three\n" });
    hasLine(found, /^manifests\/charts\/web passed/);
    hasLine(found, /^manifests\/charts\/web\/values-prod\.yaml failed .*\/spec\/replicas: got string/);
  });

  test("a misconfiguration that one file of values alone makes, and that once", async () => {
    const pod =
      "{{ if .Values.debug }}\napiVersion: v1\nkind: Pod\nmetadata: {name: debug}\nspec: {hostPID: true, containers: []}\n{{ end }}\n";
    const found = await lines({
      "charts/web/templates/debug.yaml": pod,
      "charts/web/values-prod.yaml": "debug: true\n",
    });
    hasLine(found, /^manifests-scan failed .*HIGH KSV010 charts\/web\/values-prod\.yaml/);
  });

  test("a chart that helm lint refuses", async () => {
    const chart = "apiVersion: v2\nname: other\nversion: one\n";
    const found = await lines({ "charts/other/Chart.yaml": chart });
    hasLine(found, /^manifests\/charts\/other\/helm-lint failed .*helm: \d manifest errors/);
    hasLine(found, /^manifests\/charts\/other errored TOOL_FAILED/);
    hasLine(found, /^manifests\/charts\/web passed/);
  });
});

describe("what cannot be carried out", () => {
  test("a dependency that is only to be had from the web", async () => {
    const dependency = "dependencies: [{name: redis, version: 1.x, repository: 'https://example.com'}]\n";
    const found = await lines({
      "charts/other/Chart.yaml": `apiVersion: v2\nname: other\nversion: 1.0.0\n${dependency}`,
    });
    hasLine(found, /^manifests\/charts\/other errored CHART_DEPENDENCY_MISSING .*redis/);
  });

  test("files of values and charts that slipway.yaml names and that are not there", async () => {
    const found = await lines({
      "slipway.yaml": "manifests: {charts: [{path: charts/web, values: [gone.yaml]}, {path: charts/gone}]}\n",
    });
    hasLine(found, /^manifests\/charts\/web passed/);
    hasLine(found, /^manifests\/charts\/web\/gone\.yaml errored PATH_NOT_FOUND .*gone\.yaml/);
    hasLine(found, /^manifests\/charts\/gone errored PATH_NOT_FOUND/);
  });

  test("an image that cannot be had", async () => {
    const found = await lines({ "slipway.yaml": 'tools: {helm: "127.0.0.1:1/none:1"}\n' });
    expect(found.filter((line) => / errored IMAGE_UNAVAILABLE/.test(line))).toHaveLength(4);
  });
});

test("slipway.yaml says what a chart is rendered with", async () => {
  const settings = "defaults: false, values: [prod.yaml, [prod.yaml, charts/web/values-prod.yaml]]";
  const found = await lines({
    "slipway.yaml": `manifests: {skip: [charts/common], charts: [{path: charts/web, ${settings}}]}\n`,
    "prod.yaml": "port: 80\n",
  });
  expect(found.map((line) => line.split(" ", 1)[0])).toEqual([
    "manifests/charts/web/prod.yaml",
    "manifests/charts/web/prod.yaml+values-prod.yaml",
    "manifests/charts/web/helm-lint",
    "manifests-scan",
  ]);
});

test("a kustomization and a chart of one folder are two checks", async () => {
  const found = await lines({ "charts/web/kustomization.yaml": "configMapGenerator: [{name: a}]\n" });
  hasLine(found, /^manifests\/charts\/web passed/);
  hasLine(found, /^manifests\/charts\/web\/Chart\.yaml passed/);
});

test("a chart in charts/ that is a link is followed", async () => {
  const found = await session(async () => {
    const chart =
      "apiVersion: v2\nname: linked\nversion: 1.0.0\ndependencies: [{name: common, version: 0.x}]\n";
    const source = repository({ "charts/linked/Chart.yaml": chart }).withSymlink(
      "../../common",
      "charts/linked/charts/common",
    );
    return (await checkKind("manifests", { source })).checks.map(({ name, outcome }) => `${name} ${outcome}`);
  });
  expect(found).toContain("manifests/charts/linked passed");
});

describe("the repository's own policies", () => {
  const rules = `package main
import rego.v1
deny contains msg if { input.spec.replicas < 3; msg := sprintf("%s wants three replicas", [input.metadata.name]) }
warn contains msg if { input.kind == "Deployment"; msg := "a deployment" }
`;

  test("are held against every rendering; a failure stops, a warning does not", async () => {
    const found = await lines({ "policy/replicas.rego": rules });
    hasLine(
      found,
      /^manifests\/charts\/web\/conftest failed {2}conftest: 1 policy violation: web wants three replicas/,
    );
    hasLine(
      found,
      /^manifests\/charts\/web\/values-prod\.yaml\/conftest passed 2 rules evaluated, 1 warning$/,
    );
  });

  test("that cannot be evaluated, or are not there, are an error", async () => {
    const broken = await lines({
      "rego/a.rego": "package main\n",
      "slipway.yaml": "manifests: {policies: [rego]}\n",
    });
    expect(broken.filter((line) => /conftest errored RULES_NOT_FOUND/.test(line))).toHaveLength(2);
    const unread = await lines({ "policy/a.rego": "package main\ndeny {\n" });
    expect(
      unread.filter((line) => /conftest errored TOOL_FAILED .*rego_parse_error/.test(line)),
    ).toHaveLength(2);
    hasLine(
      await lines({ "slipway.yaml": "manifests: {policies: [gone]}\n" }),
      /conftest errored PATH_NOT_FOUND/,
    );
  });

  test("have nothing to say of what does not render", async () => {
    const found = await lines({ "policy/a.rego": rules, "charts/web/values-prod.yaml": "[\n" });
    hasLine(found, /^manifests\/charts\/web\/values-prod\.yaml\/conftest skipped/);
  });
});
