import { type Directory, dag } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import { checkKind } from "#pipelines/commands/check-kind.ts";
import { fix } from "#pipelines/commands/fix.ts";
import type { Outcome } from "#pipelines/findings/evidence.ts";
import type { LinterName, TypeCheckerName } from "#pipelines/tools/registry.ts";
import { openWorkspace } from "#pipelines/workspace/workspace.ts";
import { session } from "../../../session.ts";

type Files = Readonly<Record<string, string>>;

const clean = 'def greet(name: str) -> str:\n    return f"Hello {name}"\n';
const files: Files = { "pyproject.toml": '[project]\nname = "app"\nversion = "1"\n', "app.py": clean };

function repository(...changes: readonly Files[]): Directory {
  return Object.entries(Object.assign({}, files, ...changes) as Files).reduce(
    (folder, [name, text]) => folder.withNewFile(name, text),
    dag.directory(),
  );
}

function only(tool: LinterName | TypeCheckerName): Files {
  const isTypeChecker = tool === "mypy" || tool === "pyright";
  const [lint, types] = isTypeChecker ? ["false", `[${tool}]`] : [`[${tool}]`, "false"];
  return { "slipway.yaml": `services: {app: {path: ., lint: ${lint}, types: ${types}}}\n` };
}

/** The checks that were carried out, each in a line: name, outcome, reasons. */
async function lines(...changes: readonly Files[]): Promise<readonly string[]> {
  const { checks } = await session(() => checkKind("lint", { source: repository(...changes) }));
  return checks
    .filter(({ outcome }) => outcome !== "skipped")
    .map(
      ({ name, outcome, reasons }) =>
        `${name} ${outcome} ${reasons.map(({ code, text }) => `${code ?? ""} ${text}`).join(" | ")}`,
    );
}

const cases: readonly [tool: LinterName | TypeCheckerName, outcome: Outcome, change: Files, RegExp][] = [
  ["ruff", "passed", {}, /$/],
  ["ruff", "failed", { "app.py": `import os\n${clean}` }, /2 lint findings: F401 app\.py:1, I001/],
  ["ruff", "errored", { "ruff.toml": "line-length = 'x'\n" }, /TOOL_FAILED.*ruff/],
  ["ruff-format", "passed", {}, /$/],
  ["ruff-format", "failed", { "app.py": "x  =  1\n" }, /1 unformatted file: app\.py/],
  ["ruff-format", "errored", { "ruff.toml": "line-length = 'x'\n" }, /TOOL_FAILED.*ruff/],
  ["black", "passed", {}, /$/],
  [
    "black",
    "failed",
    { "app.py": "x  =  1\n", "ü b/c.py": "y  =  1\n" },
    /2 unformatted files: app\.py, ü b\/c\.py/,
  ],
  ["black", "errored", { "app.py": "def (:\n" }, /TOOL_FAILED.*black ended with exit code 123/],
  ["isort", "passed", {}, /$/],
  ["isort", "failed", { "app.py": `import os\nimport abc\n\n${clean}` }, /1 unformatted file: app\.py/],
  [
    "isort",
    "errored",
    { ".isort.cfg": "[settings]\nprofile = nothing\n" },
    /REPORT_CONTRADICTORY|TOOL_FAILED/,
  ],
  ["flake8", "passed", {}, /$/],
  ["flake8", "failed", { "app.py": `import os\n${clean}` }, /2 lint findings: F401 app\.py:1/],
  ["flake8", "errored", { ".flake8": "[flake8]\nmax-line-length = x\n" }, /TOOL_FAILED.*flake8/],
  ["bandit", "passed", {}, /$/],
  [
    "bandit",
    "failed",
    { "app.py": "import subprocess\n\nsubprocess.call(input(), shell=True)\n" },
    /1 weakness: HIGH B602 app\.py:3/,
  ],
  ["bandit", "failed", { "app.py": "def (:\n" }, /1 weakness: HIGH not-checked app\.py/],
  ["bandit", "errored", { ".bandit": "[bandit]\ntests = B999\n" }, /TOOL_FAILED.*bandit/],
  ["mypy", "passed", {}, /$/],
  ["mypy", "failed", { "app.py": "x: int = ''\n" }, /1 type error: assignment app\.py:1/],
  ["mypy", "errored", { "mypy.ini": "[mypy]\nplugins = nothing\n" }, /TOOL_FAILED.*mypy/],
  ["pyright", "passed", {}, /$/],
  ["pyright", "failed", { "app.py": "x: int = ''\n" }, /1 type error: reportAssignmentType app\.py:1/],
  ["pyright", "errored", { "pyrightconfig.json": "{" }, /TOOL_FAILED.*pyright/],
];
test.each(cases)("%s: %s", async (tool, outcome, change, reason) => {
  const [line, ...others] = await lines(only(tool), change);
  expect(others).toEqual([]);
  expect(line).toMatch(reason);
  expect(line?.startsWith(`app/${tool} ${outcome}`)).toBe(true);
});

describe("what the repository configures", () => {
  test("is what runs, with no word in slipway.yaml", async () => {
    const pyproject = `${files["pyproject.toml"]}[tool.black]\n[tool.isort]\nprofile = "black"\n`;
    const found = await lines({ "pyproject.toml": pyproject, "setup.cfg": "[flake8]\n[mypy]\n" });
    expect(found.map((line) => line.split(" ", 2).join(" "))).toEqual([
      "app/black passed",
      "app/flake8 passed",
      "app/isort passed",
      "app/mypy passed",
    ]);
  });

  test("brings a plugin that has no wheel", async () => {
    const found = await lines({
      "tox.ini":
        "[testenv:lint]\nskip_install = true\ndeps =\n  flake8\n  flake8-quotes\ncommands = flake8 app.py\n",
      "app.py": 'NAME = "orders"\n',
    });
    expect(found.join("\n")).toMatch(/app\/flake8 failed .*Q000 app\.py:1/);
  });

  test("holds from the folder above, and flake8's plugins are there when the repository installs them", async () => {
    const found = await lines({
      ".flake8": "[flake8]\nmax-line-length = 20\nextend-ignore = E501\n",
      "slipway.yaml": "services: {app: {path: services/app, lint: [flake8]}}\n",
      "services/app/requirements-dev.txt": "flake8==7.1.2\nflake8-print==5.0.0\n",
      "services/app/main.py": 'print("a line that is longer than twenty characters")\n',
    });
    expect(found).toEqual(["app/flake8 failed  flake8: 1 lint finding: T201 services/app/main.py:1"]);
  });

  test("decides the version: ruff's own report names it", async () => {
    const version = await session(async () => {
      const source = repository({ "requirements-dev.txt": "ruff==0.9.0\n" });
      const workspace = await openWorkspace({ source });
      const [service] = workspace.services;
      const ruff = (service?.lint || []).find(({ tool }) => tool === "ruff");
      if (service === undefined || ruff === undefined) throw new Error("no ruff is planned");
      return workspace.python(service).lint(source, ".", ruff.version).file("/reports/ruff.sarif").contents();
    });
    expect(version).toMatch(/"version": "0\.9\.0"/);
  });
});

describe("ruff's formatter", () => {
  const wrong = { "app.py": "x  =  1\n", "ü b/c.py": "y  =  1\n" };

  test.each(["0.1.15", "0.4.10", "0.9.10", "0.13.3", "0.14.14", "0.15.15", "0.16.0"])(
    "of version %s names what is not formatted",
    async (version) => {
      const locked = { "requirements-dev.txt": `ruff==${version}\n`, ...only("ruff-format") };
      expect(await lines(locked)).toEqual(["app/ruff-format passed "]);
      expect(await lines(locked, wrong)).toEqual([
        expect.stringMatching(
          /^app\/ruff-format failed {2}ruff(?: format)?: 2 unformatted files: app\.py, ü b\/c\.py$/,
        ),
      ]);
    },
  );
});

describe("fix", () => {
  const patched = (...changes: readonly Files[]) =>
    session(async () => {
      const changeset = await fix({ source: repository(...changes) });
      return { paths: await changeset.modifiedPaths(), patch: await changeset.asPatch().contents() };
    });

  test("rewrites what the checks would find, and nothing else", async () => {
    const { paths, patch } = await patched({
      "ruff.toml": "",
      "app.py": `import os\n\n\nx  =  1\n`,
      "notes.txt": "x  =  1\n",
    });
    expect(paths).toEqual(["app.py"]);
    expect(patch).toMatch(/^-import os$/m);
    expect(patch).toMatch(/^\+x = 1$/m);
  });

  test("changes nothing where there is nothing to fix", async () => {
    expect(await patched()).toEqual({ paths: [], patch: "" });
  });

  test("uses black and isort where the repository does, in a folder of its own", async () => {
    const pyproject = `${files["pyproject.toml"]}[tool.black]\n[tool.isort]\nprofile = "black"\n`;
    const { paths, patch } = await patched({
      "slipway.yaml": "root: inner\n",
      "inner/a b/pyproject.toml": pyproject,
      "inner/a b/app.py": "import os\nimport abc\nx  =  'a'\nprint(os, abc, x)\n",
    });
    expect(paths).toEqual(["inner/a b/app.py"]);
    expect(patch).toMatch(/^\+x = "a"$/m);
  });

  test("fails with the fixer's own words on code that cannot be parsed", async () => {
    const broken = { "pyproject.toml": `${files["pyproject.toml"]}[tool.black]\n`, "app.py": "def (:\n" };
    await expect(patched(broken)).rejects.toThrow(/exit code: 123|cannot format|Cannot parse/);
  });
});
