import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { slipwayVersion } from "#pipelines/init/slipway-version.ts";
import { versionTags as tagged } from "../../../ci/scripts/version-tags.ts";

let folder: string;
const git = (...args: readonly string[]) => execFileSync("git", args, { cwd: folder, encoding: "utf8" });
const commit = (message: string) => {
  git("add", "--all");
  git("commit", "--quiet", "--allow-empty", `--message=${message}`);
};
const versionTags = (of: string) => tagged(of, (copy) => writeFile(join(copy, "bundle.js"), "1\n"));
const expected = ["v1.2.0", "modules/cosign/v1.2.0", "modules/trivy/v1.2.0"];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-tags-"));
  git("init", "--quiet");
  git("config", "user.name", "A");
  git("config", "user.email", "a@example.com");
  await writeFile(join(folder, "package.json"), '{ "version": "1.2.0" }');
  await writeFile(join(folder, "CHANGELOG.md"), "# Changelog\n\n## 1.2.0\n\n- More.\n");
  for (const name of ["trivy", "cosign"]) {
    await mkdir(join(folder, "modules", name), { recursive: true });
    await writeFile(join(folder, "modules", name, "dagger.json"), "{}");
  }
  commit("first");
});
afterEach(() => rm(folder, { recursive: true }));

test("a version is a tag for the whole and one a module, and made once", async () => {
  expect(await versionTags(folder)).toEqual(expected);
  const made = git("for-each-ref", "--format=%(refname:short) %(objecttype) %(*objectname)", "refs/tags");
  const bundled = git("rev-parse", "v1.2.0^{commit}").trim();
  expect(made.trim().split("\n").sort()).toEqual(expected.map((tag) => `${tag} tag ${bundled}`).sort());
  expect(await versionTags(folder)).toEqual(expected);
  expect(git("for-each-ref", "--format=%(refname:short) %(objecttype) %(*objectname)", "refs/tags")).toBe(
    made,
  );
});

test("a version's commit is the current one with the bundle, and the work tree and the branch stay as they are", async () => {
  const head = git("rev-parse", "HEAD");
  await versionTags(folder);
  expect(git("rev-parse", "v1.2.0^{commit}^")).toBe(head);
  expect(git("diff", "--name-status", "HEAD", "v1.2.0").trim()).toBe("A\tbundle.js");
  expect(git("show", "--no-patch", "--format=%an %cI", "v1.2.0^{commit}")).toBe(
    git("show", "--no-patch", "--format=%an %cI", "HEAD"),
  );
  expect([git("rev-parse", "HEAD"), git("status", "--porcelain")]).toEqual([head, ""]);
  expect(git("worktree", "list").trim().split("\n")).toHaveLength(1);
});

test("a tag that names another commit keeps all from being made", async () => {
  git("tag", "modules/trivy/v1.2.0");
  commit("second");
  await expect(versionTags(folder)).rejects.toThrow(
    /^TAG_TAKEN: modules\/trivy\/v1\.2\.0: already on another commit/,
  );
  expect(git("tag").trim()).toBe("modules/trivy/v1.2.0");
});

test.each([
  {
    what: "a version that is not released",
    file: "CHANGELOG.md",
    text: "## 1.2.0 (unreleased)\n",
    said: /no heading '## 1\.2\.0'/,
  },
  {
    what: "what is not committed",
    file: "modules/trivy/new",
    text: "",
    said: /the work tree has changes that are not committed:\n\?\? modules\/trivy\/new/,
  },
])("$what is not tagged", async ({ file, text, said }) => {
  await writeFile(join(folder, file), text);
  await expect(versionTags(folder)).rejects.toThrow(/^VERSION_UNREADY: /);
  await expect(versionTags(folder)).rejects.toThrow(said);
  expect(git("tag")).toBe("");
});

test("init names the version that package.json has", async () => {
  const { version } = JSON.parse(await readFile("package.json", "utf8"));
  expect(slipwayVersion.version).toBe(`v${version}`);
});
