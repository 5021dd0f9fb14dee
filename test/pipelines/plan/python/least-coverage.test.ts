import { expect, test } from "vitest";
import { leastCoverage } from "#pipelines/plan/python/least-coverage.ts";
import { readProject } from "#pipelines/plan/python/project.ts";
import { Tree } from "#pipelines/plan/tree.ts";
import { factsOf } from "../facts-of.ts";

async function found(files: Readonly<Record<string, string>>, gate?: number) {
  const tree = new Tree(factsOf(files));
  return leastCoverage(tree, await readProject(tree, "a"), gate);
}

const report = (more: string) => `[report]\n${more}\n`;
const toml = (more: string) => `[tool.coverage.report]\n${more}\n`;
const workflow = (run: string) =>
  `on: pull_request\njobs: {test: {runs-on: x, steps: [{run: ${JSON.stringify(run)}, working-directory: a}]}}\n`;

type Case = [what: string, files: Readonly<Record<string, string>>, percent: number, by: string];

const byFile: readonly Case[] = [
  [".coveragerc", { "a/.coveragerc": report("fail_under = 71") }, 71, "a/.coveragerc [report]"],
  [".coveragerc.toml", { "a/.coveragerc.toml": report("fail_under = 71") }, 71, "a/.coveragerc.toml"],
  ["the same, whole", { "a/.coveragerc.toml": toml("fail_under = 71") }, 71, "a/.coveragerc.toml"],
  [
    "setup.cfg",
    { "a/setup.cfg": "[coverage:report]\nfail_under: 71\n" },
    71,
    "a/setup.cfg [coverage:report]",
  ],
  ["tox.ini", { "a/tox.ini": "[coverage:report]\nfail_under=71.5\n" }, 71.5, "a/tox.ini [coverage:report]"],
  [
    "pyproject.toml",
    { "a/pyproject.toml": toml("fail_under = 71") },
    71,
    "a/pyproject.toml [tool.coverage.report]",
  ],
  [
    "the first file of these",
    { "a/tox.ini": "[coverage:report]\nfail_under=71\n", "a/pyproject.toml": toml("fail_under = 99") },
    71,
    "a/tox.ini [coverage:report]",
  ],
  [
    "pytest's options, before coverage.py's",
    {
      "a/pytest.ini": "[pytest]\naddopts = -q --cov-fail-under=1 --cov-fail-under=71\n",
      "a/.coveragerc": report("fail_under = 99"),
    },
    71,
    "a/pytest.ini",
  ],
  [
    "a script, before pytest's options",
    {
      ".github/workflows/ci.yml": workflow("python -m pytest --cov --cov-fail-under 71 tests"),
      "a/pytest.ini": "[pytest]\naddopts = --cov-fail-under=1\n",
    },
    71,
    ".github/workflows/ci.yml",
  ],
  [
    "coverage's report, beside the tests",
    {
      "a/pytest.ini": "[pytest]\n",
      ".github/workflows/ci.yml": workflow("coverage run -m pytest\ncoverage report --fail-under 71"),
    },
    71,
    ".github/workflows/ci.yml",
  ],
  ...["pytest benchmarks", "pytest -m smoke", "pytest --doctest-modules app"].map(
    (other): Case => [
      `beside ${other}`,
      {
        "a/tests/test_a.py": "",
        "a/benchmarks/test_b.py": "",
        "a/app/__init__.py": "",
        ".github/workflows/ci.yml": workflow(`pytest tests --cov=app --cov-fail-under=71\n${other}`),
      },
      71,
      ".github/workflows/ci.yml",
    ],
  ),
  [
    "make, where a pipeline runs tests in a way that is not known",
    {
      "a/Makefile": "test:\n\tpytest --cov --cov-fail-under=71\n",
      ".github/workflows/ci.yml": `on: push
jobs:
  lint: { steps: [{ run: ruff check . }] }
  test: { uses: shop/ci/.github/workflows/make-test.yml@v1 }
`,
    },
    71,
    "a/Makefile",
  ],
  ["tox", { "a/tox.ini": "[testenv]\ncommands = pytest --cov-fail-under=71 {posargs}\n" }, 71, "a/tox.ini"],
];

test.each(byFile)("a service's own limit: %s", async (_, files, percent, by) => {
  expect(await found(files)).toEqual({ percent, from: "service", by, precision: 0 });
});

test("its precision", async () => {
  const files = { "a/.coveragerc": report("fail_under = 71.25\nprecision = 2") };
  expect(await found(files)).toMatchObject({ percent: 71.25, precision: 2 });
});

test.each<[what: string, files: Readonly<Record<string, string>>]>([
  ["no file", {}],
  ["no limit", { "a/.coveragerc": report("show_missing = true") }],
  ["the first file has no limit", { "a/.coveragerc": "[run]\n", "a/pyproject.toml": toml("fail_under = 9") }],
  ["0, which is none", { "a/.coveragerc": report("fail_under = 0") }],
  ["over 100, which coverage.py refuses", { "a/.coveragerc": report("fail_under = 101") }],
  ["no number", { "a/.coveragerc": report("fail_under = nan") }],
  ["another type", { "a/pyproject.toml": toml("fail_under = [1]") }],
  ["a table that is none", { "a/pyproject.toml": "[tool]\ncoverage = 1\n" }],
  ["a file that is malformed", { "a/.coveragerc.toml": "[report" }],
  ["a folder above, which coverage.py does not read", { ".coveragerc": report("fail_under = 9") }],
  [
    "a script for people, where a workflow calls pytest itself",
    {
      ".github/workflows/ci.yml": workflow("uv run -- pytest"),
      "a/justfile": "coverage:\n    pytest --cov-fail-under=100\n",
    },
  ],
  ["a call that may fail", { ".github/workflows/ci.yml": workflow("pytest --cov-fail-under=9 || true") }],
  [
    "a report of some files",
    {
      "a/pytest.ini": "[pytest]\n",
      ".github/workflows/ci.yml": workflow(
        "coverage run -m pytest\ncoverage report --include='a/*' --fail-under 71",
      ),
    },
  ],
  [
    "a report of several runs, in a job of its own",
    {
      "a/pytest.ini": "[pytest]\n",
      ".github/workflows/ci.yml": `on: push
jobs:
  test: {steps: [{run: coverage run -m pytest, working-directory: a}]}
  coverage: {steps: [{run: "coverage combine\ncoverage report --fail-under=100", working-directory: a}]}
`,
    },
  ],
  [
    "an environment of tox that no pipeline runs",
    {
      "a/tox.ini": `[testenv]
commands = coverage run -m pytest
[testenv:coverage]
commands =
    pytest
    coverage report --fail-under 100
`,
      ".github/workflows/ci.yml": `on: push
jobs:
  test:
    strategy: { matrix: { tox: [{ env: py312 }, { env: py313 }] } }
    steps: [{ run: "tox -e \${{ matrix.tox.env }}", working-directory: a }]
`,
    },
  ],
  [
    "a limit for examples",
    {
      ".github/workflows/ci.yml": workflow(
        "pytest tests\npytest examples/shop/tests --cov shop --cov-fail-under 100",
      ),
      "a/tests/test_a.py": "",
      "a/examples/shop/tests/test_shop.py": "",
    },
  ],
  ["pytest without a limit", { ".github/workflows/ci.yml": workflow("pytest --cov") }],
])("the default counts: %s", async (_, files) => {
  expect(await found(files)).toEqual({ percent: 80, from: "default" });
});

test("slipway.yaml comes first", async () => {
  const files = { "a/.coveragerc": report("fail_under = 99") };
  expect(await found(files, 0)).toEqual({ percent: 0, from: "gates" });
});
