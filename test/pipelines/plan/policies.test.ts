import { describe, expect, test } from "vitest";
import { policiesOf } from "#pipelines/plan/policies.ts";
import { Tree } from "#pipelines/plan/tree.ts";
import { factsOf } from "./facts-of.ts";

const found = (files: Readonly<Record<string, string>>, wanted?: readonly string[]) =>
  policiesOf(new Tree(factsOf(files)), wanted);

const rule = "package main\n";

test.each<[what: string, files: Readonly<Record<string, string>>]>([
  ["nothing", {}],
  ["a folder of that name without a policy", { "policy/README.md": "" }],
  ["policies elsewhere", { "rego/a.rego": rule, "k8s/policy/a.rego": rule }],
  ["a configuration alone", { "conftest.toml": "fail-on-warn = true\n" }],
])("%s: there are none", async (_, files) => {
  expect(await found(files)).toBeUndefined();
});

test("they are in policy/, at any depth", async () => {
  expect(await found({ "policy/k8s/a.rego": rule })).toEqual({ folders: ["policy"], data: [] });
});

test("conftest.toml says where they are, and their data", async () => {
  const files = {
    "conftest.toml": 'policy = ["./rules/", "more"]\ndata = "facts"\n',
    "rules/a.rego": rule,
    "more/b.rego": rule,
    "facts/a.yaml": "",
  };
  expect(await found(files)).toEqual({
    folders: ["rules", "more"],
    data: ["facts"],
    config: "conftest.toml",
  });
});

test("slipway.yaml wins", async () => {
  const files = { "conftest.toml": 'policy = "gone"\n', "rules/a.rego": rule, "policy/a.rego": rule };
  expect(await found(files, ["rules"])).toEqual({ folders: ["rules"], data: [], config: "conftest.toml" });
});

test.each(["policy = [", "policy = 7", 'policy = [1]\ndata = {a = "b"}', "\0"])(
  "a conftest.toml that names nothing to go by is left for conftest: %j",
  async (text) => {
    const files = { "conftest.toml": text, "policy/a.rego": rule };
    expect(await found(files)).toEqual({ folders: ["policy"], data: [], config: "conftest.toml" });
  },
);

describe("a folder that is not there", () => {
  test.each(["gone", "../policy", "/etc", "", "policy/../../x"])("by conftest.toml: %j", async (path) => {
    const files = { "conftest.toml": `policy = ${JSON.stringify(path)}\n` };
    await expect(found(files)).rejects.toThrow(/^PATH_NOT_FOUND: policy in conftest\.toml/);
  });

  test("by slipway.yaml, or of data", async () => {
    await expect(found({}, ["gone"])).rejects.toThrow(/^PATH_NOT_FOUND: manifests\.policies/);
    const files = { "conftest.toml": 'data = "gone"\n', "policy/a.rego": rule };
    await expect(found(files)).rejects.toThrow(/^PATH_NOT_FOUND: data in conftest\.toml/);
  });
});
