import { expect, test } from "vitest";
import { infrastructureOf } from "#pipelines/plan/infrastructure.ts";
import { Tree } from "#pipelines/plan/tree.ts";
import { factsOf } from "./facts-of.ts";

type Files = Readonly<Record<string, string>>;

const found = (files: Files) => infrastructureOf(new Tree(factsOf(files)));
const roots = async (files: Files) =>
  (await found(files)).filter(({ isRoot }) => isRoot).map(({ folder }) => folder);
const calling = (...paths: readonly string[]) =>
  paths.map((path, at) => `module "m${at}" {\n  source = "${path}"\n}\n`).join("");

test("each folder with a configuration is found once, what was downloaded is not", async () => {
  const files = {
    "main.tf": "",
    "a/x.tofu": "",
    "b/x.tf.json": "{}",
    "c/terraform.tfvars": "",
    "a/.terraform/modules/vpc/main.tf": "",
  };
  expect((await found(files)).map(({ folder }) => folder)).toEqual([".", "a", "b"]);
});

test("what another folder calls is no root, however deep", async () => {
  const files = {
    "infra/prod/main.tf": calling("../modules/app"),
    "infra/modules/app/main.tf": calling("./db/"),
    "infra/modules/app/db/main.tf": "",
    "infra/modules/unused/main.tf": "",
  };
  expect(await roots(files)).toEqual(["infra/modules/unused", "infra/prod"]);
  expect(
    (await found(files)).find(({ isRoot, folder }) => isRoot && folder === "infra/prod")?.modules,
  ).toEqual(["infra/modules/app", "infra/modules/app/db"]);
});

test.each<[what: string, text: string]>([
  ["by JSON", '{"module": {"a": {"source": "./a"}}}'],
  ["after other arguments", 'module "a" {\n  count = 2 # two\n  source = "./a"\n}\n'],
  ["after a comment with a quote", `# don't "\nmodule "a" {\n source = "./a"\n}\n`],
  ["after a text that looks like a comment", 'locals { u = "http://x" }\nmodule "a" { source = "./a" }\n'],
])("a module is called %s", async (_, text) => {
  const name = text.startsWith("{") ? "main.tf.json" : "main.tf";
  expect(await roots({ [name]: text, "a/main.tf": "" })).toEqual(["."]);
});

test.each<[what: string, text: string]>([
  ["in a comment", `# ${calling("./a").replaceAll("\n", " ")}\n`],
  ["in a comment of several lines", `/*\n${calling("./a")}*/`],
  ["in a comment without an end", `/*\n${calling("./a")}`],
  ["by another block", 'resource "x" "module" { source = "./a" }\n'],
  ["from a registry", calling("a/b/c")],
  ["outside the source", calling("../../../a")],
  ["by a path that is put together", calling(`./\${var.a}`)],
])("a module is not called %s", async (_, text) => {
  expect(await roots({ "main.tf": text, "a/main.tf": "" })).toEqual([".", "a"]);
});

test("folders that call each other in a circle are all checked", async () => {
  const files = { "a/main.tf": calling("../b"), "b/main.tf": calling("../a"), "c/main.tf": calling("./") };
  expect(await roots(files)).toEqual(["a", "b", "c"]);
});

test("files that are named outside of the folder belong to it", async () => {
  const text = `locals {
  a = file("../shared/a.json")
  b = templatefile("\${path.module}/../../b.tpl", {})
  c = file("\${path.module}/own.json")
  d = file("../../../../etc/passwd")
}`;
  expect((await found({ "infra/prod/main.tf": text })).map(({ references }) => references)).toEqual([
    ["b.tpl", "infra/shared/a.json"],
  ]);
});

test("the nearest settings of tflint are those that hold", async () => {
  const files = { ".tflint.hcl": "", "a/.tflint.hcl": "", "a/b/main.tf": "", "c/main.tf": "" };
  expect((await found(files)).map(({ tflint }) => tflint)).toEqual(["a/.tflint.hcl", ".tflint.hcl"]);
});

test("text without end is gone through", async () => {
  const files = { "main.tf": `module "a" {${" ".repeat(50_000)}`, "a/main.tf": '"'.repeat(50_000) };
  expect(await roots(files)).toEqual([".", "a"]);
});
