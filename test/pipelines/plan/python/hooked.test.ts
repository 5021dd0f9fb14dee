import { expect, test } from "vitest";
import { hookRun } from "#pipelines/plan/python/hooked.ts";
import { preCommitHooks } from "#pipelines/plan/python/pre-commit.ts";
import { Tree } from "#pipelines/plan/tree.ts";
import { factsOf } from "../facts-of.ts";

async function run(tool: string, hook: string, locked?: string, top = "", repo = "https://a.example") {
  const config = `${top}\nrepos:\n  - repo: ${repo}\n    rev: v1.2.3\n    hooks:\n      - { id: ${tool}, ${hook} }\n`;
  const files = { ".pre-commit-config.yaml": config, "a.py": "", "b.pyi": "", "old/c.py": "", "d.txt": "" };
  const tree = new Tree(factsOf(files));
  const found = (await preCommitHooks(tree)).get(tool);
  return found && hookRun(tree, ".", tool, found, locked);
}

test.each<[what: string, tool: string, hook: string, run: object | undefined]>([
  ["no settings: the tool's own run", "black", "name: x", undefined],
  [
    "arguments",
    "black",
    "args: [--line-length=110]",
    { version: "1.2.3", args: ["--line-length=110"], files: ["."] },
  ],
  [
    "arguments of which some change files or the report",
    "ruff",
    "args: [--fix, --exit-non-zero-on-fix, --output-format, full, --output-format=full, --select, I]",
    { args: ["--select", "I"] },
  ],
  ["bandit, whose settings are part of the policy", "bandit", "args: [--skip=B101]", undefined],
  [
    "plugins",
    "flake8",
    'additional_dependencies: ["flake8-bugbear==24.1", pep8-naming]',
    { beside: ["flake8-bugbear==24.1", "pep8-naming"], isApart: true },
  ],
  [
    "the project itself, which needs its own environment",
    "pylint",
    'additional_dependencies: [".[dev]"]',
    { isApart: false, beside: [] },
  ],
  ["excluded files", "isort", "exclude: ^old/", { files: ["a.py", "b.pyi"], leavesOut: true }],
  ["wanted files", "flake8", "files: ^(a|old)", { files: ["a.py", "old/c.py"], leavesOut: true }],
  [
    "a verbose pattern",
    "black",
    `exclude: "(?x)^(\\n  old/.*  # why\\n  | b[.]pyi\\n)$"`,
    { files: ["a.py"] },
  ],
  ["a pattern that cannot be read, which leaves nothing out", "black", 'exclude: "(?<=a*)(?P=x"', undefined],
  [
    "mypy, which gets the files, apart from the service's dependencies",
    "mypy",
    "additional_dependencies: [types-requests]",
    {
      args: ["--ignore-missing-imports", "--scripts-are-modules"],
      files: ["a.py", "b.pyi", "old/c.py"],
      beside: ["types-requests"],
      isApart: true,
      leavesOut: false,
    },
  ],
  ["mypy with its own arguments", "mypy", "args: [--strict]", { args: ["--strict"] }],
  [
    "files that its arguments name",
    "mypy",
    "pass_filenames: false, args: [src]",
    { args: ["src"], files: [], leavesOut: false, isApart: true },
  ],
  [
    "files that mypy's settings name",
    "mypy",
    "pass_filenames: false",
    { args: ["--ignore-missing-imports", "--scripts-are-modules"], files: [] },
  ],
  ["files that another tool finds itself", "ruff", "pass_filenames: false, args: [--select=I]", undefined],
  ["pyright, which needs the service's dependencies", "pyright", "args: [--warnings]", undefined],
])("a hook with %s", async (_, tool, hook, expected) => {
  const found = await run(tool, hook);
  if (expected === undefined) expect(found).toBeUndefined();
  else expect(found).toMatchObject(expected);
});

test("the locked version counts, and mypy's is run with the service's dependencies", async () => {
  expect(await run("black", "args: [-S]", "24.1.0")).toMatchObject({ version: "24.1.0", isApart: false });
  expect(await run("mypy", "args: [--strict]", "1.9.0")).toBeUndefined();
});

test("a file that is called like an option stays a file", async () => {
  const tree = new Tree(
    factsOf({
      ".pre-commit-config.yaml": "repos: [{repo: a, rev: 1.2.3, hooks: [{id: black, exclude: old}]}]\n",
      "--force-exclude=.py": "",
      "a.py": "",
    }),
  );
  const hook = (await preCommitHooks(tree)).get("black");
  expect(hook && (await hookRun(tree, ".", "black", hook, undefined))?.files).toEqual([
    "./--force-exclude=.py",
    "a.py",
  ]);
});

test("what all hooks leave out counts for each", async () => {
  expect(await run("black", "args: [-S]", undefined, "exclude: ^old/")).toMatchObject({
    files: ["a.py", "b.pyi"],
  });
});
