import { type Directory, dag } from "@dagger.io/dagger";
import { expect, test } from "vitest";
import { Conftest } from "#modules/conftest/src/index.ts";
import { type ConftestReport, readConftest } from "#pipelines/tools/conftest/reader.ts";
import { session } from "../../session.ts";

const conftest = new Conftest();

const folder = (files: Readonly<Record<string, string>>): Directory =>
  Object.entries(files).reduce((all, [name, text]) => all.withNewFile(name, text), dag.directory());

const rules = (name: string) => `package ${name}
import rego.v1
deny contains msg if { input.kind == "Pod"; msg := "${name} has no pods" }
warn contains msg if { input.kind == "Job"; msg := "${name} has no jobs" }
`;

interface Tested {
  readonly manifest?: string;
  readonly policies?: Readonly<Record<string, string>>;
  readonly data?: Readonly<Record<string, string>>;
  readonly config?: string;
  readonly by?: Conftest;
}

/** Runs it and gives its report, its exit code and what it said. */
const run = ({ manifest = "kind: Pod\n", policies, data, config, by = conftest }: Tested) =>
  session(async () => {
    const ran = await by.test(
      folder({ "a.yaml": manifest }),
      [folder(policies ?? { "a.rego": rules("main") })],
      data === undefined ? [] : [folder(data)],
      config === undefined ? undefined : folder({ "c.toml": config }).file("c.toml"),
    );
    const text = await ran.file("/reports/conftest.json").contents();
    return { text, exitCode: await ran.exitCode(), stderr: await ran.stderr() };
  });

async function compliance(tested: Tested): Promise<ConftestReport> {
  const { text, exitCode } = await run(tested);
  return readConftest(text, "conftest.json", exitCode);
}

test("manifests that hold pass, all documents of a stream counted", async () => {
  expect(await compliance({ manifest: "kind: ConfigMap\n---\nkind: Service\n" })).toEqual({
    findings: [],
    rules: 4,
  });
});

test("what a rule denies is a failure, what one warns of is a warning", async () => {
  const { findings } = await compliance({ manifest: "kind: Pod\n---\nkind: Job\n" });
  expect(findings.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
    "policy: main has no pods",
    "note: main has no jobs",
  ]);
});

test("the rules of every package count, or those that conftest.toml names", async () => {
  const policies = { "a.rego": rules("first"), "deep/b.rego": rules("second") };
  expect((await compliance({ policies })).findings).toHaveLength(2);
  const { findings } = await compliance({ policies, config: 'namespace = ["second"]\n' });
  expect(findings.map(({ message }) => message)).toEqual(["second has no pods"]);
  await expect(compliance({ policies, config: 'namespace = "third"\n' })).rejects.toThrow(/RULES_NOT_FOUND/);
});

test("fail-on-warn of conftest.toml makes a warning a failure, and no-fail does not take", async () => {
  const warned = { manifest: "kind: Job\n", config: "fail-on-warn = true\n" };
  expect((await compliance(warned)).findings.map(({ kind }) => kind)).toEqual(["policy"]);
  expect((await compliance({ config: "no-fail = true\n" })).findings).toHaveLength(1);
});

test("policies read data", async () => {
  const policy =
    'package main\nimport rego.v1\ndeny contains "forbidden" if { input.kind in data.forbidden }\n';
  const tested = { policies: { "a.rego": policy }, data: { "kinds.yaml": "forbidden: [Pod]\n" } };
  expect((await compliance(tested)).findings).toHaveLength(1);
});

test.each<[what: string, tested: Tested, words: RegExp]>([
  ["a policy that is none", { policies: { "a.rego": "package main\ndeny {" } }, /rego_parse_error/],
  ["no policy", { policies: { "README.md": "" } }, /no policies found/],
  ["a manifest that is no YAML", { manifest: "a: [\n" }, /unmarshal yaml/],
  ["a conftest.toml that is none", { config: "policy = [" }, /toml/i],
  ["policies from the web", { config: 'update = ["https://example.com/p.rego"]\n' }, /refused|proxy/],
])("%s breaks it down, with an empty report", async (_, tested, words) => {
  const { text, exitCode, stderr } = await run(tested);
  expect({ text, exitCode }).toEqual({ text: "", exitCode: 1 });
  expect(stderr).toMatch(words);
});

test("a policy that asks the web gets no answer", async () => {
  const policy =
    'package main\nimport rego.v1\ndeny contains "answered" if { http.send({"method": "get", "url": "https://example.com", "raise_error": false}).status_code == 200 }\n';
  expect((await compliance({ policies: { "a.rego": policy } })).findings).toEqual([]);
});

test("an image without conftest ends the call", async () => {
  const by = new Conftest("gcr.io/distroless/static-debian12");
  await expect(run({ by })).rejects.toThrow(/conftest/);
});
