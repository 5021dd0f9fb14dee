import { expect, test } from "vitest";
import { readProject } from "#pipelines/plan/python/project.ts";
import { versionFile } from "#pipelines/plan/python/version-from-git.ts";
import { Tree } from "#pipelines/plan/tree.ts";
import { factsOf } from "../facts-of.ts";

async function found(pyproject: string, files: Readonly<Record<string, string>> = {}) {
  const tree = new Tree(factsOf({ "a/pyproject.toml": pyproject, ...files }));
  return versionFile(tree, await readProject(tree, "a"));
}

test.each<[what: string, pyproject: string, file: string | undefined]>([
  ["hatch-vcs", '[tool.hatch]\nbuild.hooks.vcs.version-file = "src/a/_version.py"\n', "a/src/a/_version.py"],
  ["setuptools-scm", '[tool.setuptools_scm]\nversion_file = "a/_version.py"\n', "a/a/_version.py"],
  ["its older name", '[tool.setuptools_scm]\nwrite_to = "a/_version.py"\n', "a/a/_version.py"],
  ["pdm", '[tool.pdm.version]\nsource = "scm"\nwrite_to = "a/_v.py"\n', "a/a/_v.py"],
  ["none", "[tool.setuptools_scm]\n", undefined],
  ["a file of another kind", '[tool.setuptools_scm]\nversion_file = "VERSION"\n', undefined],
  ["a file out of the source", '[tool.setuptools_scm]\nversion_file = "../../_v.py"\n', undefined],
  ["tables of another form", "[tool]\nhatch = 1\nsetuptools_scm = []\npdm = {version = 1}\n", undefined],
])("the file that a build writes its version to: %s", async (_, pyproject, file) => {
  expect(await found(pyproject)).toBe(file);
});

test("one that the source has is not written", async () => {
  const files = { "a/a/_version.py": "" };
  expect(await found('[tool.setuptools_scm]\nversion_file = "a/_version.py"\n', files)).toBeUndefined();
});
