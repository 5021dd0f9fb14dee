import { chmod, chown, copyFile, mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Puts a program at `path` of the tree below `root`, for everyone to run. */
export async function addProgram(root: string, path: string, source: string | URL): Promise<void> {
  const to = join(root, path);
  await mkdir(dirname(to), { recursive: true });
  await copyFile(typeof source === "string" ? source : fileURLToPath(source), to);
  await chmod(to, 0o755);
}

/** Puts links into the tree below `root`: path → what it says. */
export async function addLinks(root: string, links: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, target] of Object.entries(links)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await symlink(target, join(root, path));
  }
}

/** Makes a folder in the tree below `root`, with its mode and owner whatever the umask says. */
export async function addFolder(root: string, path: string, mode = 0o755, owner = 0): Promise<void> {
  await mkdir(join(root, path), { recursive: true });
  await chmod(join(root, path), mode);
  await chown(join(root, path), owner, owner);
}
