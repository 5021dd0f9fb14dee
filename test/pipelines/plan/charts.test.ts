import { describe, expect, test } from "vitest";
import { chartsOf } from "#pipelines/plan/charts.ts";
import { Tree } from "#pipelines/plan/tree.ts";
import { factsOf } from "./facts-of.ts";

type Files = Readonly<Record<string, string>>;

const found = (files: Files) => chartsOf(new Tree(factsOf(files)));
const depending = (name: string, ...at: readonly string[]) =>
  `name: ${name}\ndependencies:\n${at.map((each) => `  - {name: ${each.split("/").filter(Boolean).at(-1)}, version: 1.x, repository: "file://${each}"}\n`).join("")}`;

test("charts are found anywhere, those in the charts folder of another are part of it", async () => {
  const files = {
    "charts/a/Chart.yaml": "name: a\n",
    "charts/a/charts/redis/Chart.yaml": "name: redis\n",
    "charts/a/charts/redis/charts/common/Chart.yaml": "name: common\n",
    "deploy/Chart.yaml": "name: deploy\n",
    "deploy/sub/Chart.yaml": "name: sub\n",
    "deploy/values.yaml": "",
  };
  expect((await found(files)).map(({ folder, name }) => `${folder} ${name}`)).toEqual([
    "charts/a a",
    "deploy deploy",
    "deploy/sub sub",
  ]);
});

test("files of values beside it are found as chart-testing finds them", async () => {
  const files = {
    "a/Chart.yaml": "",
    "a/values-prod.yaml": "",
    "a/ci/ha-values.yaml": "",
    "a/ci/other.yaml": "",
    "a/templates/values-x.yaml": "",
  };
  expect((await found(files)).flatMap(({ values }) => values)).toEqual([
    "a/values-prod.yaml",
    "a/ci/ha-values.yaml",
  ]);
});

test.each<[what: string, text: string, isLibrary: boolean, name: string | undefined]>([
  ["a library", "name: a\ntype: library\n", true, "a"],
  ["an application", "name: a\ntype: application\n", false, "a"],
  ["one without a type", "name: a\n", false, "a"],
  ["a name that no release bears", "name: --post-renderer=x\n", false, undefined],
  ["a name too long", `name: ${"a".repeat(54)}\n`, false, undefined],
  ["a name that is no text", "name: [a]\ntype: {a: b}\n", false, undefined],
  ["no YAML", "name: [\n", false, undefined],
  ["a list", "- name: a\n", false, undefined],
  ["two documents", "name: a\n---\nname: b\n", false, undefined],
  ["dependencies that are none", "name: a\ndependencies: {redis: 1}\n", false, "a"],
  ["an alias without an anchor", "name: *a\n", false, undefined],
  ["more than is read", `name: a\n# ${"x".repeat(300_000)}\n`, false, undefined],
])("%s", async (_, text, isLibrary, name) => {
  const charts = await found({ "a/Chart.yaml": text });
  expect(charts.map((each) => [each.isLibrary, each.name, each.build])).toEqual([[isLibrary, name, []]]);
});

describe("charts of the source that one depends on", () => {
  const charts = async (files: Files) =>
    Object.fromEntries((await found(files)).map(({ folder, local, build }) => [folder, { local, build }]));

  test("are found with those that they depend on, and put in from the bottom up", async () => {
    const files = {
      "web/Chart.yaml": depending("web", "../lib/common/"),
      "lib/common/Chart.yaml": depending("common", "../base"),
      "lib/base/Chart.yaml": "name: base\n",
    };
    expect(await charts(files)).toEqual({
      web: { local: ["lib/base", "lib/common"], build: ["lib/common", "web"] },
      "lib/common": { local: ["lib/base"], build: ["lib/common"] },
      "lib/base": { local: [], build: [] },
    });
  });

  test.each([
    ["as a folder", "web/charts/common/Chart.yaml"],
    ["as an archive", "web/charts/common-1.2.0.tgz"],
  ])("are not put in where charts/ holds them %s", async (_, held) => {
    const files = { "web/Chart.yaml": depending("web", "../common"), [held]: "" };
    expect((await charts(files)).web?.build).toEqual([]);
  });

  test("are not taken for held because of another name", async () => {
    const files = { "web/Chart.yaml": depending("web", "../common"), "web/charts/common-lib-1.0.0.tgz": "" };
    expect((await charts(files)).web?.build).toEqual(["web"]);
  });

  test("outside the source, or not there, are left for Helm to refuse", async () => {
    const files = { "web/Chart.yaml": depending("web", "../../../etc", "../gone") };
    expect((await charts(files)).web).toEqual({ local: [], build: ["web"] });
  });

  test("may name each other in a circle", async () => {
    const files = { "a/Chart.yaml": depending("a", "../b"), "b/Chart.yaml": depending("b", "../a") };
    expect(await charts(files)).toEqual({
      a: { local: ["b"], build: ["b", "a"] },
      b: { local: ["a"], build: ["a", "b"] },
    });
  });

  test("are gone through once, however many ways lead to them", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [
        `c${at}/Chart.yaml`,
        depending(`c${at}`, `../c${at + 1}`, `../c${at + 2}`),
      ]),
    );
    expect((await charts(files)).c0?.local).toHaveLength(39);
  });
});
