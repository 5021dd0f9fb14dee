import { expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { plan } from "#pipelines/plan/plan.ts";
import { factsOf } from "../facts-of.ts";

type Files = Readonly<Record<string, string>>;

const project = {
  "pyproject.toml": '[project]\nname = "orders"\nversion = "1"\nrequires-python = ">=3.12"\n',
  "app/__init__.py": "",
  "tests/smoke/test_health.py": "",
  "tests/unit/test_price.py": "",
};
const workflow = ".github/workflows/ci.yml";

/** A workflow with a job for each list of steps. */
const jobs = (...each: readonly (readonly (string | object)[] | object)[]): Files => ({
  [workflow]: JSON.stringify({
    on: ["push"],
    jobs: Object.fromEntries(
      each.map((job, at) => [
        `job${at}`,
        Array.isArray(job)
          ? { steps: job.map((step) => (typeof step === "string" ? { run: step } : step)) }
          : job,
      ]),
    ),
  }),
});

async function pathsOf(files: Files): Promise<readonly string[]> {
  const planned = await plan(factsOf({ ...project, ...files }), readConfig(undefined, "slipway.yaml"));
  expect(planned.faults).toEqual([]);
  return planned.services[0]?.askedTests?.paths ?? [];
}

const smoke = ["pytest tests/smoke"];
const decides = "#!/bin/bash\nif [ -z $CI ]; then\n  make up\nfi\n";

test.each<[what: string, files: Files]>([
  ["a target of any name", { ...jobs(smoke, ["make check"]), Makefile: "check: lint\n\tpytest\nlint:\n" }],
  [
    "a target that needs another",
    { ...jobs(smoke, ["make"]), Makefile: "all: a\na:\n\t$(MAKE) b\nb:\n\tpytest\n" },
  ],
  ["a target that is not there", { ...jobs(smoke, ["make ci"]), Makefile: "include a.mk\nb:\n\tpytest\n" }],
  [
    "make that runs tox",
    { ...jobs(smoke, ["make x"]), Makefile: "x:\n\ttox\n", "tox.ini": "[testenv]\ncommands = pytest\n" },
  ],
  ["a recipe of just", { ...jobs(smoke, ["just verify"]), justfile: "verify *args:\n    pytest {{args}}\n" }],
  ["tox run", { ...jobs(smoke, ["tox run -e 3.12"]), "tox.ini": "[testenv]\ncommands = pytest\n" }],
  [
    "a manage.py by another name",
    {
      ...jobs(smoke, ["tox"]),
      "testmanage.py": "",
      "tox.ini": "[testenv]\ncommands = python -Im coverage run testmanage.py test {posargs}\n",
    },
  ],
  [
    "an environment of tox without commands of its own",
    {
      ...jobs(smoke, ["tox -e full"]),
      "tox.ini": "[testenv]\ncommands = pytest\n[testenv:full]\nextras = all\n",
    },
  ],
  [
    "a session of nox",
    {
      ...jobs(smoke, ["nox -s x"]),
      "noxfile.py": "@nox.session(name='x')\ndef y(session):\n    session.run('pytest')\n",
    },
  ],
  [
    "a task of Poe",
    {
      ...jobs(smoke, ["poe check"]),
      "pyproject.toml": `${project["pyproject.toml"]}[tool.poe.tasks]\ncheck = ["all"]\nall = "pytest"\n`,
    },
  ],
  ["output that another program takes", jobs(smoke, ["pytest --cov | tee cov.txt"])],
  ["with pipefail", jobs(smoke, ["set -o pipefail\npytest --cov | tee cov.txt"])],
  ["in the background", jobs(smoke, ["pytest & wait"])],
  [
    "a script that decides",
    { ...jobs(smoke, ["bash scripts/all.sh"]), "scripts/all.sh": `${decides}pytest\n` },
  ],
  [
    "what a script decides",
    { ...jobs(smoke, ["scripts/all.sh x"]), "scripts/all.sh": "#!/bin/sh\ncase $1 in\nx) pytest ;;\nesac\n" },
  ],
  [
    "a local action",
    {
      ...jobs(smoke, [{ uses: "./.github/actions/test" }]),
      ".github/actions/test/action.yml": "runs: { using: composite, steps: [{ run: pytest, shell: bash }] }",
    },
  ],
  ["a local action of another kind", jobs(smoke, [{ uses: "./.github/actions/test" }])],
  [
    "an action with a command",
    jobs(smoke, [{ uses: "nick-fields/retry@v3", with: { command: "pytest -x" } }]),
  ],
  ["a workflow from elsewhere", jobs(smoke, { uses: "a/b/.github/workflows/tox.yml@main" })],
  ["a command of the matrix", jobs(smoke, [`$\{{ matrix.command }}`])],
  ["a folder of the matrix", jobs(smoke, [{ run: "pytest", "working-directory": `$\{{ matrix.folder }}` }])],
  ...[
    "docker compose run --rm web pytest",
    "docker compose -f a.yml run --rm web manage.py test",
    "docker run --rm app python -m unittest",
    "bash -c 'pytest'",
    "if ! pytest; then exit 1; fi",
    "xvfb-run -a pytest",
    "mkdir build; cd build && pytest ../tests",
    "cat > run.sh <<EOF\npytest\nEOF\nbash run.sh",
    'sh -c "cd app &&\n  pytest"',
    'python -c "import pytest; pytest.main()"',
    `: ${" ".repeat(100_000)}\npytest`,
  ].map((run): [string, Files] => [run.slice(0, 60), jobs(smoke, [run])]),
  [
    "a script of GitLab",
    { ".gitlab-ci.yml": "a: { script: [pytest tests/smoke] }\nb: { script: [docker run app pytest] }\n" },
  ],
  [
    "a task of Azure",
    {
      "azure-pipelines.yml":
        "steps: [{ script: pytest tests/smoke }, { task: Bash@3, inputs: { script: pytest } }]\n",
    },
  ],
  [
    "a command of an orb",
    {
      ".circleci/config.yml":
        "jobs: { a: { steps: [{ run: pytest tests/smoke }, { python/test: { a: b } }] } }\n",
    },
  ],
  ["a step under a condition alone", jobs([{ run: "pytest tests/smoke", if: "failure()" }])],
  ["a command under a condition alone", jobs(["if [ -d tests ]; then\n  pytest tests/smoke\nfi"])],
])("a run that is not known lets no call leave tests out: %s", async (_, files) => {
  expect(await pathsOf(files)).toEqual([]);
});

test.each<[what: string, files: Files]>([
  [
    "targets that run no tests",
    {
      ...jobs(smoke, ["make lint docs", "make -j 4 lint"]),
      Makefile: "lint:\n\truff check\ndocs:\ntest:\n\tpytest\n",
    },
  ],
  [
    "environments that run no tests",
    {
      ...jobs(smoke, ["tox -e lint"]),
      "tox.ini": "[testenv]\ncommands = pytest\n[testenv:lint]\ncommands = ruff check\n",
    },
  ],
  [
    "sessions that run no tests",
    {
      ...jobs(smoke, ["nox -s lint"]),
      "noxfile.py":
        "def lint(session):\n    session.run('ruff')\ndef t(session):\n    session.run('pytest')\n",
    },
  ],
  [
    "a local action that installs",
    {
      ...jobs([{ uses: "./a" }, ...smoke]),
      "a/action.yml": "runs: { using: composite, steps: [{ run: pip install pytest, shell: bash }] }",
    },
  ],
  ["runs that fail nothing", jobs(smoke, ["pytest || true", "docker run app pytest || true"])],
  ["a workflow for other ends", jobs(smoke, { uses: "a/b/.github/workflows/release.yml@main" })],
  [
    "an action's report",
    jobs([...smoke, { uses: "a/b@v1", with: { "pytest-coverage-path": "pytest.txt", name: "pytest" } }]),
  ],
  ...[
    "pip install pytest tox",
    "uv add pytest",
    "echo Run pytest",
    "rm -rf .pytest_cache; mkdir pytest",
    "pytest --version",
    "export A=pytest\nB='a pytest'",
    "docker build -t pytest .",
    "python -c 'import pytest'",
    "cat > pytest.ini <<EOF\n[pytest]\naddopts = -x\nEOF",
  ].map((run): [string, Files] => [run, jobs([run, ...smoke])]),
])("calls are followed beside %s", async (_, files) => {
  expect(await pathsOf(files)).toEqual(["tests/smoke"]);
});

test("another service's run says nothing of this one", async () => {
  const files = {
    "a/requirements.txt": "",
    "a/test_a.py": "",
    "b/requirements.txt": "",
    "b/x/test_x.py": "",
    "b/y/test_y.py": "",
    ...jobs(["cd a && docker run app pytest", "cd b && pytest x"]),
  };
  const { services } = await plan(factsOf(files), readConfig(undefined, "slipway.yaml"));
  expect(services.map(({ path, askedTests }) => [path, askedTests?.paths])).toEqual([
    ["a", undefined],
    ["b", ["x"]],
  ]);
});
