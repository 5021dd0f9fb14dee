import { expect, test } from "vitest";
import { plainAmong } from "#pipelines/checks/manifests/plain.ts";

const rowsOf = (files: Readonly<Record<string, string>>) =>
  Object.entries(files).flatMap(([path, text]) =>
    text.split("\n").map((line, at) => ({ path, line: at + 1, text: line })),
  );
const object = "apiVersion: v1\nkind: ConfigMap";
const kustomization = (folder: string) => ({
  folder,
  file: `${folder}/kustomization.yaml`,
  isComponent: false,
});
const nothing = { kustomizations: [], charts: [] };

test("plain manifests are files with an apiVersion and a kind, not below what is rendered", () => {
  const files = {
    "clusters/a/apps.yaml": object,
    "k8s/base/deployment.yaml": object,
    "k8s/base/patches/patch.yaml": object,
    "values.yaml": "kind: big",
    "Chart.yaml": "apiVersion: v2",
  };
  const plan = { kustomizations: [kustomization("k8s/base")], charts: [] };
  expect(plainAmong(rowsOf(files), plan, []).paths).toEqual(["clusters/a/apps.yaml"]);
});

test("a kustomization at the top has the files that it names, and no others", () => {
  const plan = { kustomizations: [{ ...kustomization("."), file: "kustomization.yaml" }], charts: [] };
  const files = { "deploy/a.yaml": object, "deploy/b.yaml": object };
  expect(plainAmong(rowsOf(files), plan, [], "resources:\n- deploy/a.yaml\n").paths).toEqual([
    "deploy/b.yaml",
  ]);
});

test("a kustomization at the top does not name a file whose name ends another's", () => {
  const plan = { kustomizations: [{ ...kustomization("."), file: "kustomization.yaml" }], charts: [] };
  const files = { "a.yaml": object, "b.yaml": object };
  expect(plainAmong(rowsOf(files), plan, [], "resources: [extra.yaml, ./b.yaml]\n").paths).toEqual([
    "a.yaml",
  ]);
});

test("an object for a program does not hide the others of its file", () => {
  // The search finds these lines alone, without the line between the documents.
  const text = `apiVersion: v1\nkind: Config\n${object}`;
  expect(plainAmong(rowsOf({ "a.yaml": text }), nothing, []).paths).toEqual(["a.yaml"]);
});

test.each([
  ["a template", "t.yaml", `${object}\n{{- if .x }}`],
  ["a template's value in an environment", "k8s/prod/t.yaml", `${object}\n  a: {{ x }}`],
  ["documents", "docs/a.yaml", object],
  ["an environment called test", "k8s/test/a.yaml", object],
  ["an environment called env", "k8s/env/a.yaml", object],
])("%s: not compared, and named", (_, path, text) => {
  const rows = rowsOf({ [path]: text });
  expect(plainAmong(rows, nothing, [])).toMatchObject({ paths: [], passedOver: [path] });
  expect(
    plainAmong(
      rows,
      { ...nothing, kustomizations: [kustomization("k8s"), kustomization("docs"), kustomization(".")] },
      [],
      "[t.yaml]",
    ).passedOver,
  ).toEqual([]);
});

test.each([
  ["a template", "t.yaml", `${object}\n{{- if .x }}`],
  ["a template's value", "t.yaml", `${object}\n  a: {{ x }}`],
  ["a kubeconfig", "admin.yaml", "apiVersion: v1\nkind: Config"],
  ["a cluster of kind", "kind.yaml", "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster"],
  ["documents", "docs/a.yaml", object],
  ["tests", "services/a/tests/a.yaml", object],
  ["a hidden folder", ".github/a.yaml", object],
  ["a skipped folder", "legacy/a.yaml", object],
])("%s: not compared", (_, path, text) => {
  expect(plainAmong(rowsOf({ [path]: text }), nothing, ["legacy"]).paths).toEqual([]);
});

test("a Kustomization of Flux says that Flux renders, wherever it is", () => {
  const flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization";
  expect(plainAmong(rowsOf({ "clusters/a/kustomization.yaml": flux }), nothing, [])).toEqual({
    paths: ["clusters/a/kustomization.yaml"],
    passedOver: [],
    hasFlux: true,
    hasRollouts: false,
  });
  expect(plainAmong(rowsOf({ "a.yaml": object }), nothing, []).hasFlux).toBe(false);
});
