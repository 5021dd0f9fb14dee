import { expect, test } from "vitest";
import { declaredNeeds } from "#pipelines/plan/python/declared-needs.ts";
import { dependenciesOf } from "#pipelines/plan/python/dependencies.ts";
import { readProject } from "#pipelines/plan/python/project.ts";
import { Tree } from "#pipelines/plan/tree.ts";
import { factsOf } from "../facts-of.ts";

async function needs(files: Readonly<Record<string, string>>, folder = ".") {
  const tree = new Tree(factsOf(files));
  return declaredNeeds(tree, await readProject(tree, folder), "3.12");
}

const pyproject = (text: string) => ({ "pyproject.toml": `[project]\nname = "a"\n${text}` });
const tox = (text: string) => ({ "tox.ini": text });
const nox = (body: string) => ({ "noxfile.py": `import nox\n\n\n@nox.session\ndef ${body}\n` });

test.each<[what: string, files: Record<string, string>, needs: unknown]>([
  ["nothing", { "setup.py": "setup()" }, { groups: [], extras: [], requirements: [], reads: [] }],
  [
    "groups by all their names",
    pyproject("[dependency-groups]\nCI = []\nqa = []\nunit = []\nunit_tests = []\ndocs = []\ndevel = []\n"),
    { groups: ["CI", "qa", "unit", "unit_tests", "devel"] },
  ],
  [
    "the groups that uv installs by default",
    pyproject('[dependency-groups]\nmy = ["pytest"]\nother = []\n[tool.uv]\ndefault-groups = ["my"]\n'),
    { groups: ["my"] },
  ],
  [
    "a group made of others, without those that lead to documentation",
    pyproject(
      '[dependency-groups]\ndev = [{include-group = "test"}, {include-group = "docs"}, {include-group = "type"}, {include-group = "lint"}]\ntest = ["pytest"]\ndocs = ["sphinx"]\ntype = ["mypy", {include-group = "docs"}]\nlint = ["ruff"]\n',
    ),
    { groups: ["test", "lint"] },
  ],
  [
    "a group with packages of its own whole",
    pyproject('[dependency-groups]\ndev = ["tox", {include-group = "docs"}]\ndocs = ["sphinx"]\n'),
    { groups: ["dev"] },
  ],
  [
    "a group that includes itself",
    pyproject('[dependency-groups]\ndev = [{include-group = "dev"}]\n'),
    { groups: ["dev"] },
  ],
  ["uv's older table", pyproject('[tool.uv]\ndev-dependencies = ["pytest"]\n'), { groups: ["dev"] }],
  [
    "PDM's groups, with a library beside",
    pyproject(
      `[tool.pdm.dev-dependencies]\ntest = ["pytest>=8"]\nlint = ["ruff", "-e file:///\${PROJECT_ROOT}/lib#egg=b"]\n`,
    ),
    { requirements: ["pytest>=8", "ruff", "./lib"], reads: ["lib/"] },
  ],
  [
    "hatch's own environment for tests",
    pyproject('[tool.hatch.envs.hatch-test]\nextra-dependencies = ["freezegun"]\nfeatures = ["cli"]\n'),
    { requirements: ["pytest-mock", "freezegun"], extras: ["cli"] },
  ],
  [
    "an environment of hatch, with what it takes from the default one",
    pyproject(`[tool.hatch.envs.default]\nextra-dependencies = ["a"]\ndependencies = ["b"]
[tool.hatch.envs.test]\ndependencies = ["pytest"]\n[tool.hatch.envs.docs]\ndependencies = ["mkdocs"]\n`),
    { requirements: ["pytest", "a"] },
  ],
  [
    "hatch.toml, which has the default environment alone",
    {
      ...pyproject(""),
      "hatch.toml": '[envs.default]\ndependencies = ["pytest"]\ndependency-groups = ["x"]\n',
    },
    { requirements: ["pytest"], groups: ["x"] },
  ],
  [
    "tests_require of setup.cfg",
    { "setup.cfg": "[options]\ntests_require =\n    pytest\n    mock; python_version < '3.8'\n" },
    { requirements: ["pytest", "mock; python_version < '3.8'"] },
  ],
  [
    "tests_require of setup.py",
    { "setup.py": `setup(tests_require=["pytest", 'mock'])` },
    { requirements: ["pytest", "mock"] },
  ],
  [
    "tests_require of setup.py, by a name",
    { "setup.py": 'needs = [\n    "pytest>=7",\n]\nsetup(tests_require=needs)\n' },
    { requirements: ["pytest>=7"] },
  ],
  [
    "tox's base environment",
    {
      ...tox(
        "[testenv]\ndeps =\n    pytest>=8  # why\n    -r{toxinidir}/req/all.txt\n    .[cli]\nextras = fast\n",
      ),
      "req/all.txt": "-r more.txt\n",
      "req/more.txt": "",
    },
    {
      requirements: ["pytest>=8", "--requirements=req/all.txt"],
      extras: ["cli", "fast"],
      reads: ["req/all.txt", "req/more.txt"],
    },
  ],
  [
    "tox's lines for some environments, of which the last one with this Python counts",
    tox(`[tox]\nenvlist = lint, py{311,312}-django{42,50}\n[testenv]\ndeps =
    django42: Django~=4.2\n    django50: Django~=5.0\n    py311: tomli\n    py312-!django42: new\n    lint: ruff\n    pytest\n`),
    { requirements: ["Django~=5.0", "new", "pytest"] },
  ],
  [
    "tox's groups for some environments, without one from a branch",
    {
      ...pyproject(
        '[dependency-groups]\nbase = ["pytest"]\nnew = ["django>=5"]\nmain = ["django @ https://example.com/main.tar.gz"]\n',
      ),
      ...tox(
        "[tox]\nenvlist = py313-{new,main}\n[testenv]\ndependency_groups =\n    base\n    new: new\n    main: main\n",
      ),
    },
    { groups: ["base", "new"] },
  ],
  [
    "tox's environments for tests, which refer to another one",
    tox(
      "[base]\ndeps = pytest\n[testenv:unit]\ndeps =\n    {[base]deps}\n    -c{env:LIMITS:https://a.example/c.txt}\n[testenv:docs]\ndeps = sphinx\n",
    ),
    { requirements: ["pytest", "--constraints=https://a.example/c.txt"] },
  ],
  [
    "tox in pyproject.toml, as INI",
    pyproject('[tool.tox]\nlegacy_tox_ini = """\n[testenv]\ndeps = pytest\n"""\n'),
    { requirements: ["pytest"] },
  ],
  [
    "tox in pyproject.toml, as TOML",
    pyproject('[tool.tox.env_run_base]\ndeps = ["pytest"]\nextras = ["x"]\ndependency_groups = ["y"]\n'),
    { requirements: ["pytest"], extras: ["x"], groups: ["y"] },
  ],
  [
    "tox.toml",
    { "setup.py": "", "tox.toml": '[env.test]\ndeps = ["pytest"]\n' },
    { requirements: ["pytest"] },
  ],
  [
    "tox beside a group of tools",
    { ...pyproject('[dependency-groups]\ndev = ["tox"]\n'), ...tox("[testenv]\ndeps = pytest\n") },
    { groups: ["dev"], requirements: ["pytest"] },
  ],
  [
    "a group with pytest, beside which tox is not asked",
    { ...pyproject('[dependency-groups]\ndev = ["pytest"]\n'), ...tox("[testenv]\ndeps = pytest<8\n") },
    { groups: ["dev"], requirements: [] },
  ],
  [
    "nox's session for tests",
    {
      ...nox(`tests(session):\n    session.install("-r", "t.txt", "freezegun")\n    session.install("-e", ".[fast]")
    session.run("pytest")\n\n\ndef lint(session):\n    session.install("ruff")`),
      "t.txt": "pytest\n",
    },
    { requirements: ["--requirements=t.txt", "freezegun"], extras: ["fast"], reads: ["t.txt"] },
  ],
])("%s", async (_, files, expected) => {
  expect(await needs(files)).toMatchObject(Object(expected));
});

test.each<[what: string, files: Record<string, string>, paths: readonly string[]]>([
  [
    "two variants that contradict each other: the one for CI",
    { "requirements-ci.txt": "pytest==8.3.5\n", "requirements-dev.txt": "pytest==8.3.4\nipython==9.1.0\n" },
    ["requirements-ci.txt"],
  ],
  [
    "two that contradict each other in what one names: the one with pytest",
    {
      "requirements-ci.txt": "a==1\n",
      "requirements-dev.txt": "-r pins.txt\npytest\n",
      "pins.txt": "A == 2  # why\n",
    },
    ["requirements-dev.txt"],
  ],
  [
    "two with one version each for other Pythons",
    {
      "requirements-dev.txt": "a==1 ; python_version < '3.9'\na==2 ; python_version >= '3.9'\n",
      "requirements-test.txt": "a==2 ; python_version >= '3.9'\n",
    },
    ["requirements-dev.txt", "requirements-test.txt"],
  ],
  ["one in the folder of tests", { "tests/requirements.txt": "pytest\n" }, ["tests/requirements.txt"]],
])("requirements files: %s", async (_, files, paths) => {
  const tree = new Tree(factsOf({ "requirements.txt": "", ...files }));
  const found = await dependenciesOf(tree, await readProject(tree, "."), "3.13");
  expect(found.kind === "requirements" && found.files.map(({ path }) => path)).toEqual([
    "requirements.txt",
    ...paths,
  ]);
});

test("a uv workspace's groups for tests count for each member", async () => {
  const files = {
    "uv.lock": "",
    "pyproject.toml": `[dependency-groups]\ndev = ["pytest"]\ndocs = []\n[tool.uv.workspace]\nmembers = ["services/*"]\n`,
    "services/a/pyproject.toml": '[project]\nname = "a"\n',
  };
  const tree = new Tree(factsOf(files));
  const member = await dependenciesOf(tree, await readProject(tree, "services/a"), "3.13");
  expect(member).toMatchObject({ kind: "uv-lock", shared: ["dev"], groups: [] });
  const top = await dependenciesOf(tree, await readProject(tree, "."), "3.13");
  expect(top).toMatchObject({ kind: "uv-lock", shared: [], groups: ["dev"] });
});

test("values of tox that refer to each other, and many braces, end", async () => {
  const other = (name: string) => `  {[${name}]deps}\n`.repeat(20);
  const text = `[tox]\nenvlist = py${"{a,b}".repeat(40)}, ${"x,".repeat(50_000)}\n[testenv]\ndeps = pytest\n${other("b")}[b]\ndeps = coverage\n${other("c")}[c]\ndeps = six\n${other("testenv")}`;
  expect(await needs({ ...pyproject(""), ...tox(text) })).toMatchObject({
    requirements: ["pytest", "coverage", "six"],
  });
});
