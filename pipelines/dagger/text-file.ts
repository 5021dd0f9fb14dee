import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { type Directory, dag, type File } from "@dagger.io/dagger";

/**
 * The longest text that a call to the engine contains, in characters. The log repeats the whole text, and so does
 * every later call that uses such a file: 20 MB take 15 seconds.
 */
const longestInline = 256 * 1024;

/** Adds a file of any length to a folder. */
export async function withText(folder: Directory, name: string, text: string): Promise<Directory> {
  if (text.length <= longestInline) return folder.withNewFile(name, text);
  return folder.withFile(name, await uploaded(text));
}

/** Writes a text into a folder of this process, and returns it as a file of the engine. */
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

/**
 * Whether this process runs as a module. A module's own folder is visible to the engine; any other process uses a
 * folder of the host.
 */
async function isModule(): Promise<boolean> {
  try {
    await dag.currentModule().name();
    return true;
  } catch {
    return false;
  }
}
