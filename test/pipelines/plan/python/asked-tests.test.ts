import { describe, expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { plan } from "#pipelines/plan/plan.ts";
import { runsOf } from "#pipelines/plan/python/asked-tests.ts";
import { factsOf } from "../facts-of.ts";

type Files = Readonly<Record<string, string>>;

async function serviceOf(files: Files, config?: string) {
  const planned = await plan(factsOf(files), readConfig(config, "slipway.yaml"));
  expect(planned.faults).toEqual([]);
  const [service] = planned.services;
  const { test: tests, askedTests } = service ?? {};
  return { asked: askedTests, tests: tests === false ? undefined : tests };
}

const project = {
  "pyproject.toml": '[project]\nname = "orders"\nversion = "1"\nrequires-python = ">=3.12"\n',
  "app/__init__.py": "",
  "tests/unit/test_price.py": "",
  "tests/e2e/test_shop.py": "",
};

function inFolder(folder: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}

function workflow(...steps: readonly string[]): Files {
  const runs = steps.map((step) => `      - run: ${step}\n`).join("");
  return {
    ".github/workflows/ci.yml": `on: [push]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n${runs}`,
  };
}

describe("tests as the repository runs them", () => {
  test.each<[string, readonly string[], readonly string[], readonly string[], boolean]>([
    ["a folder", ["pytest tests/unit"], ["tests/unit"], [], true],
    ["all folders", ["pytest -v tests/"], ["tests"], [], false],
    [
      "a folder beside tests of another pattern",
      ["pytest tests/unit tests/e2e"],
      ["tests/e2e", "tests/unit"],
      [],
      false,
    ],
    ["two calls", ["pytest tests/unit", "pytest tests/e2e"], ["tests/e2e", "tests/unit"], [], false],
    ["one call of everything", ["pytest tests/unit", "pytest"], [], [], false],
    ["a shell's word", ["pytest $TESTS"], [], [], false],
    ["no markers, against the settings", ['pytest -m "" tests'], ["tests"], ["-m", ""], false],
    ["markers", ["pytest -m 'not slow' -x"], [], ["-mnot slow"], true],
    ["two markers", ["pytest -m slow", "pytest -m 'not slow'"], [], [], false],
    ["what stays out", ["pytest --ignore tests/e2e --maxfail=1"], [], ["--ignore=tests/e2e"], true],
    [
      "reports of their own",
      ["pytest --cov app --cov-report=xml --junitxml=r.xml tests"],
      ["tests"],
      [],
      false,
    ],
    ["a flag before a path", ["pytest -x tests/unit"], ["tests/unit"], [], true],
    ["warnings", ["python -W error -m pytest -W error"], [], ["--pythonwarnings=error"], false],
    ["coverage", ["coverage run --source app -m pytest tests/unit"], ["tests/unit"], [], true],
    ["pytest for the tests of unittest too", ["python -m unittest", "pytest tests/unit"], [], [], false],
    ["a call that may fail", ["pytest tests/unit || true"], [], [], false],
    ["a cloned repository", ["pytest", "cd plugins; pytest tests/unit"], [], [], false],
  ])("%s", async (_, steps, paths, args, leavesOut) => {
    const { asked, tests } = await serviceOf({ ...project, ...workflow(...steps) });
    expect({
      paths: asked?.paths ?? [],
      args: asked?.args ?? [],
      leavesOut: asked?.leavesOut ?? false,
    }).toEqual({
      paths,
      args,
      leavesOut,
    });
    expect(tests?.paths ?? []).toEqual(paths);
    expect(tests?.args).toEqual(args);
  });

  test("a pipeline counts before scripts for people", async () => {
    const { asked } = await serviceOf({
      ...project,
      Makefile: "test:\n\tpytest tests/unit\n",
      ...workflow("pytest tests/e2e"),
    });
    expect(asked).toMatchObject({ by: ".github/workflows/ci.yml", paths: ["tests/e2e"] });
  });

  test("a file that a pipeline runs counts before others", async () => {
    const files = {
      ...project,
      "tox.ini": "[testenv]\ncommands = pytest {posargs:tests/unit}\n",
      Makefile: "test:\n\tpytest $(TESTS)\ne2e:\n\tpytest tests/e2e\n",
    };
    expect((await serviceOf(files)).tests?.paths).toEqual(["tests/unit"]);
    expect((await serviceOf({ ...files, ...workflow("pip install tox", "tox -e py") })).asked?.by).toBe(
      "tox.ini",
    );
    // Of that file, what the pipeline calls.
    const { asked } = await serviceOf({ ...files, ...workflow("make e2e") });
    expect(asked).toMatchObject({ by: "Makefile", paths: ["tests/e2e"], leavesOut: true });
  });

  test("unittest keeps its pattern where another run may be beside it", async () => {
    const files = {
      "pyproject.toml": `${project["pyproject.toml"] ?? ""}[tool.hatch.envs.test.scripts]\nall = 'python -m unittest discover -s unit -p "*tests.py"'\n`,
      "unit/price_tests.py": "",
      ...workflow("hatch run test:all", "python -m shop.tests.integration"),
    };
    const { asked } = await serviceOf(files);
    expect(asked?.runs).toEqual([
      { kind: "unittest", folder: ".", words: ["discover", "-s", "unit", "-p", "*tests.py"] },
    ]);
  });

  test("scripts for people narrow nothing next to a pipeline", async () => {
    const scripts = { "scripts/test": "pytest tests/e2e\n" };
    expect((await serviceOf({ ...project, ...scripts })).tests?.paths).toEqual(["tests/e2e"]);
    const beside = await serviceOf({
      ...project,
      ...scripts,
      ...workflow("pip install hatch", "ruff check"),
    });
    expect(beside.tests?.paths).toBeUndefined();
    const own = { "scripts/test": "python -m unittest tests.unit.test_price\n" };
    const { asked } = await serviceOf({ ...project, ...own, ...workflow("ruff check") });
    expect(asked).toMatchObject({ paths: [], runs: [{ words: [] }] });
  });

  test("hatch test is pytest", async () => {
    const files = { ...project, ...workflow("hatch test -c -py 3.12 tests/unit") };
    expect((await serviceOf(files)).tests?.paths).toEqual(["tests/unit"]);
  });

  test("a file of tests that runs as a program", async () => {
    const files = {
      ...project,
      "checks/test.py": "",
      ...workflow("coverage run --source=app ./checks/test.py"),
    };
    expect((await serviceOf(files)).tests?.paths).toEqual(["checks/test.py"]);
  });

  test("slipway.yaml decides", async () => {
    const config = "services:\n  orders:\n    path: .\n    test:\n      paths: [tests/e2e]\n";
    const { asked, tests } = await serviceOf({ ...project, ...workflow("pytest tests/unit") }, config);
    expect({ asked, paths: tests?.paths }).toEqual({ asked: undefined, paths: ["tests/e2e"] });
  });

  test("paths in options are those of the service", async () => {
    const files = inFolder("orders", project);
    const calls = workflow("pytest orders --ignore=orders/tests/e2e --ignore=docs");
    const { tests } = await serviceOf({ ...files, "docs/x.md": "", ...calls });
    expect(tests?.args).toEqual(["--ignore=tests/e2e"]);
  });

  test("a service's own folder", async () => {
    const files = inFolder("orders", project);
    const calls = workflow("cd orders && pytest tests/unit", "pytest orders/tests/e2e");
    const { tests } = await serviceOf({ ...files, ...calls });
    expect(tests?.paths).toEqual(["tests/e2e", "tests/unit"]);
  });
});

describe("variables for tests", () => {
  test("of a workflow, a job and a step, without those of the run", async () => {
    const text = [
      "on: [push]",
      "env: { STAGE: local, PYTEST_ADDOPTS: -x }",
      "jobs:",
      "  test:",
      `    env: { TOKEN: '$${""}{{ secrets.TOKEN }}', FORCE_COLOR: 1 }`,
      "    steps:",
      "      - run: MODE=fast pytest",
      "        env: { STAGE: test }",
    ].join("\n");
    const { tests } = await serviceOf({ ...project, ".github/workflows/ci.yml": text });
    expect(tests?.env).toEqual({ STAGE: "test", MODE: "fast" });
  });

  test("of tox, for the environment that would run", async () => {
    const tox = [
      "[tox]",
      "envlist = py312-django{42,52}-{sqlite,mysql}, py312-main-sqlite",
      "[testenv]",
      "deps =",
      "    mysql: mysqlclient",
      "    django42: django~=4.2.0",
      "    django52: django~=5.2.0",
      "    main: https://github.com/django/django/archive/main.tar.gz",
      "setenv =",
      "    DB_HOST = {env:DB_HOST:localhost}",
      "    DB_FILE = {envtmpdir}/db",
      "commands = pytest",
      "[testenv:py{312,313}-django{42,52}-sqlite]",
      "setenv =",
      "    {[testenv]setenv}",
      "    DB = sqlite",
      "[testenv:py{312,313}-django{42,52}-mysql]",
      "setenv = DB = mysql",
    ].join("\n");
    const { tests } = await serviceOf({ ...project, "tox.ini": tox });
    expect(tests?.env).toEqual({ DB_HOST: "localhost", DB: "sqlite" });
  });

  test("what warnings do is an option, because a build would see the variable too", async () => {
    const files = { ...project, ...workflow("PYTHONWARNINGS=error,ignore::UserWarning pytest") };
    const { tests } = await serviceOf(files);
    expect(tests?.env).toEqual({});
    expect(tests?.args).toEqual(["--pythonwarnings=error", "--pythonwarnings=ignore::UserWarning"]);
  });

  test("slipway.yaml's own win", async () => {
    const config = "services:\n  orders:\n    path: .\n    test:\n      env: { STAGE: mine }\n";
    const files = { ...project, Makefile: "test:\n\tSTAGE=theirs LEVEL=1 pytest\n" };
    expect((await serviceOf(files, config)).tests?.env).toEqual({ STAGE: "mine", LEVEL: "1" });
  });
});

describe("unittest", () => {
  test.each<[string, readonly string[], readonly (readonly string[])[], boolean]>([
    ["everything", ["python -m unittest"], [[]], false],
    ["with coverage", ["coverage run --source app -m unittest -v -f"], [["-v"]], false],
    [
      "a folder",
      ["python -m unittest discover -s tests/unit -p '*_check.py'"],
      [["discover", "-s", "tests/unit", "-p", "*_check.py"]],
      true,
    ],
    [
      "a class",
      ["python -m unittest tests.unit.test_price.Prices"],
      [["tests.unit.test_price.Prices"]],
      true,
    ],
    [
      "two folders",
      ["python -m unittest discover tests/unit", "python -m unittest discover tests/e2e"],
      [
        ["discover", "tests/unit"],
        ["discover", "tests/e2e"],
      ],
      true,
    ],
    [
      "a part and everything",
      ["python -m unittest tests.unit.test_price", "python -m unittest"],
      [[]],
      false,
    ],
    ["a shell's word", ["python -m unittest $TESTS"], [[]], false],
  ])("%s", async (_, steps, calls, leavesOut) => {
    const { asked } = await serviceOf({ ...project, ...workflow(...steps) });
    const runs = calls.map((words) => ({ kind: "unittest", folder: ".", words }));
    expect(asked).toMatchObject({ leavesOut, runs });
  });

  test("calls in several folders are several runs", async () => {
    const files = {
      ...project,
      ...workflow("cd app && python -m unittest", "cd tests && python -m unittest"),
    };
    expect((await serviceOf(files)).asked).toMatchObject({
      leavesOut: true,
      runs: [{ folder: "app" }, { folder: "tests" }],
    });
  });

  test("what only pytest can do is done by pytest", async () => {
    const files = { ...project, ...workflow("python -m unittest discover tests/unit") };
    const { asked, tests } = await serviceOf(files);
    if (tests === undefined) throw new Error("no tests");
    expect(runsOf(asked, tests)).toMatchObject([{ kind: "unittest" }]);
    expect(runsOf(asked, { ...tests, shards: 2 })).toEqual([]);
    expect(tests.paths).toEqual(["tests/unit"]);
  });
});

test("a script that runs the tests, unless it hands them to pytest", async () => {
  const calls = workflow("coverage run runtests.py --fast tests.unit");
  const own = await serviceOf({ ...project, "runtests.py": "import unittest\n", ...calls });
  expect(own.asked).toMatchObject({
    paths: ["tests/unit"],
    leavesOut: true,
    runs: [{ kind: "script", folder: ".", words: ["runtests.py", "--fast", "tests.unit"] }],
  });
  const reporting = workflow("./runtests.py --testrunner xmlrunner.extra.djangotestrunner.XMLTestRunner");
  const { asked } = await serviceOf({ ...project, "runtests.py": "import django\n", ...reporting });
  expect(asked).toMatchObject({ leavesOut: false, runs: [{ words: ["runtests.py"] }] });
  const handed = await serviceOf({ ...project, "runtests.py": "import pytest\npytest.main()\n", ...calls });
  expect(handed.asked).toBeUndefined();
});

describe("Django's own runner", () => {
  const django = {
    "requirements.txt": "Django==5.2\n",
    "manage.py": 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
    "shop/__init__.py": "",
    "orders/tests.py": "",
  };
  const makefile = "export DJANGO_SETTINGS_MODULE=shop.make\ntest:\n\tpython -m django test\n";
  const tox = "[testenv]\nsetenv = DJANGO_SETTINGS_MODULE=shop.tox\ncommands = python -m django test\n";

  test.each<[string, Files, readonly string[], string | undefined, boolean]>([
    ["manage.py alone", django, [], undefined, false],
    [
      "a call",
      { ...django, ...workflow("python manage.py test --noinput --parallel 4 --failfast -v2") },
      ["--noinput", "-v2"],
      undefined,
      false,
    ],
    [
      "a call with a flag behind --parallel",
      { ...django, ...workflow("python manage.py test --parallel --settings=shop.ci") },
      ["--settings=shop.ci"],
      undefined,
      false,
    ],
    [
      "a call with settings and a tag",
      { ...django, ...workflow("./manage.py test --settings=shop.ci --exclude-tag slow") },
      ["--settings=shop.ci", "--exclude-tag", "slow"],
      undefined,
      true,
    ],
    [
      "a call with a shell's word",
      { ...django, ...workflow("./manage.py test --settings=shop.ci $ARGS") },
      ["--settings=shop.ci"],
      undefined,
      false,
    ],
    [
      "a call with coverage",
      { ...django, ...workflow("coverage run --source='.' manage.py test") },
      [],
      undefined,
      false,
    ],
    ["a Makefile", { ...django, Makefile: makefile }, [], "shop.make", false],
    ["django itself, by tox", { ...django, "tox.ini": tox }, [], undefined, false],
  ])("%s", async (_, files, words, settings, leavesOut) => {
    const { asked, tests } = await serviceOf(files);
    const run = { kind: "django", folder: ".", words, ...(settings !== undefined && { settings }) };
    expect(asked).toMatchObject({ leavesOut, runs: [run] });
    expect(tests?.args).toEqual([]);
  });

  test("each call with another choice, and none that a whole one has", async () => {
    const runs = async (...steps: readonly string[]) =>
      (await serviceOf({ ...django, ...workflow(...steps) })).asked?.runs.map(({ words }) => words.join(" "));
    const [slow, others] = ["manage.py test --tag=slow", "manage.py test --exclude-tag=slow"];
    expect(await runs(slow, others)).toEqual(["--tag=slow", "--exclude-tag=slow"]);
    expect(await runs(slow, "manage.py test -v 2")).toEqual(["-v 2"]);
    expect(await runs("python -m unittest", "manage.py test")).toEqual(["", ""]);
  });

  test("a project below, and tests beside it", async () => {
    const below = {
      "requirements.txt": "Django==5.2\n",
      "web/manage.py": django["manage.py"],
      "web/shop/tests.py": "",
    };
    expect((await serviceOf(below)).asked).toMatchObject({ runs: [{ folder: "web" }], leavesOut: false });
    const beside = { ...below, "lib/tests/test_x.py": "" };
    expect((await serviceOf(beside)).asked).toMatchObject({ leavesOut: true });
  });

  test("a nested service's calls are its own", async () => {
    const files = {
      ...project,
      ...inFolder("api", django),
      ...workflow("cd api && python manage.py test", "pytest api/orders"),
    };
    const config = "services: { shop: { path: . }, api: { path: api } }\n";
    const planned = await plan(factsOf(files), readConfig(config, "slipway.yaml"));
    expect(planned.services.find(({ path }) => path === ".")?.askedTests).toBeUndefined();
  });

  test("its labels, from the folder of manage.py", async () => {
    const files = {
      "requirements.txt": "Django==5.2\n",
      "src/manage.py": django["manage.py"],
      "src/orders/tests/test_price.py": "",
      "src/stock/tests.py": "",
      ...workflow("python src/manage.py test orders.tests.test_price -v 2"),
    };
    const { asked } = await serviceOf(files);
    expect(asked).toMatchObject({
      paths: ["src/orders/tests/test_price.py"],
      runs: [{ folder: "src", words: ["orders.tests.test_price", "-v", "2"] }],
    });
  });

  test.each<[string, Files]>([
    ["pytest is among the needs", { ...django, "requirements-dev.txt": "pytest-django\n" }],
    ["pytest is called", { ...django, ...workflow("pytest") }],
    ["pytest is set up", { ...django, "pytest.ini": "[pytest]\nDJANGO_SETTINGS_MODULE = shop.settings\n" }],
    ["Django is not installed", { ...django, "requirements.txt": "flask\n" }],
  ])("not where %s", async (_, files) => {
    expect((await serviceOf(files)).asked?.runs ?? []).toEqual([]);
  });
});

test.each<[what: string, text: string, runs: readonly object[]]>([
  [
    "unittest as a program",
    'import unittest\n\nif __name__ == "__main__":\n    unittest.main()\n',
    [{ kind: "script", folder: ".", words: ["tests/test_all.py"] }],
  ],
  ["nothing of its own", "def test_all():\n    pass\n", []],
])("a file of tests that is called and runs %s", async (_, text, runs) => {
  const files = { ...project, ...workflow("python tests/test_all.py"), "tests/test_all.py": text };
  expect((await serviceOf(files)).asked?.runs ?? []).toEqual(runs);
});
