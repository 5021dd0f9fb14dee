import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeRoom, reasonToRemove } from "../../../ci/engine/state.ts";

test.each<[free: number, isOfOtherImages: boolean, why: string]>([
  [80, false, "stays"],
  [16, false, "stays"],
  [14.9, false, "goes"],
  [80, true, "stays"],
  [49, true, "goes"],
  [0, true, "goes"],
])("with %d GB free, made with other images: %s, it %s", (free, isOfOtherImages, why) => {
  expect(reasonToRemove(free, isOfOtherImages) === undefined ? "stays" : "goes").toBe(why);
});

test("a cache of the same images stays, and one of others goes where there is little room", async ({
  onTestFinished,
}) => {
  const room = (free: number) => Promise.resolve(free);
  const folder = await mkdtemp(join(tmpdir(), "slipway-state-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, "engine/state"), { recursive: true });
  await writeFile(join(folder, "engine/state/layer"), "");
  await makeRoom(join(folder, "engine/state"), "a", room(50));
  await makeRoom(join(folder, "engine/state"), "a", room(20));
  await writeFile(join(folder, "engine/images.txt"), "a note of all images");
  await makeRoom(join(folder, "engine/state"), "a", room(20));
  expect((await readdir(join(folder, "engine"), { recursive: true })).toSorted()).toEqual([
    "images.txt",
    "state",
    "state/layer",
  ]);
  await makeRoom(join(folder, "engine/state"), "b", room(20));
  expect(await readdir(join(folder, "engine"))).toEqual(["images.txt"]);
});
