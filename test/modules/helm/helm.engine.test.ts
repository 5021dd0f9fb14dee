import { type Directory, dag } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import { Helm } from "#modules/helm/src/index.ts";
import { readHelmLint } from "#pipelines/tools/helm-lint/reader.ts";
import { session } from "../../session.ts";

const helm = new Helm();
type Files = Readonly<Record<string, string>>;

const chart = (name: string, more = "") => `apiVersion: v2\nname: ${name}\nversion: 1.2.0\n${more}`;
const dependency = (name: string, version: string, repository: string) =>
  `dependencies: [{name: ${name}, version: ${version}, repository: "${repository}"}]\n`;
const map = (name: string, data = "{}") =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: ${data}\n`;

const files: Files = {
  "web/Chart.yaml": chart("web"),
  "web/values.yaml": "colour: blue\n",
  "web/templates/map.yaml": map("{{ .Release.Name }}", "{colour: {{ .Values.colour }}}"),
};

const folder = (more: Files = {}): Directory =>
  Object.entries({ ...files, ...more }).reduce(
    (all, [name, text]) => all.withNewFile(name, text),
    dag.directory(),
  );

const template = (more: Files = {}, values: readonly string[] = [], ...rest: readonly string[][]) =>
  session(async () => {
    const given = values.map((text, index) => dag.directory().withNewFile(`${index}, x`, text));
    const named = given.map((each, index) => each.file(`${index}, x`));
    const [apiVersions = [], build = []] = rest;
    const rendered = helm.template(folder(more), "web", named, "shop", "1.33", [...apiVersions], [...build]);
    return (await rendered).contents();
  });

describe("template", () => {
  test("renders a chart with its own values, CRDs too", async () => {
    const crd = "kind: CustomResourceDefinition\n";
    const text = await template({ "web/crds/a.yaml": crd });
    expect(text).toContain("metadata: {name: shop}\ndata: {colour: blue}");
    expect(text).toContain(crd);
  });

  test("takes files of values, the last one winning", async () => {
    expect(await template({}, ["colour: red\n", "colour: green\n"])).toContain("colour: green");
  });

  test("tells the chart the version of Kubernetes and the APIs that there are", async () => {
    const asking = `data: {v: "{{ .Capabilities.KubeVersion }} {{ .Capabilities.APIVersions.Has "a.b/v1" }}"}\n`;
    const text = await template({ "web/templates/map.yaml": asking }, [], ["a.b/v1"]);
    expect(text).toContain("v1.33.0 true");
  });

  test.each<[what: string, more: Files, error: RegExp]>([
    ["YAML that is none", { "web/templates/x.yaml": "a: [\n" }, /TOOL_FAILED: .*"web".*YAML parse error/s],
    [
      "a value that is required",
      { "web/templates/x.yaml": '{{ required "give it" .Values.no }}' },
      /give it/,
    ],
    ["no Chart.yaml to speak of", { "web/Chart.yaml": "[" }, /TOOL_FAILED/],
    ["a library", { "web/Chart.yaml": chart("web", "type: library\n") }, /TOOL_FAILED: .*library charts/],
    ["another version of Kubernetes", { "web/Chart.yaml": chart("web", 'kubeVersion: "<1.20"\n') }, /1\.33/],
  ])("fails on %s, in Helm's own words", async (_, more, error) => {
    await expect(template(more)).rejects.toThrow(error);
  });

  test("reaches no file outside the chart, and no network for a schema", async () => {
    const outside = `data: {v: "{{ .Files.Get "../../etc/passwd" }}|"}\n`;
    expect(await template({ "web/templates/map.yaml": outside })).toContain('data: {v: "|"}');
    const schema = '{"$ref": "https://example.com/values.json"}';
    await expect(template({ "web/values.schema.json": schema })).rejects.toThrow(/TOOL_FAILED|refused/);
  });
});

describe("what a chart depends on", () => {
  const common = { "common/Chart.yaml": chart("common"), "common/templates/c.yaml": map("common") };
  const named = (version: string, repository = "file://../common") =>
    chart("web", dependency("common", version, repository));

  test("is taken from its charts folder, whatever its repository", async () => {
    const text = await template({
      "web/Chart.yaml": named("1.x", "https://example.com/charts"),
      "web/charts/common/Chart.yaml": chart("common"),
      "web/charts/common/templates/c.yaml": map("vendored"),
    });
    expect(text).toContain("name: vendored");
  });

  test("is put in from the source, where it is named by file://", async () => {
    expect(await template({ ...common, "web/Chart.yaml": named("1.x") }, [], [], ["web"])).toContain(
      "name: common",
    );
  });

  test.each<[what: string, text: string, build: string[]]>([
    ["that is only on the web", named("1.x", "https://example.com/charts"), []],
    ["that is only on the web, when others are put in", named("1.x", "https://example.com/charts"), ["web"]],
    ["in another version", named("2.x"), ["web"]],
    ["that is not in the source", named("1.x", "file://../gone"), ["web"]],
    ["that was not put in", named("1.x"), []],
  ])("%s is missing", async (_, text, build) => {
    await expect(template({ ...common, "web/Chart.yaml": text }, [], [], build)).rejects.toThrow(
      /CHART_DEPENDENCY_MISSING: .*"web"/s,
    );
  });
});

test("a path that leads out of the source, and a version that is none, are refused", async () => {
  for (const path of ["/etc", "../web", "a/../../b"]) {
    await expect(session(() => helm.template(folder(), path))).rejects.toThrow(/PATH_OUTSIDE_SOURCE/);
  }
  const run = () => helm.template(folder(), "web", [], "shop", "1.33 --post-renderer=x");
  await expect(session(run)).rejects.toThrow(/ARGUMENT_INVALID/);
});

describe("lint", () => {
  const lint = (more: Files = {}) =>
    session(async () => {
      const ran = await helm.lint(folder(more), "web");
      const text = await ran.file("/reports/helm-lint.txt").contents();
      return readHelmLint(text, "helm-lint.txt", await ran.exitCode(), "web");
    });

  test("of a chart that holds has no finding", async () => {
    expect(await lint()).toEqual([]);
  });

  test("finds what is wrong with the chart", async () => {
    const findings = await lint({ "web/Chart.yaml": "apiVersion: v2\nname: web\nversion: one\n" });
    expect(findings.map(({ kind, path }) => `${kind} ${path}`)).toContain("manifest web/Chart.yaml");
  });

  test("warns of an API that is gone", async () => {
    const old = "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: a}\n";
    expect((await lint({ "web/templates/i.yaml": old })).map(({ kind }) => kind)).toEqual(["note"]);
  });
});

test("an image without Helm ends the call", async () => {
  const other = new Helm("gcr.io/distroless/static-debian12");
  await expect(session(() => other.template(folder(), "web"))).rejects.toThrow(/helm/);
});
