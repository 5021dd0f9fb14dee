import { expect, test } from "vitest";
import { kustomizationsOf } from "#pipelines/plan/kustomizations.ts";
import { Tree } from "#pipelines/plan/tree.ts";
import { factsOf } from "./facts-of.ts";

const found = (files: Readonly<Record<string, string>>) => kustomizationsOf(new Tree(factsOf(files)));

test("each folder with a kustomization file is there once, with the file", async () => {
  const files = {
    "kustomization.yaml": "",
    "b/Kustomization": "kind: Kustomization\n",
    "a/kustomization.yml": "",
    "a/kustomization.yaml": "",
    "c/other.yaml": "",
  };
  expect(await found(files)).toEqual([
    { folder: ".", file: "kustomization.yaml", isComponent: false },
    { folder: "a", file: "a/kustomization.yaml", isComponent: false },
    { folder: "b", file: "b/Kustomization", isComponent: false },
  ]);
});

test.each<[what: string, text: string, isComponent: boolean]>([
  ["a Component", "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n", true],
  ["one in quotes, after a comment", '# shared\nkind: "Component"\n', true],
  ["a Kustomization", "kind: Kustomization\n", false],
  ["the word in another place", "labels: [{pairs: {kind: Component}}]\n", false],
  ["no mapping", "- kind: Component\n", false],
  ["no YAML", "kind: Component\n  : [\n", false],
  ["two documents", "kind: Component\n---\nkind: Component\n", false],
  ["lists in lists without end", `kind: Component\na: ${"[".repeat(100_000)}`, false],
])("%s", async (_, text, isComponent) => {
  expect((await found({ "k8s/kustomization.yaml": text })).map((each) => each.isComponent)).toEqual([
    isComponent,
  ]);
});

test("a file of that name with Flux's Kustomization is a manifest, not kustomize's", async () => {
  const text = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {path: ./apps}\n";
  expect(await found({ "clusters/a/kustomization.yaml": text })).toEqual([]);
});

test.each([
  ["helmCharts: [{name: a}]\n", true],
  ["helmGlobals: {chartHome: ../charts}\n", true],
  ["resources: [helmCharts.yaml]\n", undefined],
])("a kustomization with charts is known: %s", async (text, hasCharts) => {
  expect((await found({ "a/kustomization.yaml": text }))[0]?.hasCharts).toBe(hasCharts);
});
