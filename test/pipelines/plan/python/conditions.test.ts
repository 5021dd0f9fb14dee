import { expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { plan } from "#pipelines/plan/plan.ts";
import { verdictOn } from "#pipelines/plan/python/calls/conditions.ts";
import { factsOf } from "../facts-of.ts";

test.each<[unknown, ReturnType<typeof verdictOn>]>([
  [undefined, "holds"],
  [true, "holds"],
  [false, "fails"],
  ["runner.os == 'Linux'", "holds"],
  [`$\{{ runner.os=='Linux' && matrix.os != "windows-latest" }}`, "holds"],
  ["startsWith(matrix.os, 'ubuntu')", "holds"],
  ["contains(matrix.os,'ubuntu')", "holds"],
  ["matrix.os == 'ubuntu-latest' || failure()", "holds"],
  ["steps.cache.outputs.cache-hit != 'true'", "holds"],
  ["!cancelled()", "holds"],
  ["always() && success()", "holds"],
  ["github.event_name == 'schedule'", "fails"],
  ["github.event_name == 'workflow_dispatch' || github.event_name == 'schedule'", "fails"],
  ["failure() && inputs.a", "fails"],
  ["runner.os == 'macOS'", "fails"],
  ["always() && (inputs.a || false)", "open"],
  ["matrix.python == '3.12'", "open"],
  ["runner.os == 'Linux' && inputs.a", "open"],
  ["github.ref == 'refs/heads/main'", "open"],
  [`inputs.a ${"&& inputs.a ".repeat(100_000)}`, "open"],
])("the condition %s", (condition, verdict) => {
  expect(verdictOn(condition)).toBe(verdict);
});

const late = "github.event_name == 'schedule'";
const unit = { steps: [{ run: "pytest tests/unit" }] };
const e2e = { steps: [{ run: "mkdir e2e" }, { run: "pytest tests/e2e" }] };

test.each<[what: string, jobs: object, paths: readonly string[], before: readonly string[]]>([
  ["jobs that no change starts", { unit, e2e: { if: late, ...e2e } }, ["tests/unit"], []],
  [
    "steps that no change starts",
    { a: { steps: [...unit.steps, { ...e2e.steps[1], if: late }] } },
    ["tests/unit"],
    [],
  ],
  [
    "runs of other jobs that are not known",
    { unit, b: { if: late, steps: [{ run: "docker run app pytest" }] } },
    ["tests/unit"],
    [],
  ],
  ["jobs that no change starts, without others", { e2e: { if: late, ...e2e } }, [], ["mkdir e2e"]],
  ["jobs under an open condition, without others", { e2e: { if: "inputs.a", ...e2e } }, [], ["mkdir e2e"]],
  [
    "jobs that another one asks for",
    { e2e: { if: "needs.changes.outputs.app == 'true'", ...e2e } },
    ["tests/e2e"],
    ["mkdir e2e"],
  ],
  [
    "steps whose condition holds",
    {
      a: {
        steps: [
          { run: "mkdir a", if: "runner.os == 'Linux'" },
          { run: "mkdir b", if: "inputs.a" },
          ...unit.steps,
        ],
      },
    },
    ["tests/unit"],
    ["mkdir a"],
  ],
])("of a workflow: %s", async (_, jobs, paths, before) => {
  const files = {
    "requirements.txt": "",
    "tests/unit/test_a.py": "",
    "tests/e2e/test_b.py": "",
    ".github/workflows/ci.yml": JSON.stringify({ on: ["push", "schedule"], jobs }),
  };
  const { services } = await plan(factsOf(files), readConfig(undefined, "slipway.yaml"));
  expect(services[0]?.askedTests?.paths ?? []).toEqual(paths);
  expect(services[0]?.preparation?.before ?? []).toEqual(before);
});
