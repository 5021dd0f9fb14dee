import { expect, test } from "vitest";
import { discover, passedOver } from "#pipelines/plan/discovery.ts";
import { Tree } from "#pipelines/plan/tree.ts";
import { factsOf } from "./facts-of.ts";

const project = '[project]\nname = "thing"\n';
const tools = "[tool.ruff]\n";
const workspace = '[tool.uv.workspace]\nmembers = ["*"]\n';

async function found(files: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const services = await discover(new Tree(factsOf(files)));
  return Object.fromEntries(services.map(({ name, path }) => [name, path]));
}

test.each<[what: string, files: Record<string, string>, services: Record<string, string>]>([
  ["nothing", {}, {}],
  ["folders that are named like files", { "setup.py/": "", "a/requirements.txt/": "" }, {}],
  ["no Python", { Dockerfile: "", "k8s/kustomization.yaml": "" }, {}],
  ["one project at the top", { "pyproject.toml": project }, { thing: "." }],
  ["a nameless one at the top", { "requirements.txt": "" }, { app: "." }],
  [
    "a poetry project at the top",
    { "pyproject.toml": '[tool.poetry]\nname = "My.Thing"\n' },
    { "my.thing": "." },
  ],
  ["a setup.py", { "setup.py": "" }, { app: "." }],
  ["a setup.cfg with metadata", { "setup.cfg": "[metadata]\nname = a\n" }, { app: "." }],
  [
    "mere configuration of tools at the top",
    { "pyproject.toml": tools, "setup.cfg": "[flake8]\n" },
    { app: "." },
  ],
  ["a folder of requirements", { "requirements/base.txt": "", "requirements/dev.txt": "" }, { app: "." }],
  ["a Pipfile", { Pipfile: "" }, { app: "." }],
  ["a Pipfile.lock", { "a/Pipfile.lock": "" }, { a: "a" }],
  ["requirements for development alone", { "requirements-dev.txt": "" }, {}],
  [
    "two services",
    { "services/a/pyproject.toml": project, "services/b/requirements.txt": "" },
    { a: "services/a", b: "services/b" },
  ],
  [
    "two services below the configuration of tools",
    { "pyproject.toml": tools, "requirements-dev.txt": "", "a/setup.py": "", "b/requirements.txt": "" },
    { a: "a", b: "b" },
  ],
  [
    "a service within a service",
    { "pyproject.toml": project, "thing.py": "", "plugins/a/pyproject.toml": project },
    { thing: "." },
  ],
  [
    "the members of a workspace that is no project",
    { "pyproject.toml": workspace, "a/pyproject.toml": project, "b/pyproject.toml": project },
    { a: "a", b: "b" },
  ],
  [
    "a workspace that is a project, and its members",
    { "pyproject.toml": project + workspace, "src/thing/main.py": "", "a/pyproject.toml": project },
    { thing: ".", a: "a" },
  ],
  [
    "a workspace whose project has no code, and its members",
    { "pyproject.toml": project + workspace, "scripts/release.py": "", "a/pyproject.toml": project },
    { a: "a" },
  ],
  [
    "a top with Poetry for tools alone",
    {
      "pyproject.toml":
        '[tool.poetry]\npackage-mode = false\n[tool.poetry.group.dev.dependencies]\nruff = "*"\n',
      "noxfile.py": "",
      "services/a/pyproject.toml": project,
      "services/a/a.py": "",
      "services/b/requirements.txt": "",
    },
    { a: "services/a", b: "services/b" },
  ],
  [
    "a top with requirements for its documentation",
    { "requirements.txt": "sphinx", "docs/conf.py": "", "a/setup.py": "", "b/setup.py": "" },
    { a: "a", b: "b" },
  ],
  [
    "a top with tests of all services together",
    {
      "requirements.txt": "pytest",
      "tests/smoke.py": "",
      "test_all.py": "",
      "a/setup.py": "",
      "b/setup.py": "",
    },
    { app: ".", a: "a", b: "b" },
  ],
  [
    "a top with tests of each service",
    { "requirements.txt": "pytest", "tests/a/test_a.py": "", "x/a/setup.py": "", "x/b/setup.py": "" },
    { a: "x/a", b: "x/b" },
  ],
  [
    "a top with the tests of one service below",
    { "requirements.txt": "pytest", "tests/test_a.py": "", "a/requirements.txt": "", "a/a.py": "" },
    { app: "." },
  ],
  [
    "a folder around services, with a project of its own",
    { "backend/pyproject.toml": project, "backend/a/setup.py": "", "backend/b/setup.py": "" },
    { a: "backend/a", b: "backend/b" },
  ],
  [
    "a service of nothing but tasks, with an image",
    {
      "requirements.txt": "celery",
      "tasks.py": "",
      Dockerfile: "",
      "client/setup.py": "",
      "client/a.py": "",
    },
    { app: ".", client: "client" },
  ],
  [
    "a service below a folder of tools, with a part that is a project",
    { "tools/app/setup.py": "", "tools/app/main.py": "", "tools/app/plugin/setup.py": "" },
    { app: "tools/app" },
  ],
  ["a project without code", { "pyproject.toml": project, "README.md": "" }, { thing: "." }],
  ["a workspace without members", { "pyproject.toml": workspace }, { app: "." }],
  ["tools' configuration of a service's part", { "a/setup.py": "", "a/b/pyproject.toml": tools }, { a: "a" }],
  [
    "tools' configuration in each other",
    { "pyproject.toml": tools, "a/pyproject.toml": tools },
    { app: "." },
  ],
  [
    "folders that hold no services",
    {
      "tests/pyproject.toml": project,
      "docs/requirements.txt": "",
      "examples/a/setup.py": "",
      ".venv/lib/pyproject.toml": project,
      "web/node_modules/x/setup.py": "",
      "a/{{cookiecutter.name}}/setup.py": "",
    },
    {},
  ],
  [
    "two folders of one name",
    { "x/api/setup.py": "", "y/api/setup.py": "", "z/setup.py": "" },
    { "x-api": "x/api", "y-api": "y/api", z: "z" },
  ],
  [
    "paths that come to one name",
    { "a-b/c/setup.py": "", "a/b-c/setup.py": "", "d/c/setup.py": "", "d/b-c/setup.py": "" },
    { "a-b-c": "a-b/c", "a-b-c-2": "a/b-c", "d-b-c": "d/b-c", "d-c": "d/c" },
  ],
  [
    "names outside the grammar",
    { "Bücher/setup.py": "", "日本/setup.py": "", "a  b\n/setup.py": "", "order_service/setup.py": "" },
    { bucher: "Bücher", service: "日本", "a-b": "a  b\n", order_service: "order_service" },
  ],
  [
    "a malformed file at the top, and what lies below it",
    { "pyproject.toml": "[tool", "a/setup.py": "" },
    { app: ".", a: "a" },
  ],
  ["a malformed project", { "a/pyproject.toml": "[project", "b/setup.cfg": "x" }, { a: "a", b: "b" }],
])("%s", async (_, files, services) => {
  expect(await found(files)).toEqual(services);
});

test("every name holds to the grammar of slipway.yaml, however long or odd its folder", async () => {
  const folders = ["a".repeat(200), "-a-", "__a__", "a...b", "a.-_b", "😀", "A B", "$(id)", "ﬁ"];
  const names = Object.keys(await found(Object.fromEntries(folders.map((name) => [`${name}/setup.py`, ""]))));
  expect(names).toHaveLength(folders.length);
  for (const name of names) expect(name).toMatch(/^(?=.{1,63}$)[a-z0-9]+(?:[._-][a-z0-9]+)*$/);
});

test.each<[what: string, files: Record<string, string>, folders: readonly string[]]>([
  [
    "services whose folders are named like something else",
    {
      "services/orders/requirements.txt": "",
      "services/vendor/requirements.txt": "",
      "services/vendor/tests/test_a.py": "",
      "services/docs/pyproject.toml": project,
      "services/docs/a_test.py": "",
      "services/template/x/setup.py": "",
      "services/template/x/test_x.py": "",
    },
    ["services/docs", "services/template/x", "services/vendor"],
  ],
  [
    "a service without a test, with an image",
    { "env/app/requirements.txt": "", "env/app/Dockerfile": "", "env/app/main.py": "" },
    ["env/app"],
  ],
  ["documentation without a test", { "a/setup.py": "", "docs/requirements.txt": "", "docs/conf.py": "" }, []],
  ["a folder of a service", { "setup.py": "", "vendor/setup.py": "", "vendor/test_a.py": "" }, []],
  [
    "virtual environments, and hidden folders",
    {
      "a/setup.py": "",
      "venv/x/setup.py": "",
      "venv/x/test_a.py": "",
      ".b/setup.py": "",
      ".b/test_b.py": "",
    },
    [],
  ],
])("of what is passed over for its name, only services are named: %s", async (_, files, folders) => {
  const tree = new Tree(factsOf(files));
  expect(await passedOver(tree, await discover(tree))).toEqual(folders);
});
