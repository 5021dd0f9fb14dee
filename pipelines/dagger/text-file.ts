import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { type Directory, dag, type File } from "@dagger.io/dagger";

/**
 * The longest text that is handed to the engine within a call, in characters. The log has it whole, and every later call
 * that uses such a file repeats it, so that 20 MB take a quarter of a minute.
 */
const longestInline = 256 * 1024;

/** Adds a file of any length to a folder. */
export async function withText(folder: Directory, name: string, text: string): Promise<Directory> {
  if (text.length <= longestInline) return folder.withNewFile(name, text);
  return folder.withFile(name, await uploaded(text));
}

/** Hands a text over as a file of this process's own folder. */
async function uploaded(text: string): Promise<File> {
  const folder = await mkdtemp(resolve(".slipway-"));
  try {
    const path = join(folder, "text");
    await writeFile(path, text);
    const file = (await isModule())
      ? dag.currentModule().workdirFile(join(basename(folder), "text"))
      : dag.host().file(path, { noCache: true });
    return await file.sync();
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Within a module the engine sees the folder that the module runs in; otherwise that of the host. */
async function isModule(): Promise<boolean> {
  try {
    await dag.currentModule().name();
    return true;
  } catch {
    return false;
  }
}
