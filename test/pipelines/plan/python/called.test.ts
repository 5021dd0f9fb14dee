import { expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { plan } from "#pipelines/plan/plan.ts";
import type { PlannedTool } from "#pipelines/tools/tool.ts";
import { foreignToolNotes } from "#pipelines/verdict/foreign-tools.ts";
import { factsOf } from "../facts-of.ts";

const project = '[project]\nname = "a"\nversion = "1"\n';
const source = { "pyproject.toml": project, "src/a.py": "", "tests/b.py": "", "docs/c.py": "" };

async function planned(files: Readonly<Record<string, string>>, service = "a") {
  const { services } = await plan(factsOf({ ...source, ...files }), readConfig(undefined, "slipway.yaml"));
  const found = services.find(({ name }) => name === service);
  if (found === undefined) throw new Error(`no service ${service}`);
  const { lint, types } = found;
  const tools: readonly PlannedTool[] = [...(lint || []), ...(types || [])];
  return {
    services,
    tools,
    named: tools.map(({ tool }) => tool),
    of: (name: string) => tools.find(({ tool }) => tool === name),
  };
}

const tox = (...commands: readonly string[]) => ({
  "tox.ini": `[testenv:lint]\ncommands =\n${commands.map((command) => `  ${command}\n`).join("")}`,
});

test("a tool that a script calls is in use, without settings", async () => {
  const { tools } = await planned(tox("pylint src"));
  expect(tools).toMatchObject([
    { tool: "pylint", asked: { by: "tox.ini", files: ["src"], leavesOut: true } },
  ]);
});

test("where ruff alone is called, nobody asked for its formatter", async () => {
  const settings = { "pyproject.toml": `${project}[tool.ruff]\n` };
  expect((await planned(settings)).named).toEqual(["ruff", "ruff-format"]);
  expect((await planned({ ...settings, ...tox("ruff check") })).named).toEqual(["ruff"]);
  expect((await planned({ ...settings, ...tox("ruff check", "ruff format --check") })).named).toEqual([
    "ruff",
    "ruff-format",
  ]);
  expect((await planned({ ...settings, ...tox("ruff check", "ruff format") })).named).toEqual(["ruff"]);
});

test("settings that nothing uses are leftovers where ruff has the rules, and are named elsewhere", async () => {
  const settings = {
    "pyproject.toml": `${project}[tool.black]\n[tool.isort]\n[tool.mypy]\n`,
    ".flake8": "[flake8]\n",
  };
  expect((await planned(settings)).named).toEqual(["black", "flake8", "isort", "mypy"]);
  const { named, of } = await planned({ ...settings, ...tox("ruff check", "ruff format --check") });
  expect(named).toEqual(["ruff", "ruff-format", "mypy"]);
  expect(of("mypy")).toMatchObject({ isUncalled: true });
  expect(of("ruff")).not.toHaveProperty("isUncalled");
});

test.each<[what: string, commands: readonly string[], tool: string, asked: object | undefined]>([
  ["the whole service, which is no different", ["ruff check ."], "ruff", undefined],
  [
    "options",
    ["flake8 --max-line-length=100"],
    "flake8",
    { args: ["--max-line-length=100"], files: ["."], isApart: true },
  ],
  ["options that change the report alone", ["flake8 --count --statistics ."], "flake8", undefined],
  [
    "several calls, of which one has no options",
    ["ruff check --select I src", "ruff check src"],
    "ruff",
    { args: [], files: ["src"] },
  ],
  [
    "several calls with other paths",
    ["mypy src", "mypy tests"],
    "mypy",
    { files: ["src", "tests"], isApart: false },
  ],
  [
    "a call for each version of Python",
    ["mypy --python-version=3.12 src", "mypy --python-version=3.13 src"],
    "mypy",
    { args: [], files: ["src"] },
  ],
  ["mypy without paths, which its settings name", ["mypy"], "mypy", undefined],
  [
    "mypy without paths, with options",
    ["mypy --strict"],
    "mypy",
    { args: ["--strict"], files: [], leavesOut: false },
  ],
  [
    "a package, which leaves out what is beside it",
    ["mypy -p a"],
    "mypy",
    { args: ["-p", "a"], files: [], leavesOut: true },
  ],
  [
    "what is excluded",
    ["ruff check --exclude docs ."],
    "ruff",
    { args: ["--exclude", "docs"], files: ["."], leavesOut: true },
  ],
  [
    "what mypy installs by itself",
    ["mypy --install-types --non-interactive src"],
    "mypy",
    { args: ["--install-types"], files: ["src"] },
  ],
  [
    "what mypy asks about",
    ["mypy --install-types src"],
    "mypy",
    { args: ["--install-types"], files: ["src"] },
  ],
  ["what it fixes is a fault", ["ruff check --fix --exit-non-zero-on-fix src"], "ruff", { files: ["src"] }],
  ["a folder for a report", ["mypy --cobertura-xml-report . src"], "mypy", { args: [], files: ["src"] }],
  ["pyright", ["pyright src"], "pyright", { files: ["src"] }],
  ["ty", ["ty check --error-on-warning src"], "ty", { args: ["--error-on-warning"], files: ["src"] }],
  ["ty as it is by itself", ["ty check"], "ty", undefined],
  ["a path that only the shell knows", ["mypy $FILES"], "mypy", undefined],
  ["a file called like an option", ["ruff check src ./-x.py"], "ruff", { files: ["src", "./-x.py"] }],
])("a tool runs as it is called: %s", async (_, commands, tool, asked) => {
  const found = (await planned({ "-x.py": "", ...tox(...commands) })).of(tool);
  expect(found).toBeDefined();
  if (asked === undefined) expect(found).not.toHaveProperty("asked");
  else expect(found?.asked).toMatchObject({ by: "tox.ini", folder: ".", ...asked });
});

test("plugins that are installed for it are installed beside it, whatever has its version", async () => {
  const files = {
    "tox.ini": "[testenv:lint]\ndeps =\n  flake8==7.1.0\n  flake8-bugbear\n  pytest\ncommands = flake8\n",
  };
  const asked = { beside: ["flake8-bugbear"] };
  const declared = `${project}[dependency-groups]\ndev = ["flake8", "flake8-bugbear>=24"]\n`;
  expect((await planned({ "pyproject.toml": declared, ...tox("flake8") })).of("flake8")).toMatchObject({
    asked,
  });
  const typed = `${project}[dependency-groups]\ndev = ["mypy", "types-requests"]\n`;
  expect((await planned({ "pyproject.toml": typed, ...tox("mypy src") })).of("mypy")).toMatchObject({
    asked: { beside: ["types-requests"] },
  });
  // Who installs no flake8 by these requirements does not get its plugins.
  const others = `${project}[dependency-groups]\ndev = ["flake8-bugbear>=24"]\n`;
  expect((await planned({ "pyproject.toml": others, ...tox("flake8") })).of("flake8")?.asked).toBeUndefined();
  expect((await planned(files)).of("flake8")).toMatchObject({ version: "7.1.0", asked });
  const unpinned = { "tox.ini": files["tox.ini"].replace("==7.1.0", "") };
  expect((await planned(unpinned)).of("flake8")).toMatchObject({ asked });
});

test("the version in a call counts if no lock has another one", async () => {
  const workflow = '{"on": "push", "jobs": {"a": {"steps": [{"run": "uvx ruff@0.5.0 check src"}]}}}';
  const call = { ".github/workflows/a.yml": workflow };
  expect((await planned(call)).of("ruff")).toMatchObject({ version: "0.5.0", asked: { version: "0.5.0" } });
});

test("a hook counts before a script, except for mypy, if the script leaves nothing out", async () => {
  const hooks = (tool: string) => ({
    ".pre-commit-config.yaml": `repos: [{repo: a, rev: v1.12.0, hooks: [{id: ${tool}, args: [--strict]}]}]\n`,
  });
  const by = async (tool: string, command: string) =>
    (await planned({ ...hooks(tool), ...tox(command) })).of(tool)?.asked?.by;
  expect(await by("flake8", "flake8 src")).toBe(".pre-commit-config.yaml");
  expect(await by("mypy", "mypy --strict src tests docs")).toBe("tox.ini");
  expect(await by("mypy", "mypy tests")).toBe(".pre-commit-config.yaml");
});

test("a frozen hook has the version behind its commit", async () => {
  const rev = "41e691678310dfd3833f7ab4e180ddb014310356";
  const hooks = (comment: string) => ({
    ".pre-commit-config.yaml": `repos:\n  - repo: a\n    rev: ${rev}${comment}\n    hooks: [{id: black}]\n`,
  });
  expect((await planned(hooks("  # frozen: v24.3.0"))).of("black")).toMatchObject({ version: "24.3.0" });
  expect((await planned(hooks(""))).of("black")).not.toHaveProperty("version");
});

test("a tool runs in the folder of its script, and each service has its own part", async () => {
  const files = {
    "api/pyproject.toml": '[project]\nname = "api"\n',
    "api/app/a.py": "",
    "api/Makefile": "lint:\n\tpylint app\n",
    "web/pyproject.toml": '[project]\nname = "web"\n',
    "web/w.py": "",
    Makefile: "types:\n\tmypy --strict api web\n",
  };
  const facts = (service: string) => planned({ ...files, "pyproject.toml": "" }, service);
  const [api, web] = [await facts("api"), await facts("web")];
  expect(api.of("pylint")?.asked).toMatchObject({ folder: "api", files: ["app"], leavesOut: false });
  expect(api.of("mypy")?.asked).toMatchObject({ folder: ".", files: ["api"], args: ["--strict"] });
  expect(web.named).toEqual(["ruff", "mypy"]);
  expect(web.of("mypy")?.asked).toMatchObject({ folder: ".", files: ["web"] });
});

test("what Slipway does not run is named, a line for each file that calls it", async () => {
  const hooks = {
    ".pre-commit-config.yaml": "repos: [{repo: a, hooks: [{id: pyupgrade}, {id: codespell}]}]\n",
  };
  const { services } = await planned({ ...hooks, ...tox("pyrefly check", "vulture src", "mypy src") });
  expect(foreignToolNotes(services)).toEqual([
    ".pre-commit-config.yaml calls codespell, pyupgrade, which Slipway does not run",
    "tox.ini calls pyrefly, vulture, which Slipway does not run",
  ]);
});

test("a script that calls a tool again with other options has it run again", async () => {
  const runs = async (files: Readonly<Record<string, string>>) =>
    (await planned(files)).tools
      .filter(({ tool }) => tool === "mypy")
      .map(({ turn, asked }) => [turn ?? 1, ...(asked?.files ?? []), ...(asked?.args ?? [])]);
  expect(await runs(tox("mypy src", "mypy tests/b.py --strict"))).toEqual([
    [1, "src"],
    [2, "tests/b.py", "--strict"],
  ]);
  expect(await runs(tox("mypy src", "mypy --strict src", "mypy --strict tests", "mypy -p a"))).toEqual([
    [1, "src"],
    [2, "src", "tests", "--strict"],
    [3, "-p", "a"],
  ]);
  const once = [[1, "src"]];
  expect(await runs(tox("mypy --python-version=3.9 src", "mypy --python-version=3.13 src"))).toEqual(once);
  expect(await runs(tox("mypy --python-version 3.9 src", "mypy --python-version 3.13 src"))).toEqual(once);
  expect(await runs(tox("mypy src", "mypy --pretty src", "mypy --strict src || true"))).toEqual(once);
  expect(await runs({ ...tox("mypy src"), Makefile: "types:\n\tmypy --strict src\n" })).toEqual(once);
});

test("recipes of a Makefile are for people too: what they call again is named", async () => {
  const makefile = { Makefile: "types:\n\tmypy src\nall-types:\n\tmypy --strict src\n" };
  const { tools } = await planned(makefile);
  expect(tools.filter(({ tool }) => tool === "mypy")).toMatchObject([{ calledAgainBy: "Makefile" }]);
});

test.each<[what: string, file: string, text: string, version: string | undefined]>([
  [
    "an upper bound",
    "pyproject.toml",
    `${project}[dependency-groups]\ndev = ["mypy>=1.10,<2"]\n`,
    ">=1.10,<2",
  ],
  ["an extra", "setup.py", 'setup(extras_require={"dev": ["mypy >= 1.10, < 2"]})\n', ">=1.10,<2"],
  ["a file of requirements", "requirements-dev.txt", "pytest\nmypy~=1.4 # types\n", "~=1.4"],
  ["tox", "tox.ini", "[testenv:mypy]\ndeps =\n  mypy<1.5\ncommands = mypy src\n", "<1.5"],
  [
    "Poetry",
    "pyproject.toml",
    '[tool.poetry]\nname = "a"\nversion = "1"\n[tool.poetry.group.dev.dependencies]\nmypy = "^1.0.1"\n',
    ">=1.0.1,<2",
  ],
  [
    "Poetry's tilde",
    "pyproject.toml",
    `${project}[tool.poetry.group.dev.dependencies]\nmypy = { version = "~1.2" }\n`,
    ">=1.2,<1.3",
  ],
  [
    "one that Slipway's own is in",
    "pyproject.toml",
    `${project}[dependency-groups]\ndev = ["mypy>=1.10"]\n`,
    undefined,
  ],
  ["one for another Python", "requirements-dev.txt", "mypy<1; python_version < '3.7'\n", undefined],
  ["a comment", "requirements-dev.txt", "# mypy<1\n", undefined],
  ["another package", "requirements-dev.txt", "mypy-extensions<1\n", undefined],
])("without a lock, a tool runs in the range that is declared: %s", async (_, file, text, version) => {
  const found = (await planned({ ...tox("mypy --strict src"), [file]: text })).of("mypy");
  expect(found?.version).toBe(version);
  if (found?.asked !== undefined) expect(found.asked.version).toBe(version);
});

const local = (hook: string) => ({
  ".pre-commit-config.yaml": `repos: [{repo: local, hooks: [{language: system, ${hook}}]}]\n`,
});

test.each<[what: string, files: Readonly<Record<string, string>>, asked: object]>([
  ["on its own paths", local("id: types, entry: uv run mypy src, pass_filenames: false"), { files: ["src"] }],
  [
    "with arguments",
    local("id: mypy, entry: mypy, args: [--strict, src], pass_filenames: false"),
    { args: ["--strict"], files: ["src"] },
  ],
  [
    "by make",
    { ...local("id: mypy, entry: make mypy, pass_filenames: false"), Makefile: "mypy:\n\tmypy src\n" },
    { by: "Makefile", files: ["src"] },
  ],
])("a hook of the repository's own runs a tool %s", async (_, files, asked) => {
  const { of } = await planned(files);
  expect(of("mypy")).toMatchObject({ asked });
});

test("a subcommand of a hook may stand among its arguments", async () => {
  const lock = 'version = 1\n[[package]]\nname = "ruff"\nversion = "0.9.0"\n';
  const { named, of } = await planned({
    ...local("id: ruff, entry: ruff, args: [check, --select=ALL]"),
    "uv.lock": lock,
  });
  expect(named).toEqual(["ruff"]);
  expect(of("ruff")).toMatchObject({ asked: { args: ["--select=ALL"] } });
});

test("a hook of the repository's own is the tool that its command runs, whatever its id", async () => {
  const lock = 'version = 1\n[[package]]\nname = "black"\nversion = "24.1.0"\n';
  const { named, of } = await planned({
    ...local("id: style, entry: poetry run black -S, types: [python]"),
    "poetry.lock": lock,
  });
  expect(named).toContain("black");
  expect(of("black")).toMatchObject({ asked: { args: ["-S"], version: "24.1.0" } });
  expect((await planned(local("id: black, entry: ./fix.sh"))).named).not.toContain("black");
});

test("stubs and plugins of a lock are there, also those of a group that tests do not need", async () => {
  const source = 'source = { registry = "https://index.example.com/simple" }\n';
  const others = 'source = { editable = "packages/acme" }\n';
  const lock = ["mypy", "types-requests", "boto3-stubs", "requests", "acme-stubs"]
    .map((name, at) => `[[package]]\nname = "${name}"\nversion = "1.${at}"\n${at < 4 ? source : others}`)
    .join("");
  const { of } = await planned({ ...tox("mypy src"), "uv.lock": `version = 1\n${lock}` });
  expect(of("mypy")).toMatchObject({ asked: { beside: ["types-requests==1.1", "boto3-stubs==1.2"] } });
});
