import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { $ } from "zx";
import { mountPoints, removeTree } from "../../../ci/engine/remove-tree.ts";

const root = process.platform === "linux" && process.getuid?.() === 0;

test("mounts below a folder are found, those of its neighbours are not", () => {
  const mountinfo = [
    "22 1 0:21 / /proc rw - proc proc rw",
    "30 1 0:21 / /cache/a/root/proc rw - proc proc rw",
    "31 1 0:21 / /cache/ab rw - proc proc rw",
    "32 1 0:21 / /cache/a/two\\040words rw - tmpfs tmpfs rw",
  ].join("\n");
  expect(mountPoints(mountinfo, "/cache/a")).toEqual(["/cache/a/root/proc", "/cache/a/two words"]);
});

test.runIf(root)("what is mounted below a folder outlives its removal", async () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-tree-"));
  const [outside, inside] = [join(folder, "outside"), join(folder, "tree", "inside")];
  mkdirSync(outside);
  mkdirSync(inside, { recursive: true });
  writeFileSync(join(outside, "kept"), "");
  await $({ quiet: true })`mount --bind ${outside} ${inside}`;
  await removeTree(join(folder, "tree"));
  expect(readdirSync(folder)).toEqual(["outside"]);
  expect(readdirSync(outside)).toEqual(["kept"]);
  rmSync(folder, { recursive: true });
});
