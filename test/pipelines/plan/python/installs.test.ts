import { expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { plan } from "#pipelines/plan/plan.ts";
import type { PlannedTool } from "#pipelines/tools/tool.ts";
import { factsOf } from "../facts-of.ts";

async function planned(files: Readonly<Record<string, string>>) {
  const { services, faults } = await plan(factsOf(files), readConfig(undefined, "slipway.yaml"));
  expect(faults).toEqual([]);
  const [service] = services;
  if (service === undefined) throw new Error("no service");
  return service;
}

const project = `[project]
name = "prose"
version = "1"
dependencies = ["attrs"]
[project.optional-dependencies]
linkify = ["linkify-it-py"]
plugins = ["wheel"]
testing = ["pytest"]
[dependency-groups]
compat = ["six"]
dev = ["pytest"]
docs = ["sphinx"]
`;
const tests = { "tests/test_prose.py": "" };

function workflow(...jobs: readonly string[]) {
  const steps = jobs.map((run, at) => [`job${at}`, { "runs-on": "ubuntu-latest", steps: [{ run }] }]);
  return { ".github/workflows/ci.yml": JSON.stringify({ on: ["push"], jobs: Object.fromEntries(steps) }) };
}

test.each<[string, readonly string[], readonly string[], readonly string[]]>([
  ["nothing", ["pytest"], ["testing"], ["dev"]],
  ["pip", ["pip install -e .[testing,linkify]\npytest tests"], ["linkify", "testing"], ["dev"]],
  ["pip, quoted", ["python -m pip install '.[linkify]'\npytest"], ["linkify", "testing"], ["dev"]],
  ["uv pip", ['uv pip install -e ".[plugins]"\npytest'], ["plugins", "testing"], ["dev"]],
  [
    "uv",
    ["uv sync --extra linkify --group=compat\nuv run pytest"],
    ["linkify", "testing"],
    ["compat", "dev"],
  ],
  ["all extras", ["uv sync --all-extras\nuv run pytest"], ["linkify", "plugins", "testing"], ["dev"]],
  ["all groups", ["uv sync --all-groups\nuv run pytest"], ["testing"], ["compat", "dev"]],
  ["a job without tests", ["pip install .[plugins]\nsphinx-build docs", "pytest"], ["testing"], ["dev"]],
  ["an unknown extra", ["pip install .[other]\npytest"], ["testing"], ["dev"]],
])("a pipeline's installation for its tests: %s", async (_, jobs, extras, groups) => {
  const { dependencies } = await planned({ "pyproject.toml": project, ...tests, ...workflow(...jobs) });
  expect(dependencies).toMatchObject({ extras, groups });
});

test("Poetry's extras and optional groups", async () => {
  const files = {
    "pyproject.toml": `[tool.poetry]
name = "prose"
version = "1"
[tool.poetry.dependencies]
python = "^3.12"
[tool.poetry.group.slow]
optional = true
[tool.poetry.extras]
linkify = []
`,
    ...tests,
  };
  const install = 'poetry install --with slow --extras "linkify"\npoetry run pytest';
  const before = await planned(files);
  expect(before.dependencies).toMatchObject({ groups: [], extras: [] });
  const { dependencies } = await planned({ ...files, ...workflow(install) });
  expect(dependencies).toMatchObject({ groups: ["slow"], extras: ["linkify"] });
});

test("a package with files for development alone is installed with what it needs to run", async () => {
  const dev = { "dev-requirements.txt": "pytest\n", ...tests };
  const build = '[build-system]\nrequires = ["setuptools"]\n';
  const { dependencies } = await planned({ "pyproject.toml": `${project}${build}`, ...dev });
  expect(dependencies).toMatchObject({ kind: "requirements", manifest: "pyproject.toml" });
  const main = { "pyproject.toml": `${project}${build}`, "requirements.txt": "attrs==25.1\n", ...dev };
  expect((await planned(main)).dependencies).not.toHaveProperty("manifest");
  expect((await planned({ "pyproject.toml": project, ...dev })).dependencies).not.toHaveProperty("manifest");
});

test("tests that tox runs need what tox installs, and no other file of requirements", async () => {
  const build = '[build-system]\nrequires = ["setuptools"]\n';
  const files = {
    "pyproject.toml": `${project}${build}`,
    "requirements/test.txt": "coverage\n",
    "tox.ini": "[testenv]\ndeps =\n  coverage\n  djangorestframework\ncommands = coverage run -m pytest\n",
    ...tests,
  };
  const { dependencies } = await planned(files);
  expect(dependencies).toMatchObject({ kind: "project", requirements: ["coverage", "djangorestframework"] });
  const byWorkflow = await planned({ ...files, ...workflow("pip install -r requirements/test.txt\npytest") });
  expect(byWorkflow.dependencies).toMatchObject({ kind: "requirements" });
});

test("uv reads the whole project if more than its version is dynamic", async () => {
  const lock = { "uv.lock": 'version = 1\n[[package]]\nname = "prose"\nsource = { editable = "." }\n' };
  const named = '[project]\nname = "prose"\ndynamic = ["version"';
  const version = await planned({ "pyproject.toml": `${named}]\n`, ...lock, ...tests });
  expect(version.dependencies.reads).toEqual(["pyproject.toml", "uv.lock"]);
  const readme = await planned({ "pyproject.toml": `${named}, "readme"]\n`, ...lock, ...tests });
  expect(readme.dependencies.reads).toEqual(["./", "pyproject.toml", "uv.lock"]);
});

const versionOf = (tools: readonly PlannedTool[] | false, name: string) =>
  (tools || []).find(({ tool }) => tool === name)?.version;

test("a job that installs the newest linter does not take the pinned one", async () => {
  const files = { "dev-requirements.txt": "flake8==4.0.1\npytest\n", "pyproject.toml": project, ...tests };
  const lint = async (run: string) =>
    versionOf((await planned({ ...files, ...workflow(run) })).lint, "flake8");
  expect(await lint("pip install flake8 --upgrade\nflake8 .")).toBeUndefined();
  expect(await lint("pip install -r dev-requirements.txt flake8\nflake8 .")).toBe("4.0.1");
  expect(await lint("flake8 .")).toBe("4.0.1");
  expect(await lint("uv sync --group flake8\nflake8 .")).toBe("4.0.1");
  expect(await lint("pip install -e '.[testing]' flake8\nflake8 .")).toBe("4.0.1");
});

test.each<[job: string, isFrozen: boolean | undefined]>([
  ["uv sync --frozen && uv run pytest", true],
  ["uv run --frozen pytest", true],
  ["uv sync --locked && uv run pytest", undefined],
  ["uv run pytest", undefined],
  ["pip install -e . pytest && pytest", true],
  ["tox", undefined],
])("the lock is taken as it is where pipelines say so: %s", async (job, isFrozen) => {
  const { dependencies } = await planned({
    "pyproject.toml": project,
    "uv.lock": "version = 1\n",
    "tox.ini": "[testenv]\nrunner = uv-venv-lock-runner\ncommands = pytest\n",
    ...tests,
    ...workflow(job),
  });
  expect(dependencies).toMatchObject({ kind: "uv-lock" });
  expect(dependencies.kind === "uv-lock" && dependencies.isFrozen).toBe(isFrozen);
});

test.each<[string, string]>([
  ["before the tests", "make install\nmake test"],
  ["as what the tests need", "make check"],
  ["in a folder", "make -C . install\nuv run pytest"],
])("a target that installs, %s", async (_, run) => {
  const makefile = `install:\n\tuv sync --all-extras\ntest:\n\tuv run pytest\ncheck: install test\nother:\n\tuv sync --all-groups\n`;
  const { dependencies } = await planned({
    "pyproject.toml": project,
    Makefile: makefile,
    ...tests,
    ...workflow(run),
  });
  expect(dependencies).toMatchObject({ extras: ["linkify", "plugins", "testing"], groups: ["dev"] });
});

test("the extras of a setup.py that stand under a name", async () => {
  const { dependencies } = await planned({
    "setup.py": `extras = {\n  "redis": ["redis"],\n  "gevent": ["gevent"],\n}\nextras["all"] = sum(extras.values(), [])\nsetup(name="queue", extras_require=extras)\n`,
    ...tests,
    ...workflow("pip install -e '.[redis]' pytest\npytest", "pip install '.[all]'\nmypy"),
  });
  expect(dependencies).toMatchObject({ extras: ["redis", "all"] });
});

test("what a job names to check types, also beside requirements", async () => {
  const files = { "pyproject.toml": project, ...tests };
  const jobs = workflow("pytest", "pip install -e . --group compat\npyright src");
  const { dependencies } = await planned({ ...files, ...jobs });
  expect(dependencies).toMatchObject({ groups: ["compat", "dev"] });
  const beside = await planned({ ...files, ...jobs, "requirements-dev.txt": "pytest\n" });
  expect(beside.dependencies).toMatchObject({ kind: "requirements", groups: ["compat"] });
});

test("what tox installs beside a lock of uv, as far as the project has it", async () => {
  const { dependencies, askedTests } = await planned({
    "pyproject.toml": `${project}[tool.tox.env_run_base]
extras = ["plugins", "unknown"]
dependency_groups = ["compat"]
set_env = { MODE = "strict" }
commands = [["pytest", "-v"]]
`,
    "uv.lock": 'version = 1\n[[package]]\nname = "prose"\nversion = "1"\nsource = { editable = "." }\n',
    ...tests,
    ...workflow("uv run --locked tox run"),
  });
  expect(dependencies).toMatchObject({ extras: ["testing", "plugins"], groups: ["dev", "compat"] });
  expect(askedTests?.env).toEqual({ MODE: "strict" });
});
