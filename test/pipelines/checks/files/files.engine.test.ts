import { type Directory, dag } from "@dagger.io/dagger";
import { expect, test } from "vitest";
import { checkFiles as filesStage } from "#pipelines/checks/files/files.ts";
import { checkKind } from "#pipelines/commands/check-kind.ts";
import type { FileLinterName } from "#pipelines/tools/registry.ts";
import { openWorkspace } from "#pipelines/workspace/workspace.ts";
import { session } from "../../../session.ts";

type Files = Readonly<Record<string, string>>;

const workflow =
  'name: x\non: push\npermissions: {}\njobs: {a: {runs-on: ubuntu-24.04, name: a, steps: [{run: "true"}]}}\n';
const ci = ".github/workflows/ci.yml";

/** A repository in which every tool has something to look at, and finds nothing. */
const clean: Files = {
  "app.py": "x = 1\n",
  "pyproject.toml": '[project]\nname = "app"\nversion = "1"\n',
  "slipway.yaml": "services: {app: {path: ., lint: false, types: false}}\n",
  Dockerfile: "FROM debian:12\n",
  "scripts/run.sh": "#!/bin/sh\necho hello\n",
  "bin/deploy": "#!/usr/bin/env bash\necho hello\n",
  ".yamllint": "extends: relaxed\n",
  [ci]: workflow,
};

function repository(...changes: readonly Files[]): Directory {
  return Object.entries(Object.assign({}, clean, ...changes) as Files).reduce(
    (folder, [name, text]) => folder.withNewFile(name, text),
    dag.directory(),
  );
}

/** The checks of files that were carried out, by their tools: outcome and reasons, or the note. */
async function outcomes(source: () => Directory): Promise<Readonly<Record<string, string>>> {
  const { checks } = await session(() => checkKind("lint", { source: source() }));
  return Object.fromEntries(
    checks
      .filter(({ name, outcome }) => name.startsWith("files/") && outcome !== "skipped")
      .map(({ name, outcome, reasons, note }) => [
        name.slice("files/".length),
        [outcome, ...reasons.map(({ code, text }) => `${code ?? ""} ${text}`), note ?? ""].join(" ").trim(),
      ]),
  );
}

test("each tool that there are files for runs, and passes what is clean", async () => {
  expect(await outcomes(repository)).toEqual({
    shellcheck: "passed nothing found in 2 files",
    hadolint: "passed nothing found in 1 file",
    actionlint: "passed nothing found in 1 file",
    zizmor: "passed nothing found in 1 file",
    yamllint: "passed nothing found in 2 files",
  });
});

type Case = readonly [tool: FileLinterName, change: Files, expected: RegExp];

const cases: readonly Case[] = [
  [
    "shellcheck",
    { "bin/deploy": "#!/usr/bin/env bash\ncd $1\n" },
    /^failed .*1 lint finding: SC2164 bin\/deploy:2$/,
  ],
  [
    "shellcheck",
    { "scripts/run.sh": "#!/bin/sh\necho $1\n" },
    /^passed 1 finding below the gate in 2 files$/,
  ],
  [
    "shellcheck",
    { "scripts/run.sh": "#!/bin/sh\necho $1\n", ".shellcheckrc": "disable=SC2086\n" },
    /^passed nothing found/,
  ],
  ["hadolint", { Dockerfile: "FROM debian\n" }, /^failed .*1 lint finding: DL3006 Dockerfile:1$/],
  ["hadolint", { "docker/api.Dockerfile": "RUNN x\n" }, /^failed .*DL1000 docker\/api\.Dockerfile:1/],
  [
    "hadolint",
    { Dockerfile: "FROM debian\n", ".hadolint.yaml": "ignored: [DL3006]\n" },
    /^passed nothing found/,
  ],
  [
    "hadolint",
    { Dockerfile: "FROM debian\n", ".hadolint.yaml": "failure-threshold: error\n" },
    /^passed 1 finding below/,
  ],
  [
    "hadolint",
    { Dockerfile: "FROM debian\n", ".hadolint.yaml": "no-fail: true\n" },
    /^passed 1 finding below/,
  ],
  ["hadolint", { ".hadolint.yaml": "ignored: [\n" }, /^errored TOOL_FAILED .*Error parsing your config/],
  [
    "actionlint",
    { [ci]: workflow.replace("ubuntu-24.04", "mainframe") },
    /^failed .*runner-label .*ci\.yml:4/,
  ],
  [
    "actionlint",
    {
      [ci]: workflow.replace("ubuntu-24.04", "mainframe"),
      ".github/actionlint.yaml": "self-hosted-runner: {labels: [mainframe]}\n",
    },
    /^passed nothing found/,
  ],
  ["actionlint", { [ci]: workflow.replace('"true"', "echo $x") }, /^passed 1 finding below/],
  ["actionlint", { ".github/actionlint.yaml": "a: [\n" }, /^errored TOOL_FAILED .*exit code 3/],
  [
    "zizmor",
    { [ci]: workflow.replace("push", "pull_request_target") },
    /^failed .*HIGH zizmor\/dangerous-triggers/,
  ],
  [
    "zizmor",
    {
      [ci]: workflow.replace("push", "pull_request_target"),
      ".github/zizmor.yml": "rules: {dangerous-triggers: {ignore: [ci.yml]}}\n",
    },
    /^passed nothing found/,
  ],
  ["zizmor", { [ci]: workflow.replace("permissions: {}\n", "") }, /^passed \d findings? below/],
  ["zizmor", { [ci]: "on: [push\n" }, /^errored TOOL_FAILED .*zizmor ended with exit code 1/],
  ["yamllint", { "a.yaml": "a:   1\na: 2\n" }, /^failed .*1 lint finding: key-duplicates a\.yaml:2$/],
  ["yamllint", { ".yamllint": "extends: default\n" }, /^passed \d+ findings below/],
  [
    "yamllint",
    { ".yamllint": "rules: {colons: 3}\n" },
    /^errored TOOL_FAILED .*exit code 255.*invalid config/,
  ],
  ["yamllint", { "a.yaml": "\0ab" }, /^errored TOOL_FAILED .*yamllint ended with exit code 1/],
];
test.each(cases)("%s, %j", async (tool, change, expected) => {
  const only = { "slipway.yaml": `${clean["slipway.yaml"]}files: {lint: [${tool}]}\n` };
  const found = await outcomes(() => repository(only, change));
  expect(Object.keys(found)).toEqual([tool]);
  expect(found[tool]).toMatch(expected);
});

test("ShellCheck breaks down on a script that cannot be read", async () => {
  const only = { "slipway.yaml": `${clean["slipway.yaml"]}files: {lint: [shellcheck]}\n` };
  const found = await outcomes(() => repository(only).withSymlink("nowhere", "scripts/lost.sh"));
  expect(found.shellcheck).toMatch(/^errored TOOL_FAILED /);
});

test("what is vendored or skipped is not looked at, and false switches all off", async () => {
  const bad = "#!/bin/sh\ncd $1\n";
  const skip = { "slipway.yaml": `${clean["slipway.yaml"]}files: {lint: [shellcheck], skip: [legacy]}\n` };
  const found = await outcomes(() =>
    repository(skip, { "vendor/x.sh": bad, "web/node_modules/y/z.sh": bad, "legacy/a/b.sh": bad }),
  );
  expect(found).toEqual({ shellcheck: "passed nothing found in 2 files" });
  const off = { "slipway.yaml": `${clean["slipway.yaml"]}files: false\n` };
  expect(await outcomes(() => repository(off, { "x.sh": bad }))).toEqual({});
});

test("the reports hold what the tool wrote, also after a finding", async () => {
  const reports = await session(async () => {
    const only = { "slipway.yaml": `${clean["slipway.yaml"]}files: {lint: [shellcheck, zizmor]}\n` };
    const source = repository(only, { "bin/deploy": "#!/bin/bash\ncd $1\n" });
    const examined = await Promise.all(filesStage(await openWorkspace({ source })));
    return examined.map(({ check }) => check.reports);
  });
  expect(reports).toEqual([["files/shellcheck/shellcheck.json"], ["files/zizmor/zizmor.sarif"]]);
});
