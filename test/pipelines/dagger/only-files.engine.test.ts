import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dag } from "@dagger.io/dagger";
import { afterEach, beforeEach, expect, test } from "vitest";
import { onlyFiles } from "#pipelines/dagger/only-files.ts";
import { session } from "../../session.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-files-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("links are left out, and many files beside a large one take few queries", async () => {
  await mkdir(join(folder, "a"));
  for (let at = 0; at < 520; at++) await writeFile(join(folder, "a", `${at}.html`), "");
  await symlink("../secret", join(folder, "a/link"));
  const { files, leftOut, there } = await session(async () => {
    const many = dag.host().directory(folder).withNewFile("output.txt", "x".repeat(4_000_000));
    const found = await onlyFiles(many);
    return { ...found, there: await found.directory.entries({ path: "a" }) };
  });
  expect(leftOut).toEqual(["a/link"]);
  expect(files).toHaveLength(521);
  expect(there).not.toContain("link");
  // By a query for each file, it took gigabytes.
  expect(process.memoryUsage().rss).toBeLessThan(2_000_000_000);
});
