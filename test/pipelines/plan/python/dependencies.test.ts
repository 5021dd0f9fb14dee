import { expect, test } from "vitest";
import { codeOf } from "#pipelines/errors/errors.ts";
import { dependenciesOf } from "#pipelines/plan/python/dependencies.ts";
import { readProject } from "#pipelines/plan/python/project.ts";
import { Tree } from "#pipelines/plan/tree.ts";
import { factsOf } from "../facts-of.ts";

async function dependencies(files: Readonly<Record<string, string>>, folder = ".") {
  const tree = new Tree(factsOf(files));
  return dependenciesOf(tree, await readProject(tree, folder), "3.13");
}

const build = '[build-system]\nrequires = ["hatchling"]\n';
const project = '[project]\nname = "thing"\n';
const groups = '[dependency-groups]\ndev = ["pytest"]\nlint = ["ruff"]\n';
const extras = '[project.optional-dependencies]\ntest = ["pytest"]\nfast = ["uvloop"]\n';
const hashed = "a==1 \\\n    --hash=sha256:0\nb==2 --hash=sha256:0\n";
const none = { groups: [], extras: [], requirements: [] };

test.each<[what: string, files: Record<string, string>, dependencies: unknown]>([
  ["nothing to install", { "main.py": "" }, { kind: "none", reads: [] }],
  ["mere configuration of tools", { "pyproject.toml": "[tool.ruff]\n" }, { kind: "none", reads: [] }],
  [
    "requirements",
    { "requirements.txt": "a==1\n" },
    {
      kind: "requirements",
      files: [{ path: "requirements.txt", hashed: false }],
      package: false,
      reads: ["requirements.txt"],
      ...none,
    },
  ],
  [
    "requirements with hashes, and those for tests without",
    { "requirements.txt": hashed, "requirements-dev.txt": "-r requirements.txt\npytest\n" },
    {
      kind: "requirements",
      files: [
        { path: "requirements.txt", hashed: true },
        { path: "requirements-dev.txt", hashed: false },
      ],
      package: false,
      reads: ["requirements-dev.txt", "requirements.txt"],
      ...none,
    },
  ],
  [
    "requirements of which one has no hash",
    { "requirements.txt": `${hashed}c==3\n` },
    { kind: "requirements", files: [{ path: "requirements.txt", hashed: false }] },
  ],
  [
    "requirements for tests by their other names",
    {
      "requirements.txt": "",
      "test-requirements.txt": "",
      "requirements_test.txt": "",
      "requirements.ci.txt": "",
    },
    {
      files: [
        { path: "requirements.txt" },
        { path: "requirements.ci.txt" },
        { path: "requirements_test.txt" },
        { path: "test-requirements.txt" },
      ],
    },
  ],
  [
    "a folder of requirements, of which production's are not the base",
    {
      "requirements/base.txt": "",
      "requirements/production.txt": "",
      "requirements/test.txt": "",
      "requirements/docs.txt": "",
    },
    { files: [{ path: "requirements/base.txt" }, { path: "requirements/test.txt" }] },
  ],
  [
    "files that the requirements name",
    {
      "requirements.txt":
        "-r common/all.txt\n-c=../a/limits.txt # why\n--requirement https://example.com/x.txt\n",
      "common/all.txt": "-rmore.txt\n",
      "common/more.txt": "--requirement=../requirements.txt\n",
      "limits.txt": "",
    },
    "PATH_OUTSIDE_SOURCE",
  ],
  [
    "files that the requirements name, in a circle too",
    {
      "requirements.txt": "-r common/all.txt\n-c limits.txt # why\n--requirement https://example.com/x.txt\n",
      "common/all.txt": "-rmore.txt\n",
      "common/more.txt": "--requirement=../requirements.txt\n",
      "limits.txt": "",
    },
    { reads: ["common/all.txt", "common/more.txt", "limits.txt", "requirements.txt"] },
  ],
  ["a file that is not there", { "requirements.txt": "a\n-r gone.txt\n" }, "PATH_NOT_FOUND"],
  ["a file from the machine", { "requirements.txt": "-r /etc/passwd\n" }, "PATH_OUTSIDE_SOURCE"],
  [
    "requirements of a package, its groups and extras being for tests",
    { "requirements.txt": "", "pyproject.toml": project + extras + build + groups },
    {
      kind: "requirements",
      package: true,
      groups: ["dev"],
      extras: ["test"],
      reads: ["pyproject.toml", "requirements.txt"],
    },
  ],
  [
    "requirements for tests, which come before groups",
    { "requirements.txt": "", "requirements-dev.txt": "", "pyproject.toml": project + groups },
    { kind: "requirements", package: false, ...none, reads: ["requirements-dev.txt", "requirements.txt"] },
  ],
  [
    "a lock of uv before all else",
    { "uv.lock": "", "requirements.txt": "", "poetry.lock": "", "pyproject.toml": project + groups },
    {
      kind: "uv-lock",
      folder: ".",
      package: false,
      groups: ["dev"],
      extras: [],
      reads: ["pyproject.toml", "uv.lock"],
    },
  ],
  [
    "a project by itself",
    { "pyproject.toml": project + extras + groups },
    {
      kind: "project",
      manifest: "pyproject.toml",
      package: false,
      groups: ["dev"],
      extras: ["test"],
      reads: ["pyproject.toml"],
    },
  ],
  [
    "a package",
    { "pyproject.toml": project + build },
    { kind: "project", manifest: "pyproject.toml", package: true },
  ],
  [
    "a package that uv is told is none",
    { "pyproject.toml": `${project}${build}[tool.uv]\npackage = false\n` },
    { package: false },
  ],
  ["groups alone", { "pyproject.toml": groups }, { kind: "project", package: false, groups: ["dev"] }],
  [
    "setup.py with the configuration of tools beside it",
    { "setup.py": "", "setup.cfg": "[metadata]\n", "pyproject.toml": "[tool.ruff]\n" },
    {
      kind: "project",
      manifest: "setup.py",
      package: true,
      reads: ["./"],
    },
  ],
  [
    "setup.cfg beside a pyproject.toml that builds it",
    { "setup.cfg": "[metadata]\n", "pyproject.toml": build },
    { kind: "project", manifest: "pyproject.toml", package: true },
  ],
  [
    "a Poetry project without a lock that can be built, which may read any of its files",
    { "pyproject.toml": `[tool.poetry]\nname = "a"\n${build}` },
    { kind: "project", manifest: "pyproject.toml", package: true, reads: ["./"] },
  ],
  [
    "a Poetry project without a lock, with the groups that Poetry installs by default",
    {
      "pyproject.toml": `[tool.poetry.dependencies]\na = '*'\n[tool.poetry.group.dev.dependencies]\nb = '^1'
[tool.poetry.group.docs]\noptional = true\n[tool.poetry.group.tests]\noptional = true\n`,
    },
    { kind: "lock", tool: "poetry", isLocked: false, groups: ["dev", "tests"], reads: ["pyproject.toml"] },
  ],
  ["a poetry.lock without a manifest", { "poetry.lock": "" }, "DEPENDENCIES_UNSUPPORTED"],
  [
    "a Pipfile without a lock",
    { Pipfile: '[[source]]\nname = "a"\nurl = "https://a.example"\n' },
    { kind: "lock", tool: "pipenv", isLocked: false, indexes: [{ name: "a" }], reads: ["Pipfile"] },
  ],
  [
    "requirements for tests before a manifest of Poetry without a lock",
    {
      "requirements.txt": "",
      "requirements-test.txt": "",
      "pyproject.toml": "[tool.poetry.group.dev.dependencies]\na = '*'\n",
    },
    { kind: "requirements" },
  ],
  [
    "a setup.cfg alone",
    { "setup.cfg": "[options]\ninstall_requires =\n    a\n[options.extras_require]\ntest = b\nfast = c\n" },
    { kind: "project", manifest: "setup.cfg", package: false, reads: ["./"], extras: ["test"] },
  ],
  [
    "a setup.cfg that declares nothing",
    { "setup.cfg": "[metadata]\nname = a\n" },
    { kind: "none", reads: [] },
  ],
  [
    "a setup.py with extras",
    { "setup.py": 'setup(extras_require={\n"test": ["a"], \'docs\' : []})\n' },
    { kind: "project", manifest: "setup.py", package: true, extras: ["test"], reads: ["./"] },
  ],
  [
    "dependencies that are known only by a build",
    { "pyproject.toml": '[project]\nname = "a"\ndynamic = ["version", "dependencies"]\n' },
    { kind: "project", reads: ["./"] },
  ],
  [
    "requirements that name the service itself, and a library beside it with what that needs in turn",
    {
      "requirements.txt": "-e .[fast]  # ours\n./libs/money ; python_version > '3'\na==1\n",
      "libs/money/pyproject.toml": `${project}[tool.uv.sources]\nb = { path = "../b" }\n[project.urls]\n`,
      "libs/b/setup.py": "",
    },
    {
      kind: "requirements",
      package: true,
      files: [{ path: "requirements.txt", hashed: false }],
      reads: ["./", "libs/money/", "requirements.txt"],
    },
  ],
  [
    "a local requirement beside hashes, which cannot have one",
    { "requirements.txt": `${hashed}./wheels/c-1-py3-none-any.whl\n`, "wheels/c-1-py3-none-any.whl": "" },
    { files: [{ hashed: false }], reads: ["requirements.txt", "wheels/c-1-py3-none-any.whl"] },
  ],
  ["a local requirement out of the source", { "requirements.txt": "-e ../a\n" }, "PATH_OUTSIDE_SOURCE"],
  [
    "constraints that nothing names",
    { "requirements.txt": "a\n", "constraints.txt": "a<2\n" },
    { reads: ["requirements.txt"] },
  ],
  [
    "requirements of a project that tells uv where to look",
    {
      "requirements.txt": "a\n",
      "pyproject.toml": '[[tool.uv.index]]\nname = "a"\nurl = "https://a.example"\n',
    },
    { reads: ["pyproject.toml", "requirements.txt"] },
  ],
])("%s", async (_, files, expected) => {
  if (typeof expected === "string") {
    await expect(dependencies(files).catch(codeOf)).resolves.toBe(expected);
  } else {
    expect(await dependencies(files)).toMatchObject(Object(expected));
  }
});

test("a member of a uv workspace is installed from the workspace's lock", async () => {
  const files = {
    "uv.lock": "",
    "pyproject.toml": '[tool.uv.workspace]\nmembers = ["services/*", "lib"]\nexclude = ["services/old"]\n',
    "services/a/pyproject.toml": project + groups,
    "services/old/pyproject.toml": project,
    "lib/pyproject.toml": project,
  };
  expect(await dependencies(files, "services/a")).toEqual({
    kind: "uv-lock",
    folder: ".",
    member: "thing",
    libraries: [],
    package: false,
    reads: [
      "lib/pyproject.toml",
      "pyproject.toml",
      "services/a/pyproject.toml",
      "services/old/pyproject.toml",
      "uv.lock",
    ],
    groups: ["dev"],
    extras: [],
    shared: [],
  });
  expect(await dependencies(files, "services/old")).toMatchObject({ kind: "project" });
});

test("a member's libraries are those that it asks for, and what these ask for", async () => {
  const member = (name: string, needs: string, more = "") =>
    `[project]\nname = "${name}"\ndependencies = [${needs}]\n${more}`;
  const files = {
    "uv.lock": "",
    "pyproject.toml":
      '[tool.uv.workspace]\nmembers = ["*/*"]\n[tool.uv.sources]\nlib-money = { workspace = true }\n',
    "services/a/pyproject.toml": member("a", '"Lib.Money>=1"'),
    "services/b/pyproject.toml": member("b", '"requests"', groups),
    "libs/money/pyproject.toml": member(
      "Lib_Money",
      "\"rates[fast] ; python_version > '3'\"",
      '[tool.uv.sources]\nrates = [{ workspace = true, marker = "a" }]\nunasked = { path = "../unasked" }\n',
    ),
    "libs/rates/pyproject.toml": member(
      "rates",
      '"far"',
      '[tool.uv.sources]\nfar = { path = "../../far" }\n',
    ),
    "libs/unasked/pyproject.toml": member("unasked", ""),
    "far/pyproject.toml": member("far", ""),
  };
  expect(await dependencies(files, "services/a")).toMatchObject({
    libraries: ["far/", "libs/money/", "libs/rates/"],
    reads: [
      "far/pyproject.toml",
      "libs/money/pyproject.toml",
      "libs/rates/pyproject.toml",
      "libs/unasked/pyproject.toml",
      "pyproject.toml",
      "services/a/pyproject.toml",
      "services/b/pyproject.toml",
      "uv.lock",
    ],
  });
  expect(await dependencies(files, "services/b")).toMatchObject({ libraries: [] });
});
