import { expect, test } from "vitest";
import { extendedFrom } from "#pipelines/plan/python/extended.ts";
import { filesNamed } from "#pipelines/plan/python/hooked.ts";
import { Tree } from "#pipelines/plan/tree.ts";
import { factsOf } from "../facts-of.ts";

const files = {
  "services/a/ruff.toml": 'extend = "../../tooling/base.toml"\n',
  "tooling/base.toml": 'extend = "more.toml"\n',
  "tooling/more.toml": 'extend = "base.toml"\n',
  "services/b/pyproject.toml":
    '[tool.ruff]\nextend = "config/strict.toml"\n[tool.pyright]\nextends = "../../p.json"\n',
  "services/b/config/strict.toml": "line-length = 100\n",
  "services/c/pyrightconfig.json": '{\n  // "extends": "no.json",\n  "extends": "../../p.json",\n}\n',
  "p.json": "{}",
  "services/d/ruff.toml": 'extend = "../../../out.toml"\n',
  "services/e/ruff.toml": 'extend = "~/mine.toml"\n',
  "services/f/ruff.toml": "extend = [\n",
};

test.each<[tool: string, settings: string | undefined, extended: readonly string[]]>([
  ["ruff", "services/a/ruff.toml", ["tooling/base.toml", "tooling/more.toml"]],
  ["ruff-format", "services/b/pyproject.toml", ["services/b/config/strict.toml"]],
  ["pyright", "services/b/pyproject.toml", ["p.json"]],
  ["pyright", "services/c/pyrightconfig.json", ["p.json"]],
  ["ruff", "services/d/ruff.toml", []],
  ["ruff", "services/e/ruff.toml", []],
  ["ruff", "services/f/ruff.toml", []],
  ["ruff", undefined, []],
  ["black", "services/b/pyproject.toml", []],
])("%s with settings in %s reads what these extend", async (tool, settings, extended) => {
  expect(await extendedFrom(new Tree(factsOf(files)), tool, settings)).toEqual(extended);
});

test("a hook's arguments name files of the source", async () => {
  const args = [
    "--config=p.json",
    "--rcfile",
    "./tooling/more.toml",
    "--select=E",
    "../p.json",
    "--x=gone.ini",
  ];
  expect(await filesNamed(new Tree(factsOf(files)), args, ".")).toEqual(["p.json", "tooling/more.toml"]);
});
