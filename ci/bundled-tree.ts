import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyTree } from "./own-tree.ts";
import { bundleTree } from "./scripts/bundle.ts";

const root = new URL("..", import.meta.url).pathname;
let tree: Promise<string> | undefined;

/** This working tree as a version's tag has it, which is what CI systems call. Made once, and removed with the process. */
export function bundledTree(): Promise<string> {
  tree ??= make();
  return tree;
}

async function make(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-tag-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  await copyTree(folder);
  await bundleTree(root, folder);
  return folder;
}
