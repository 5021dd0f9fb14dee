import { expect, test } from "vitest";
import { callsFor } from "#pipelines/plan/python/calls/calls.ts";
import type { ToolCall } from "#pipelines/plan/python/calls/tool-call.ts";
import { Tree } from "#pipelines/plan/tree.ts";
import { computingOf } from "../../../computing.ts";
import { factsOf } from "../facts-of.ts";

const source = { "src/a.py": "", "tests/b.py": "", "docs/conf.py": "", "setup.cfg": "", "mypy.ini": "" };

async function callsIn(files: Readonly<Record<string, string>>, folder = "."): Promise<readonly string[]> {
  return (await callsFor(new Tree(factsOf({ ...source, ...files })), folder)).map(textOf);
}

/** A call in one line: the tool, its options and paths, and what else is known of it. */
function textOf({ tool, version, folder, options, paths, beside, isCheck, isKnown }: ToolCall): string {
  return [
    version === undefined ? tool : `${tool}@${version}`,
    ...options,
    ...paths,
    ...beside.map((requirement) => `+${requirement}`),
    ...(folder === "." ? [] : [`in ${folder}`]),
    ...(isCheck ? [] : ["(no check)"]),
    ...(isKnown ? [] : ["(unknown)"]),
  ].join(" ");
}

const workflow = (...steps: readonly object[]) =>
  JSON.stringify({ on: { push: {} }, jobs: { lint: { steps } } });

test.each<[what: string, file: string, text: string, calls: readonly string[]]>([
  ["a workflow", ".github/workflows/ci.yml", workflow({ run: "ruff check src\nmypy" }), ["ruff src", "mypy"]],
  [
    "a workflow's actions",
    ".github/workflows/ci.yml",
    workflow(
      { uses: "astral-sh/ruff-action@v3", with: { args: "format --check", version: "0.4.1" } },
      { uses: "psf/black@stable", with: { src: "./src" } },
    ),
    ["ruff-format@0.4.1 --check", "black --check --diff src"],
  ],
  [
    "the starter workflow of GitHub, of which the second call fails nothing",
    ".github/workflows/python-app.yml",
    workflow({
      run: "pip install flake8 flake8-bugbear pytest\nflake8 . --count --select=E9,F63 --show-source --statistics\nflake8 . --exit-zero",
    }),
    [
      "flake8 --count --select=E9,F63 --show-source --statistics . +flake8-bugbear",
      "flake8 --exit-zero . +flake8-bugbear (no check)",
    ],
  ],
  [
    "steps that may fail",
    ".github/workflows/ci.yml",
    workflow({ run: "mypy src", "continue-on-error": true }, { run: "pylint src || true" }),
    ["mypy src (no check)", "pylint src (no check)"],
  ],
  [
    "GitLab, where a job may fail or wait for a person",
    ".gitlab-ci.yml",
    `image: python:3.13
before_script: [pip install types-requests]
variables: { A: b }
lint:
  stage: test
  script:
    - cd src
    - ["mypy .", !reference [.x, script]]
flake:
  before_script: []
  script: flake8 src
  allow_failure: true
manual: { script: [black --check src], when: manual }
pages: { stage: deploy, script: [] }
.x: { script: [ruff check tests] }
`,
    [
      "mypy src +types-requests in src",
      "ruff in src (unknown)",
      "flake8 src (no check)",
      "black --check src (no check)",
    ],
  ],
  [
    "Azure, with stages",
    "azure-pipelines.yml",
    `stages:
  - stage: test
    jobs:
      - job: lint
        steps:
          - task: UsePythonVersion@0
          - script: python -m pip install --upgrade black
          - bash: black --check .
            workingDirectory: src
          - script: mypy src
            continueOnError: true
`,
    ["black --check src in src", "mypy src (no check)"],
  ],
  [
    "CircleCI, in both forms of a step",
    ".circleci/config.yml",
    `version: 2.1
jobs:
  lint:
    steps:
      - checkout
      - run: ruff check src
      - run: { name: types, command: mypy a.py, working_directory: src }
`,
    ["ruff src", "mypy src/a.py in src"],
  ],
  ["GitLab's file, malformed", ".gitlab-ci.yml", "a: [", []],
  ["Azure's file of another form", "azure-pipelines.yml", "steps: 1\njobs: [1, {steps: [1]}]\n", []],
  [
    "a workflow for releases",
    ".github/workflows/a.yml",
    '{"on": "release", "jobs": {"a": {"steps": [{"run": "mypy"}]}}}',
    [],
  ],
  [
    "runners",
    ".github/workflows/ci.yml",
    workflow({
      run: [
        "uv run --group lint --with types-x mypy src",
        "uvx ruff@0.4.1 check",
        "uvx --from 'black==24.1.0' black --check .",
        "poetry run python -m isort --check-only src",
        "hatch run lint:flake8 src",
        "pipx run bandit==1.7.9 -r src",
        "git ls-files '*.py' | xargs -n 50 pylint",
        "docker compose run --rm web mypy src",
        "FOO=1 .venv/bin/pyright",
      ].join("\n"),
    }),
    [
      "mypy src",
      "ruff@0.4.1",
      "black@24.1.0 --check .",
      "isort --check-only src",
      "flake8 src",
      "bandit@1.7.9 -r src",
      "pylint",
      "mypy src",
      "pyright",
    ],
  ],
  [
    "words that nobody knows before",
    ".github/workflows/ci.yml",
    workflow({ run: `mypy $FILES\nmypy "\${{ matrix.path }}"\nmypy gone\nmypy src/*.py` }),
    ["mypy (unknown)", "mypy (unknown)", "mypy (unknown)", "mypy (unknown)"],
  ],
  [
    "what is no call",
    ".github/workflows/ci.yml",
    workflow({
      run: "pip install mypy\nruff --version\n# mypy\necho mypy\nruff clean\nmypy --help\necho 'a; mypy'",
    }),
    [],
  ],
  [
    "options whose value is a path",
    ".github/workflows/ci.yml",
    workflow({
      run: "mypy --config-file mypy.ini --strict src\nflake8 --max-line-length 100 src\nmypy -p a",
    }),
    ["mypy --config-file mypy.ini --strict src", "flake8 --max-line-length 100 src", "mypy -p a"],
  ],
  [
    "tox",
    "tox.ini",
    "[testenv]\ncommands = pytest\n[testenv:lint]\ndeps =\n  flake8\n  flake8-docstrings==1.7\ncommands =\n  flake8 {posargs:src tests}\n  - mypy src\n  py311: mypy {toxinidir}/src\n  {[testenv:more]commands}\n[testenv:more]\ncommands = black \\\n  --check src\n",
    [
      "pytest",
      "flake8 src tests +flake8-docstrings==1.7",
      "mypy src (no check)",
      "mypy src",
      "black --check src",
      "black --check src",
    ],
  ],
  [
    "tox in TOML",
    "tox.toml",
    '[env.type]\ndeps = ["types-x"]\ncommands = [["mypy", "src"], ["mypy", {replace = "posargs"}]]\n',
    ["mypy src +types-x", "mypy +types-x (unknown)"],
  ],
  [
    "nox",
    "noxfile.py",
    'import nox\n\n@nox.session\ndef lint(session):\n    session.install("flake8", "flake8-bugbear")\n    session.run(\n        "flake8", "src", *session.posargs, external=True\n    )\n\ndef types(session: nox.Session) -> None:\n    session.run("python", "-m", "mypy", *places)\n    # session.run("black", "--check", ".")\n',
    ["flake8 src +flake8-bugbear", "mypy (unknown)"],
  ],
  [
    "make, with its variables",
    "Makefile",
    `SRC := src tests\n\nlint:\n\t@ruff check $(SRC)\n\t-mypy \${SRC}\n\t$(VENV)/bin/black --check src\n\tcd docs && $(MAKE) html\nformat:\n\tblack src\n`,
    ["ruff src tests", "mypy src tests (no check)", "black --check src", "black src (no check)"],
  ],
  [
    "make, in another folder",
    "Makefile",
    "lint:\n\t@cd src && mypy . && cd ../tests && ruff check\n\tpylint src\n\tcd ../.. && flake8\n",
    ["mypy src in src", "ruff in tests", "pylint src"],
  ],
  [
    "an environment of tox with packages for mypy",
    "tox.ini",
    "[testenv:types]\ndeps =\n  mypy==1.19\n  unidecode\n  -r more.txt\n  types-six>=1\n  flake8-bugbear\ncommands = mypy src\n",
    ["mypy src +unidecode +types-six>=1"],
  ],
  [
    "subshells, which come back to their folder",
    "scripts/lint",
    "(cd src && mypy .)\n( cd tests; (cd ../docs; ruff check conf.py); flake8 )\nversion=$(git describe)\npylint src\n",
    ["mypy src in src", "ruff docs/conf.py in docs", "flake8 in tests", "pylint src"],
  ],
  [
    "runners that go to a folder",
    "scripts/lint",
    "uv run --directory src mypy .\nuv --directory tests run ruff check\npoetry -C docs run flake8\nuv run --directory $X ty check\n",
    ["mypy src in src", "ruff in tests", "flake8 in docs"],
  ],
  [
    "runners of tests",
    "scripts/test",
    "coverage run --source src -m pytest -x tests\npython -Wa -m unittest discover -s tests\npython -c pytest\ncoverage report --fail-under=90\n",
    ["pytest -x tests", "unittest -s tests", "coverage --fail-under=90"],
  ],
  [
    "a script that changes its folder",
    "scripts/check.sh",
    "set -e\ncd src\nmypy .\nflake8\n",
    ["mypy src in src", "flake8 in src"],
  ],
  ["just", "justfile", 'src := "src"\n\nlint:\n    uv run ruff check {{ src }}\n', ["ruff src"]],
  [
    "a script",
    "scripts/lint",
    `#!/bin/sh -e\nexport PREFIX=""\nexport SOURCES="src tests"\n\${PREFIX}ruff format $SOURCES --diff\n\${PREFIX}mypy $SOURCES\n`,
    ["ruff-format --diff src tests", "mypy src tests"],
  ],
  [
    "hatch, Poe, PDM and taskipy",
    "pyproject.toml",
    '[tool.hatch.envs.lint.scripts]\nall = ["ruff check {args:src}", "mypy src"]\n[tool.poe.tasks]\na = "flake8 src"\nb = {shell = "isort -c src"}\n[tool.pdm.scripts]\nc = {cmd = ["black", "--check", "src"]}\n[tool.taskipy.tasks]\nd = {cmd = "pylint src", help = "mypy"}\n',
    ["ruff src", "mypy src", "flake8 src", "isort -c src", "black --check src", "pylint src"],
  ],
])("calls are found in %s", async (_, file, text, calls) => {
  expect(await callsIn({ [file]: text })).toEqual(calls);
});

test("a script below the service's folder says nothing of it", async () => {
  const sample = {
    "tests/sample/tox.ini": "[testenv]\ncommands = pylint .\n",
    "docs/Makefile": "x:\n\tmypy .\n",
  };
  expect(await callsIn(sample)).toEqual([]);
  expect(await callsIn(sample, "tests/sample")).toEqual(["pylint tests/sample in tests/sample"]);
});

test("what cannot be read has no calls", async () => {
  const malformed = { "tox.ini": "[testenv\nmypy", "tox.toml": "mypy =", ".github/workflows/a.yml": "on: [" };
  expect(await callsIn({ ...malformed, Makefile: "x:\n\tmypy src\n" })).toEqual(["mypy src"]);
});

test("each service has the calls for its own folder", async () => {
  const files = {
    "services/a/pyproject.toml": "",
    "services/a/tox.ini": "[testenv]\ncommands = flake8\n",
    "services/b/pyproject.toml": "",
    ".github/workflows/ci.yml": workflow(
      { run: "mypy services/b" },
      { run: "pylint .", "working-directory": "services/b" },
      { run: "ruff check" },
    ),
  };
  expect(await callsIn(files, "services/a")).toEqual(["ruff", "flake8 in services/a"]);
  expect(await callsIn(files, "services/b")).toEqual([
    "mypy services/b",
    "pylint services/b in services/b",
    "ruff",
  ]);
});

test.each<[what: string, file: string, text: string]>([
  ["blank lines", "Makefile", "\n".repeat(90_000)],
  ["blanks behind a name", "Makefile", `A =${" ".repeat(90_000)}\n`],
  ["blanks in a program", "noxfile.py", "\n ".repeat(45_000)],
  ["open brackets", "noxfile.py", "session.run((((\n".repeat(6000)],
  ["quotes", "scripts/lint", `"'`.repeat(45_000)],
  [
    "values that refer to each other",
    "tox.ini",
    `[testenv]\ncommands =\n${"  {[testenv]commands}\n  {[testenv:a]commands}\n".repeat(500)}[testenv:a]\ncommands =\n${"  {[testenv]commands}\n".repeat(500)}`,
  ],
])("%s take no long time", async (_, file, text) => {
  expect(await computingOf(() => callsIn({ [file]: text }))).toBeLessThan(5);
});
