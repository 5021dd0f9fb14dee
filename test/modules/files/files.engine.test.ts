import { type Container, type Directory, dag } from "@dagger.io/dagger";
import { expect, test } from "vitest";
import { Files } from "#modules/files/src/index.ts";
import { session } from "../../session.ts";

const files = new Files();

const folder = (texts: Readonly<Record<string, string>>): Directory =>
  Object.entries(texts).reduce((all, [name, text]) => all.withNewFile(name, text), dag.directory());

/** Runs a tool and returns its exit code, its report and what it says on stderr. */
function ended(report: string, run: () => Container) {
  return session(async () => {
    const ran = run();
    return {
      exitCode: await ran.exitCode(),
      report: await ran.file(`/reports/${report}`).contents(),
      stderr: await ran.stderr(),
    };
  });
}

const script = "#!/bin/sh\necho hello\n";
const dockerfile = "FROM debian:12\n";
const workflow =
  'name: x\non: push\npermissions: {}\njobs: {a: {runs-on: ubuntu-24.04, name: a, steps: [{run: "true"}]}}\n';
const at = ".github/workflows/ci.yml";

type Texts = Readonly<Record<string, string>>;
type Case = readonly [tool: string, report: string, run: (source: Directory) => Container, clean: Texts];

const cases: readonly Case[] = [
  ["shellcheck", "shellcheck.json", (source) => files.shellcheck(source, ["-a b.sh"]), { "-a b.sh": script }],
  ["hadolint", "hadolint.json", (source) => files.hadolint(source, ["-x"]), { "-x": dockerfile }],
  ["actionlint", "actionlint.json", (source) => files.actionlint(source), { [at]: workflow }],
  ["zizmor", "zizmor.sarif", (source) => files.zizmor(source), { [at]: workflow }],
  ["yamllint", "yamllint.txt", (source) => files.yamllint(source), { "a.yaml": "---\na: 1\n" }],
];

test.each(cases)("%s passes what is clean", async (_tool, report, run, clean) => {
  const { exitCode, report: text } = await ended(report, () => run(folder(clean)));
  expect(exitCode).toBe(0);
  expect(text).not.toMatch(/"(?:level|kind)":/);
});

const found: readonly (readonly [string, Texts, number, RegExp])[] = [
  ["shellcheck", { "-a b.sh": "#!/bin/sh\ncd $1\n" }, 1, /"file":"\.\/-a b\.sh".*"code":2164/],
  ["hadolint", { "-x": "FROM debian\n" }, 1, /DL3006/],
  ["actionlint", { [at]: workflow.replace('"true"', "'cd $x'") }, 1, /SC2086:info/],
  ["zizmor", { [at]: workflow.replace("push", "pull_request_target") }, 0, /zizmor\/dangerous-triggers/],
  ["yamllint", { "a.yaml": "a:   1\n" }, 1, /\.\/a\.yaml:1:5: \[error\] too many spaces/],
];
test.each(found)("%s reports what it finds", async (tool, change, exitCode, expected) => {
  const [, report = "", run] = cases.find(([name]) => name === tool) ?? [];
  const end = await ended(report, () => run?.(folder(change)) ?? dag.container());
  expect(end.exitCode).toBe(exitCode);
  expect(end.report).toMatch(expected);
});

const broken: readonly (readonly [string, Texts, number, RegExp])[] = [
  ["shellcheck", { "other.sh": script }, 2, /does not exist/],
  ["hadolint", { "-x": dockerfile, ".hadolint.yaml": "a: [" }, 0, /Error parsing your config file/],
  ["actionlint", { [at]: workflow, ".github/actionlint.yaml": "a: [" }, 3, /could not parse config/],
  ["zizmor", { [at]: "on: [push" }, 1, /invalid YAML syntax/],
  ["yamllint", { "a.yaml": "\0ab" }, 1, /Traceback/],
];
test.each(broken)("%s says that it broke down", async (tool, change, exitCode, expected) => {
  const [, report = "", run] = cases.find(([name]) => name === tool) ?? [];
  const end = await ended(report, () => run?.(folder(change)) ?? dag.container());
  expect(end.exitCode).toBe(exitCode);
  expect(end.stderr).toMatch(expected);
});

test("a configuration of yamllint's that is invalid ends the call", async () => {
  const source = () => folder({ "a.yaml": "a: 1\n", ".yamllint": "rules: {line-length: 3}\n" });
  await expect(ended("yamllint.txt", () => files.yamllint(source()))).rejects.toThrow(/exit code: 255/);
});

test("a version that is none is refused", () => {
  expect(() => files.zizmor(dag.directory(), "@ https://example.com/zizmor.whl")).toThrow(/ARGUMENT_INVALID/);
});
