import { expect, test } from "vitest";
import { codeOf } from "#pipelines/errors/errors.ts";
import { dependenciesOf } from "#pipelines/plan/python/dependencies.ts";
import { readProject } from "#pipelines/plan/python/project.ts";
import { Tree } from "#pipelines/plan/tree.ts";
import { factsOf } from "../facts-of.ts";

async function dependencies(files: Readonly<Record<string, string>>) {
  const tree = new Tree(factsOf(files));
  return dependenciesOf(tree, await readProject(tree, "."), "3.13");
}

const poetry = '[tool.poetry]\nname = "a"\n';
const build = '[build-system]\nrequires = ["poetry-core"]\n';
const project = '[project]\nname = "a"\n';
const meta = (more = "") => `{ "_meta": { "hash": { "sha256": "0" }${more} }, "default": {}, "develop": {} }`;

test.each<[what: string, files: Record<string, string>, dependencies: unknown]>([
  [
    "Poetry 1, with its two ways to name groups",
    {
      "poetry.lock": "",
      "pyproject.toml": `${poetry}${build}[tool.poetry.dev-dependencies]\npytest = "*"
[tool.poetry.group.typing.dependencies]\nmypy = "*"
[tool.poetry.group.docs]\noptional = true\n[tool.poetry.group.test]\noptional = true
[tool.poetry.extras]\ntest = ["b"]\nfast = ["c"]\n`,
    },
    {
      kind: "lock",
      tool: "poetry",
      groups: ["dev", "typing", "test"],
      extras: ["test"],
      indexes: [],
      package: true,
      reads: ["poetry.lock", "pyproject.toml"],
      libraries: [],
    },
  ],
  [
    "Poetry 2, with a project and groups as the standards have them",
    {
      "poetry.lock": "",
      "requirements.txt": "",
      "pyproject.toml": `${project}[project.optional-dependencies]\ntest = ["b"]
[dependency-groups]\nlint = ["ruff"]\ndev = ["pytest"]\n[tool.poetry]\npackage-mode = false\n`,
    },
    { kind: "lock", tool: "poetry", groups: ["lint", "dev"], extras: ["test"], package: false },
  ],
  [
    "Poetry's own indexes, those with a user or a variable in their address left out",
    {
      "poetry.lock": "",
      "pyproject.toml": `${poetry}${[
        "internal|https://a.example/simple",
        "PyPI|",
        "u|https://u:p@b.example",
        `v|https://\${V}.example`,
      ]
        .map((each) => each.split("|"))
        .map(([name, url]) => `[[tool.poetry.source]]\nname = "${name}"\n${url ? `url = "${url}"\n` : ""}`)
        .join("")}`,
    },
    { indexes: [{ name: "internal", url: "https://a.example/simple" }] },
  ],
  [
    "Poetry's libraries by their paths, in a group too",
    {
      "poetry.lock": "",
      "pyproject.toml": `${poetry}[tool.poetry.dependencies]\nmoney = { path = "libs/money", develop = true }
[tool.poetry.group.dev.dependencies]\nfakes = [{ path = "libs/fakes" }]\ngone = { path = "libs/gone" }\n`,
      "libs/money/pyproject.toml": `${poetry}[tool.poetry.dependencies]\nrates = { path = "../rates" }\n`,
      "libs/rates/pyproject.toml": poetry,
      "libs/fakes/pyproject.toml": poetry,
    },
    { libraries: ["libs/fakes/", "libs/money/", "libs/rates/"], package: false },
  ],
  [
    "a library out of the source",
    {
      "poetry.lock": "",
      "pyproject.toml": `${poetry}[tool.poetry.dependencies]\na = { path = "../a" }\n`,
    },
    "PATH_OUTSIDE_SOURCE",
  ],
  [
    "PDM",
    {
      "pdm.lock": "",
      "pyproject.toml": `${project}${build}[project.optional-dependencies]\ntest = ["b"]\nfast = ["c"]
[[tool.pdm.source]]\nname = "internal"\nurl = "https://a.example/simple"
[tool.pdm.dev-dependencies]\ndev = ["-e file:///\${PROJECT_ROOT}/libs/money#egg=money"]\n`,
      "libs/money/pyproject.toml": project,
    },
    {
      kind: "lock",
      tool: "pdm",
      groups: [],
      extras: ["test"],
      package: true,
      indexes: [{ name: "internal", url: "https://a.example/simple" }],
      reads: ["pdm.lock", "pyproject.toml"],
      libraries: ["libs/money/"],
    },
  ],
  [
    "PDM's project that is no distribution",
    { "pdm.lock": "", "pyproject.toml": `${project}${build}[tool.pdm]\ndistribution = false\n` },
    { kind: "lock", tool: "pdm", package: false },
  ],
  [
    "Pipenv, with the service itself among its packages",
    {
      Pipfile: '[packages]\na = { path = ".", editable = true }\nb = "*"\n',
      "Pipfile.lock": meta(', "sources": [{ "name": "internal", "url": "https://a.example/simple" }]'),
    },
    {
      kind: "lock",
      tool: "pipenv",
      indexes: [{ name: "internal", url: "https://a.example/simple" }],
      package: true,
      reads: ["Pipfile", "Pipfile.lock"],
      libraries: ["./"],
    },
  ],
  [
    "a Pipfile.lock alone",
    { "Pipfile.lock": meta() },
    { kind: "lock", package: false, reads: ["Pipfile.lock"] },
  ],
  [
    "a Pipfile.lock of before its sources had names",
    { "Pipfile.lock": meta(', "sources": [{ "url": "https://a.example/simple", "verify_ssl": true }]') },
    { kind: "lock", indexes: [], reads: ["Pipfile.lock"] },
  ],
  [
    "uv.lock before the locks of others",
    { "uv.lock": "", "poetry.lock": "", "pdm.lock": "", "pyproject.toml": project },
    { kind: "uv-lock" },
  ],
  [
    "a poetry.lock left behind, beside requirements",
    { "poetry.lock": "", "requirements.txt": "", "pyproject.toml": "[tool.ruff]\n" },
    { kind: "requirements" },
  ],
  ["an empty Pipfile.lock", { "Pipfile.lock": "" }, "PROJECT_INVALID"],
  ["a Pipfile.lock of nothing", { "Pipfile.lock": "{}" }, "PROJECT_INVALID"],
  ["a truncated Pipfile.lock", { "Pipfile.lock": meta().slice(0, 30) }, "PROJECT_INVALID"],
  ["a Pipfile.lock that is a list", { "Pipfile.lock": "[]" }, "PROJECT_INVALID"],
  ["a Pipfile that is no TOML", { Pipfile: "[packages", "Pipfile.lock": meta() }, "PROJECT_INVALID"],
  ["a Pipfile of the wrong types", { Pipfile: "packages = 1\n", "Pipfile.lock": meta() }, "PROJECT_INVALID"],
])("%s", async (_, files, expected) => {
  if (typeof expected === "string") {
    await expect(dependencies(files).catch(codeOf)).resolves.toBe(expected);
  } else {
    expect(await dependencies(files)).toMatchObject(Object(expected));
  }
});

test.each([
  "tool.poetry = 1",
  '[tool.poetry.group]\ndev = "pytest"',
  "[tool.poetry.group.dev]\noptional = 'yes'",
  "[tool.poetry]\ndependencies = []",
  '[tool.poetry]\nsource = "https://a.example"',
  "[tool.uv]\nsources = 1",
  "[project]\ndependencies = 'a'",
  "[tool.pdm]\ndistribution = 'no'",
])("a manifest with %j is refused", async (text) => {
  const files = { "poetry.lock": "", "pyproject.toml": `${text}\n` };
  await expect(dependencies(files).catch(codeOf)).resolves.toBe("PROJECT_INVALID");
});
