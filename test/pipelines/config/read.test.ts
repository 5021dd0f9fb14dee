import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { suitesOf } from "#pipelines/plan/suites.ts";

const read = (text: string | undefined) => readConfig(text, "slipway.yaml");
const theTest = (yaml: string) => {
  const service = read(`services:\n  a:\n    path: a\n    test:\n      ${yaml}\n`).services?.a;
  return service?.test === false ? undefined : service?.test;
};

const defaults = {
  version: 1,
  reuse: 3600,
  gates: { severity: ["CRITICAL", "HIGH"], ignoreUnfixed: false, waiverTerm: 31_536_000 },
  scan: {
    database: {
      repositories: ["mirror.gcr.io/aquasec/trivy-db:2", "ghcr.io/aquasecurity/trivy-db:2"],
      refresh: 21_600,
    },
    skip: [],
    history: "auto",
    secrets: true,
  },
  files: { lint: "auto", skip: [] },
  manifests: {
    kubernetes: "1.37",
    unknownKinds: "note",
    skipKinds: [],
    skip: [],
    loadRestrictor: "LoadRestrictionsRootOnly",
    charts: [],
  },
  infrastructure: { plan: "auto", skip: [] },
  licenses: { unknown: "note", skip: [] },
  waivers: [],
  bump: { overlays: [] },
  record: true,
  tools: {},
};

test.each([undefined, "", "# nothing\n", "---\n", "null", "{}", "\u{FEFF}", "version: 1", "\n\n"])(
  "%j is the config of defaults",
  (text) => {
    expect(read(text)).toEqual(defaults);
  },
);

test("a service that names its path alone is linted, tested, and built if it can be", () => {
  expect(read("services: {a: {path: ./x//y/}}").services).toEqual({
    a: {
      path: "x/y",
      lint: "auto",
      types: "auto",
      test: {
        timeout: 600,
        files: [],
        packages: [],
        before: [],
        args: [],
        env: {},
        secrets: [],
        containers: {},
        readyTimeout: 300,
        parallel: false,
        shards: 1,
        retries: 0,
      },
    },
  });
});

test("the example's config is read", () => {
  const { services = {}, bump } = read(readFileSync("test/fixtures/shop/slipway.yaml", "utf8"));
  expect(Object.keys(services)).toEqual(["orders", "notifier"]);
  expect(bump.overlays).toEqual(["k8s/overlays/staging"]);
});

test("a container's port and its ports come to the same", () => {
  const { containers } = theTest("containers: {a: {image: i, port: 1}, b: {image: i, ports: [2, 3]}}") ?? {};
  expect(containers?.a?.ports).toEqual([{ local: 1, port: 1 }]);
  expect(containers?.b?.ports).toEqual([2, 3].map((port) => ({ local: port, port })));
});

test.each([
  ["parallel: true", "auto"],
  ["parallel: auto", "auto"],
  ["parallel: 4", 4],
  ["parallel: 1", false],
  ["parallel: false", false],
])("%s comes to %s", (yaml, parallel) => {
  expect(theTest(yaml)?.parallel).toBe(parallel);
});

test("a suite takes what it does not say from beside suites, and replaces what it says", () => {
  const settings = theTest(
    [
      "timeout: 1m",
      "env: {A: a}",
      "retries: 1",
      "suites: {unit: {env: {B: b}}, slow: {markers: slow, retries: 0}}",
    ].join("\n      "),
  );
  expect(settings && suitesOf(settings)).toMatchObject([
    { name: "unit", timeout: 60, env: { B: "b" }, retries: 1 },
    { name: "slow", timeout: 60, env: { A: "a" }, retries: 0, markers: "slow" },
  ]);
});

test("without suites there is one, without a name", () => {
  const settings = theTest("timeout: 1m");
  expect(settings && suitesOf(settings).map(({ name, timeout }) => [name, timeout])).toEqual([
    [undefined, 60],
  ]);
});

test("test and image can be switched off", () => {
  const service = read("services: {a: {path: ., test: false, image: false}}").services?.a;
  expect(service).toMatchObject({ path: ".", test: false, image: false });
});

test("a context may climb as long as it stays in the source", () => {
  const yaml = "services: {a: {path: x/y, image: {context: ../.., dockerfile: x/y/Dockerfile}}}";
  expect(read(yaml).services?.a?.image).toMatchObject({ context: "../..", dockerfile: "x/y/Dockerfile" });
});

test("merge keys and aliases are followed", () => {
  const yaml = "services:\n  a: &base {path: a, lint: false}\n  b: {<<: *base, path: b}\n";
  expect(read(yaml).services?.b).toMatchObject({ path: "b", lint: false });
});

test.each([
  ["a\\nb", "a\nb"],
  ["with space", "with space"],
  ["bücher", "bücher"],
  ["-h", "-h"],
  ["$(id)", "$(id)"],
  ["..a", "..a"],
  ["a..", "a.."],
])("the path %j is a name like any other", (written, path) => {
  expect(read(`services: {a: {path: "${written}"}}`).services?.a?.path).toBe(path);
});

test("names that objects have of themselves are names like any other", () => {
  const { services = {} } = read("services: {constructor: {path: a}, tostring: {path: b}}");
  expect(Object.keys(services)).toEqual(["constructor", "tostring"]);
  expect(theTest("env: {constructor: a, toString: b}")?.env).toEqual({ constructor: "a", toString: "b" });
});

test("root stands alone, with the version", () => {
  expect(read("version: 1\nroot: test/fixtures/shop/").root).toBe("test/fixtures/shop");
});
