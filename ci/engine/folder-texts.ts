import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

/**
 * Reads the files of a folder and of the folders below it: their paths in the folder, sorted, and their texts.
 *
 * @param dir the folder.
 * @param wanted selects the paths to read; default: all.
 */
export async function folderTexts(
  dir: string,
  wanted: (path: string) => boolean = () => true,
): Promise<Record<string, string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const paths = files.map((file) => relative(dir, file)).filter(wanted);
  const texts = paths.sort().map(async (path) => [path, await readFile(join(dir, path), "utf8")]);
  return Object.fromEntries(await Promise.all(texts));
}
