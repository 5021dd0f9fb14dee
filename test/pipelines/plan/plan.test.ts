import { expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { codeOf } from "#pipelines/errors/errors.ts";
import { checkName } from "#pipelines/findings/check-id.ts";
import { plan } from "#pipelines/plan/plan.ts";
import { factsOf } from "./facts-of.ts";

const project = '[project]\nname = "thing"\n';

const planned = (files: Readonly<Record<string, string>>, yaml?: string) =>
  plan(factsOf(files), readConfig(yaml, "slipway.yaml"));

/** The one service of a source. */
async function service(files: Readonly<Record<string, string>>, yaml?: string) {
  return (await planned(files, yaml)).services[0];
}

/** The checks that could not be planned, each with its code. */
async function faults(files: Readonly<Record<string, string>>, yaml?: string): Promise<readonly string[]> {
  return (await planned(files, yaml)).faults.map(({ id, error }) => `${checkName(id)} ${error.code}`);
}

test.each<[what: string, files: Record<string, string>, code: string]>([
  ["an empty source", {}, "SOURCE_EMPTY"],
  ["a source without Python", { "README.md": "", Dockerfile: "" }, "SOURCE_NOT_PYTHON"],
  ["a source whose Python is all in tests", { "tests/setup.py": "" }, "SOURCE_NOT_PYTHON"],
])("%s cannot be planned", async (_, files, code) => {
  await expect(planned(files).catch(codeOf)).resolves.toBe(code);
});

test.each<[what: string, files: Record<string, string>]>([
  ["a kustomization", { "k8s/kustomization.yaml": "resources: []\n" }],
  ["a chart", { "charts/web/Chart.yaml": "name: web\n" }],
  ["a configuration of OpenTofu", { "infra/main.tf": "" }],
])("a source with %s alone has a plan without services", async (_, files) => {
  expect(await planned(files)).toMatchObject({ services: [], faults: [] });
});

test("a plain repository needs no config", async () => {
  const files = {
    "pyproject.toml": `${project}requires-python = ">=3.12"\n[tool.mypy]\n`,
    Dockerfile: "FROM a\n",
  };
  expect(await planned(files)).toEqual({
    services: [
      {
        name: "thing",
        path: ".",
        python: "3.12",
        pythons: ["3.12"],
        askedPython: { version: "3.12", file: "pyproject.toml", forTypes: "3.13", doubts: [] },
        dependencies: {
          kind: "project",
          manifest: "pyproject.toml",
          package: false,
          reads: ["pyproject.toml"],
          groups: [],
          extras: [],
          requirements: [],
        },
        hasGitDependency: false,
        foreignTools: [],
        lint: [{ tool: "ruff", isInstalled: false, select: ["E4", "E7", "E9", "F"] }],
        types: [{ tool: "mypy", isInstalled: false, settings: "pyproject.toml" }],
        test: {
          timeout: 600,
          files: [],
          packages: [],
          before: [],
          args: [],
          env: {},
          secrets: [],
          containers: {},
          readyTimeout: 300,
          parallel: false,
          shards: 1,
          retries: 0,
        },
        besides: [],
        versionFromGit: false,
        leastCoverage: { percent: 80, from: "default" },
        hasPages: true,
        image: {
          dockerfile: "Dockerfile",
          context: ".",
          args: {},
          labels: {},
          secrets: [],
          reads: {
            paths: ["."],
            own: ["Dockerfile", ".dockerignore", "Dockerfile.dockerignore"],
            context: ".",
            ignores: [],
          },
        },
        nested: [],
      },
    ],
    foreign: [],
    ownTools: [],
    overlays: [],
    passedOver: [],
    kustomizations: [],
    files: [{ tool: "hadolint", paths: ["Dockerfile"], reads: ["Dockerfile"] }],
    charts: [],
    infrastructure: [],
    faults: [],
  });
});

test("services of the config are all there are, under their own names", async () => {
  const files = { "a/setup.py": "", "b/setup.py": "" };
  const { services } = await planned(files, "services: {first: {path: b}}");
  expect(services.map(({ name, path }) => [name, path])).toEqual([["first", "b"]]);
});

const requiring = { "pyproject.toml": `${project}requires-python = ">=3.12"\n` };

test.each<[what: string, files: Record<string, string>, python: string]>([
  ["nothing", { "setup.py": "" }, "3.13"],
  [".python-version", { "setup.py": "", ".python-version": "3.10\n" }, "3.10"],
  [
    ".python-version with a patch, before requires-python",
    { "pyproject.toml": `${project}requires-python = ">=3.9"\n`, ".python-version": "3.11.9\n" },
    "3.11",
  ],
  [
    ".python-version with comments and more versions",
    { "setup.py": "", ".python-version": "# ours\n\n3.12 # newest\n3.11\n" },
    "3.12",
  ],
  [
    ".python-version that names an implementation",
    { "setup.py": "", ".python-version": "cpython-3.11.2\n" },
    "3.11",
  ],
  [".python-version that names an environment", { "setup.py": "", ".python-version": "my-env\n" }, "3.13"],
  ["requires-python", { "pyproject.toml": `${project}requires-python = "~=3.11"\n` }, "3.11"],
  [
    "a Pipfile",
    {
      Pipfile: '[requires]\npython_version = "3.12"\n',
      "Pipfile.lock": '{"_meta": {"hash": {"sha256": "0"}}}',
    },
    "3.12",
  ],
  ["poetry's python", { "pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.10"\n' }, "3.10"],
  [
    "setup.cfg's python_requires",
    { "setup.cfg": "[metadata]\n[options]\npython_requires = >=3.11\n", "pyproject.toml": "" },
    "3.11",
  ],
  ["setup.py's python_requires", { "setup.py": "setup(\n  python_requires='>=3.12',\n)" }, "3.12"],
  [".tool-versions", { "setup.py": "", ".tool-versions": "nodejs 22.1.0\npython 3.11.9 3.10\n" }, "3.11"],
  ["mise.toml", { "setup.py": "", "mise.toml": '[tools]\npython = ["3.12", "3.11"]\n' }, "3.12"],
  [".mise.toml", { "setup.py": "", ".mise.toml": '[tools]\npython = { version = "3.11" }\n' }, "3.11"],
  ["mise.toml without Python", { "setup.py": "", "mise.toml": '[tools]\nnode = "22"\n' }, "3.13"],
  ["runtime.txt", { "setup.py": "", "runtime.txt": "python-3.11.9\n" }, "3.11"],
  [".python-versions", { "setup.py": "", ".python-versions": "3.12\n3.11\n" }, "3.12"],
  ["its image", { "setup.py": "", Dockerfile: "FROM python:3.11-slim\n", ".python-version": "3.12" }, "3.11"],
  [
    "the stage that is built, by way of others",
    {
      "setup.py": "",
      Dockerfile:
        "ARG PYTHON=3.10\nFROM node:22 AS pages\nFROM python:$PYTHON-slim AS base\nFROM base AS dev\nFROM base\n",
    },
    "3.10",
  ],
  ["requires-python, if its image does not tell", { ...requiring, Dockerfile: "FROM debian:12\n" }, "3.12"],
  ["requires-python, if its image is too old", { ...requiring, Dockerfile: "FROM python:3.6\n" }, "3.12"],
])("the version of Python is that of %s", async (_, files, python) => {
  expect(await service(files)).toMatchObject({ python });
});

test("the version of Python of an image is that of its target and its arguments", async () => {
  const files = {
    "setup.py": "",
    "deploy/Dockerfile": "ARG V=3.13\nFROM python:$V AS run\nFROM python:3.9 AS test\n",
  };
  const image = "image: {dockerfile: deploy/Dockerfile, target: run, args: {V: '3.12'}}";
  expect(await service(files, `services: {a: {path: ., ${image}}}`)).toMatchObject({ python: "3.12" });
  expect(await service(files, "services: {a: {path: ., image: false}}")).toMatchObject({ python: "3.13" });
});

test("files that ask for another Python are told", async () => {
  const files = { ...requiring, Dockerfile: "FROM python:3.11\n", ".tool-versions": "python 3.13.1\n" };
  expect((await service(files))?.askedPython).toEqual({
    version: "3.11",
    file: "Dockerfile",
    doubts: [".tool-versions asks for 3.13", "pyproject.toml requires '>=3.12'"],
  });
  const old = { ...requiring, Dockerfile: "FROM python:3.6\n" };
  expect((await service(old))?.askedPython?.doubts).toEqual(["Dockerfile asks for 3.6"]);
});

test("types are checked on a Python of today where only the lowest is known", async () => {
  const forTypes = async (files: Readonly<Record<string, string>>) =>
    (await service(files))?.askedPython?.forTypes;
  const above = (range: string) => ({ "pyproject.toml": `${project}requires-python = "${range}"\n` });
  expect(await forTypes(above(">=3.10"))).toBe("3.13");
  expect(await forTypes(above(">=3.10,<3.12"))).toBeUndefined();
  expect(await forTypes(above(">=3.14"))).toBeUndefined();
  expect(await forTypes({ ...above(">=3.10"), ".python-version": "3.11" })).toBeUndefined();
  expect(await forTypes({ ...above(">=3.10"), Dockerfile: "FROM python:3.12-slim\n" })).toBeUndefined();
});

test("the version of Python is the config's, else the nearest folder's", async () => {
  const files = { "a/b/setup.py": "", "a/.python-version": "3.10", ".python-version": "3.9" };
  expect(await service(files)).toMatchObject({ python: "3.10" });
  expect(await service(files, 'services: {b: {path: a/b, python: "3.14"}}')).toMatchObject({
    python: "3.14",
    pythons: ["3.14"],
  });
  expect(await service(files, 'services: {b: {path: a/b, python: ["3.13", "3.11"]}}')).toMatchObject({
    python: "3.13",
    pythons: ["3.13", "3.11"],
  });
});

const pyproject = (tables: string) => ({ "pyproject.toml": `${project}${tables}` });
const preCommit = (...hooks: string[]) => ({
  "setup.py": "",
  ".pre-commit-config.yaml": `repos: [{repo: x, rev: v1.2.3, hooks: [${hooks.map((id) => `{id: ${id}}`).join()}]}]`,
});

test.each<[what: string, files: Record<string, string>, tools: string[]]>([
  ["nothing: ruff", { "setup.py": "" }, ["ruff"]],
  [
    "ruff in the lock alone: its formatter too",
    { "setup.py": "", "requirements.txt": "ruff==0.8.4" },
    ["ruff", "ruff-format"],
  ],
  ["ruff: its formatter too", pyproject("[tool.ruff.lint]\n"), ["ruff", "ruff-format"]],
  ["ruff and black: the formatter is black", pyproject("[tool.ruff]\n[tool.black]\n"), ["black", "ruff"]],
  [
    "ruff of a version before its formatter",
    { ...pyproject("[tool.ruff.lint]\n"), "requirements.txt": "", "requirements-dev.txt": "ruff==0.1.1\n" },
    ["ruff"],
  ],
  ["ruff's lint hook alone", { ...preCommit("ruff"), "ruff.toml": "" }, ["ruff"]],
  ["ruff's two hooks", preCommit("ruff-check", "ruff-format"), ["ruff", "ruff-format"]],
  [
    "black's settings beside ruff's hooks: left over",
    { ...preCommit("ruff", "ruff-format"), ...pyproject("[tool.black]\n") },
    ["ruff", "ruff-format"],
  ],
  [
    "hooks of both formatters",
    { ...preCommit("black", "ruff-format"), ...pyproject("[tool.black]\n") },
    ["black", "ruff", "ruff-format"],
  ],
  ["black alone: ruff sees an undefined name", pyproject("[tool.black]\n"), ["black", "ruff"]],
  ["isort alone: the same", pyproject("[tool.isort]\n"), ["isort", "ruff"]],
  ["hooks of black and isort: the same", preCommit("black", "isort"), ["black", "isort", "ruff"]],
  [
    "black, isort, flake8",
    { ...pyproject("[tool.black]\n[tool.isort]\n"), ".flake8": "" },
    ["black", "flake8", "isort"],
  ],
  ["the same as hooks", preCommit("black", "isort", "flake8"), ["black", "flake8", "isort"]],
  [
    "flake8 in setup.cfg, isort too",
    { "setup.py": "", "setup.cfg": "[flake8]\n[isort]\n" },
    ["flake8", "isort"],
  ],
  ["flake8 in tox.ini", { "setup.py": "", "tox.ini": "[tox]\n[flake8]\n" }, ["flake8"]],
  ["bandit alone: ruff besides", pyproject("[tool.bandit]\n"), ["bandit", "ruff"]],
  [
    "the folder above",
    { "a/setup.py": "", ".flake8": "", "pyproject.toml": "[tool.black]\n" },
    ["black", "flake8"],
  ],
  ["hooks in a malformed file: nothing", { "setup.py": "", ".pre-commit-config.yaml": "a: [" }, ["ruff"]],
  ["hooks that are none", { "setup.py": "", ".pre-commit-config.yaml": "repos: [1]" }, ["ruff"]],
])("linters are those that the repository configures: %s", async (_, files, tools) => {
  const { lint } = (await service(files)) ?? {};
  expect((lint || []).map(({ tool }) => tool)).toEqual(tools);
});

test.each<[files: Record<string, string>, select: readonly string[] | undefined]>([
  [pyproject("[tool.black]\n"), ["E4", "E7", "E9", "F"]],
  [{ ...pyproject("[tool.black]\n"), "ruff.toml": "" }, undefined],
  [preCommit("black", "ruff"), undefined],
  [{ "setup.py": "" }, ["E4", "E7", "E9", "F"]],
  [{ "setup.py": "", "requirements.txt": "ruff==0.8.4\n" }, undefined],
])("ruff that nobody asked for looks for errors alone: %j", async (files, select) => {
  const { lint } = (await service(files)) ?? {};
  expect((lint || []).find(({ tool }) => tool === "ruff")?.select).toEqual(select);
});

test.each<[what: string, files: Record<string, string>, tools: string[]]>([
  ["none", { "setup.py": "" }, []],
  ["mypy in pyproject.toml", pyproject("[tool.mypy]\n"), ["mypy"]],
  ["mypy in setup.cfg", { "setup.py": "", "setup.cfg": "[mypy]\n" }, ["mypy"]],
  ["mypy above", { "a/setup.py": "", "mypy.ini": "" }, ["mypy"]],
  ["mypy's hook", preCommit("mypy"), ["mypy"]],
  ["pyright", pyproject("[tool.pyright]\n"), ["pyright"]],
  ["both", { "setup.py": "", "pyrightconfig.json": "{}", ".mypy.ini": "" }, ["mypy", "pyright"]],
])("type checkers are those that the repository configures: %s", async (_, files, tools) => {
  const { types } = (await service(files)) ?? {};
  expect((types || []).map(({ tool }) => tool)).toEqual(tools);
});

test.each<[what: string, files: Record<string, string>, version: string | undefined]>([
  ["none: ours", { "setup.py": "", ".flake8": "" }, undefined],
  ["a hook's rev", preCommit("flake8"), "1.2.3"],
  [
    "a rev that is no version",
    { ...preCommit(), ".pre-commit-config.yaml": "repos: [{repo: x, rev: main, hooks: [{id: flake8}]}]" },
    undefined,
  ],
  [
    "a requirements file, before a hook",
    { ...preCommit("flake8"), "requirements-dev.txt": "Flake8 == 6.0.0 ; x\n" },
    "6.0.0",
  ],
  [
    "uv.lock",
    { ...pyproject(""), ".flake8": "", "uv.lock": '[[package]]\nname = "flake8"\nversion = "6.1.0"\n' },
    "6.1.0",
  ],
  [
    "poetry.lock above",
    { "a/setup.py": "", ".flake8": "", "poetry.lock": '[[package]]\nname = "flake8"\nversion = "6.2.0"\n' },
    "6.2.0",
  ],
  [
    "Pipfile.lock",
    {
      "setup.py": "",
      ".flake8": "",
      "Pipfile.lock": '{"_meta": {"hash": {"sha256": "0"}}, "develop": {"flake8": {"version": "==6.3.0"}}}',
    },
    "6.3.0",
  ],
  ["a lock that breaks off", { ...pyproject(""), ".flake8": "", "uv.lock": "[[package]" }, undefined],
])("a linter's version is that of %s", async (_, files, version) => {
  const { lint } = (await service(files)) ?? {};
  expect((lint || []).find(({ tool }) => tool === "flake8")?.version).toBe(version);
});

const locked = '[[package]]\nname = "flake8"\nversion = "7.1.1"\n';

test.each<[where: string, files: Record<string, string>, is: boolean]>([
  ["its own lock", { "a/pyproject.toml": '[project]\nname = "a"\n', "a/uv.lock": locked }, true],
  ["its own requirements", { "a/requirements.txt": "flake8==7.1.1\n" }, true],
  [
    "the lock of its workspace",
    {
      "a/pyproject.toml": '[project]\nname = "a"\n',
      "pyproject.toml": '[tool.uv.workspace]\nmembers = ["a"]\n',
      "uv.lock": locked,
    },
    true,
  ],
  [
    "the lock of another project above",
    {
      "a/pyproject.toml": "[tool.poetry.group.dev.dependencies]\n",
      "pyproject.toml": "[tool.poetry]\npackage-mode = false\n",
      "poetry.lock": locked,
    },
    false,
  ],
])("whether a service installs a linter of %s: %s", async (_, files, isInstalled) => {
  const yaml = "services: {a: {path: a, lint: [flake8]}}";
  const { lint } = (await service(files, yaml)) ?? {};
  expect(lint).toEqual([{ tool: "flake8", version: "7.1.1", isInstalled }]);
});

test("linters and type checkers are those that slipway.yaml names", async () => {
  const yaml = "services: {a: {path: ., lint: [flake8, bandit], types: [pyright]}}";
  const found = await service({ "setup.py": "", "mypy.ini": "", ".flake8": "" }, yaml);
  expect(found?.lint).toEqual([
    { tool: "flake8", isInstalled: false, settings: ".flake8" },
    { tool: "bandit", isInstalled: false },
  ]);
  expect(found?.types).toEqual([{ tool: "pyright", isInstalled: false }]);
});

test("types are not checked when slipway.yaml says so", async () => {
  const yaml = "services: {a: {path: ., types: false}}";
  expect(await service({ "setup.py": "", "mypy.ini": "" }, yaml)).toMatchObject({ types: false });
});

test("lint, test and image can be switched off", async () => {
  const yaml = "services: {a: {path: ., lint: false, test: false, image: false}}";
  const files = { "setup.py": "", Dockerfile: "" };
  expect(await service(files, yaml)).toMatchObject({ lint: false, test: false, image: false });
});

test("without a Dockerfile there is no image", async () => {
  expect(await service({ "setup.py": "" })).toHaveProperty("image", undefined);
});

test("a Dockerfile of another name is looked for in the context", async () => {
  const files = { "a/setup.py": "", "docker/a.Dockerfile": "" };
  const yaml = "services: {a: {path: a, image: {context: .., dockerfile: docker/a.Dockerfile}}}";
  expect(await faults(files, yaml)).toEqual([]);
  expect(await service(files, yaml)).toMatchObject({
    image: { context: "..", dockerfile: "docker/a.Dockerfile" },
  });
});

test.each<[what: string, files: Record<string, string>]>([
  ["a group", pyproject('[dependency-groups]\nlint = ["ruff[x] == 0.8.4"]\n')],
  ["an extra", pyproject('[project.optional-dependencies]\ndev = ["pytest", "ruff==0.8.4"]\n')],
  ["Poetry", { "pyproject.toml": '[tool.poetry.group.dev.dependencies]\nruff = "0.8.4"\n' }],
  ["hatch", pyproject('[tool.hatch.envs.lint]\ndependencies = ["ruff==0.8.4"]\n')],
  ["tox", { "setup.py": "", "tox.ini": "[testenv:lint]\ndeps =\n    ruff==0.8.4\n" }],
  ["nox", { "setup.py": "", "noxfile.py": 'session.install("ruff==0.8.4")\n' }],
])("the version of a linter is that of its pin in %s", async (_, files) => {
  const { lint } = (await service(files)) ?? {};
  expect(lint || []).toContainEqual(expect.objectContaining({ tool: "ruff", version: "0.8.4" }));
});

test.each([
  ['[dependency-groups]\nlint = ["ruff>=0.8.4"]\n# ruff==0.8.4\n'],
  ['[dependency-groups]\nlint = ["ruff"]\n'],
])("what is no pin gives a linter no version: %j", async (tables) => {
  const { lint } = (await service(pyproject(tables))) ?? {};
  expect((lint || []).find(({ tool }) => tool === "ruff")?.version).toBeUndefined();
});

test.each<[what: string, files: Record<string, string>]>([
  ["requirements", { "requirements.txt": "a @ git+https://git.example.com/a.git@v1\n" }],
  [
    "requirements by way of others",
    { "requirements.txt": "-r b.txt\n", "b.txt": "git+ssh://git@git.example.com/a\n" },
  ],
  ["uv's sources", pyproject('[tool.uv.sources]\na = { git = "https://git.example.com/a" }\n')],
  ["Poetry", { "pyproject.toml": '[tool.poetry.dependencies]\na = {git = "https://git.example.com/a"}\n' }],
  [
    "a lock of uv",
    {
      ...pyproject(""),
      "uv.lock": 'version = 1\n[[package]]\nname = "a"\nsource = { git = "https://git.example.com/a" }\n',
    },
  ],
  ["setup.py", { "setup.py": "setup(install_requires=['a @ git+https://git.example.com/a'])" }],
])("a dependency from git is found in %s", async (_, files) => {
  expect(await service(files)).toMatchObject({ hasGitDependency: true });
});

test("a name with git in it alone is no dependency from git", async () => {
  const files = { "requirements.txt": "gitpython==3.1\ndigit==1\n" };
  expect(await service(files)).toMatchObject({ hasGitDependency: false });
});

test("a service knows the services below it", async () => {
  const top = { "pyproject.toml": `${project}[tool.uv.workspace]\n`, "thing.py": "" };
  const { services } = await planned({ ...top, "a/setup.py": "", "b/setup.py": "" });
  expect(services.map(({ nested }) => nested)).toEqual([["a", "b"], [], []]);
});

test("what is wrong with one service leaves the others", async () => {
  const files = { "a/pyproject.toml": "[project\n", "b/setup.py": "", "b/Dockerfile": "" };
  const { services } = await planned(files);
  expect(services.map(({ name }) => name)).toEqual(["b"]);
  expect(await faults(files)).toEqual(["a/plan PROJECT_INVALID"]);
});

test.each<[what: string, file: string, text: string]>([
  ["TOML that does not end", "pyproject.toml", "[project]\nname = "],
  ["TOML with a key twice", "pyproject.toml", "[project]\n[project]\n"],
  ["a table that is a text", "pyproject.toml", 'project = "thing"\n'],
  ["a version that is a number", "pyproject.toml", "[project]\nrequires-python = 3.11\n"],
  ["a version that makes no sense", "pyproject.toml", '[project]\nrequires-python = "recent"\n'],
  ["a version that is no more", "pyproject.toml", '[project]\nrequires-python = "<3"\n'],
  ["an old .python-version", ".python-version", "2.7.18\n"],
  ["an old image", "Dockerfile", "FROM python:3.6\n"],
  ["a mise.toml without an end", "mise.toml", "[tools\n"],
  ["a setup.cfg without section", "setup.cfg", "name = a\n"],
  ["a key that does not end", "setup.cfg", `[a]\nb${" ".repeat(100_000)}\nc`],
  [
    "a specifier of any length",
    "pyproject.toml",
    `[project]\nrequires-python = "${">=3,".repeat(100_000)}"\n`,
  ],
  ["tables in tables without end", "pyproject.toml", `a = ${"[".repeat(100_000)}`],
])("%s is a fault of that service alone", async (_, file, text) => {
  expect(await faults({ "a/setup.py": "", [`a/${file}`]: text })).toEqual(["a/plan PROJECT_INVALID"]);
});

test("the place of what is malformed is named", async () => {
  const { faults } = await planned({ "a/pyproject.toml": '[project]\nname = "a"\nrequires-python = >=3\n' });
  expect(faults[0]?.error.message).toContain("a/pyproject.toml:3:19");
});

test.each<[what: string, yaml: string, fault: string]>([
  ["a folder that is not there", "services: {a: {path: gone}}", "a/plan PATH_NOT_FOUND"],
  ["a Dockerfile that is not there", "services: {a: {path: ., image: {}}}", "a/image DOCKERFILE_NOT_FOUND"],
  ["an overlay that is not there", "bump: {overlays: [k8s]}", "bump/k8s KUSTOMIZATION_NOT_FOUND"],
])("%s is a fault", async (_, yaml, fault) => {
  expect(await faults({ "setup.py": "", "k8s/base/kustomization.yaml": "" }, yaml)).toEqual([fault]);
});

test("a folder without any file of interest is a service if the config says so", async () => {
  const found = await service({ "src/main.py": "" }, "services: {a: {path: src}}");
  expect(found).toMatchObject({ path: "src", python: "3.13", dependencies: { kind: "none" } });
});

test("overlays are those of the config, kustomizations all there are", async () => {
  const files = {
    "setup.py": "",
    "k8s/base/kustomization.yaml": "",
    "k8s/overlays/a/kustomization.yml": "",
    "k8s/overlays/b/Kustomization": "",
  };
  const { overlays, kustomizations } = await planned(files, "bump: {overlays: [k8s/overlays/a/]}");
  expect(overlays).toEqual(["k8s/overlays/a"]);
  expect(kustomizations.map(({ folder }) => folder)).toEqual([
    "k8s/base",
    "k8s/overlays/a",
    "k8s/overlays/b",
  ]);
});

test("an error that is not ours is not taken for a fault", async () => {
  const facts = {
    ...factsOf({ "setup.cfg": "" }),
    read: () => Promise.reject(new Error("the engine is gone")),
  };
  await expect(plan(facts, readConfig(undefined, "slipway.yaml"))).rejects.toThrow("the engine is gone");
});

test("no file is read twice", async () => {
  const facts = factsOf({
    "pyproject.toml": "[tool.mypy]\n",
    "a/pyproject.toml": project,
    "b/pyproject.toml": project,
  });
  const read: string[] = [];
  const watched = {
    ...facts,
    read: (path: string) => {
      read.push(path);
      return facts.read(path);
    },
  };
  await plan(watched, readConfig(undefined, "slipway.yaml"));
  expect(read.toSorted()).toEqual([...new Set(read)].sort());
});
