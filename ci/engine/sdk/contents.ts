import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

/** Reads every file below a folder: its path in the folder, and its text. */
export async function contents(dir: string): Promise<Record<string, string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = files.map(async (file) => [relative(dir, file), await readFile(file, "utf8")] as const);
  return Object.fromEntries(await Promise.all(texts));
}
