import { execFile } from "node:child_process";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);
const root = new URL("..", import.meta.url).pathname;
const most = { maxBuffer: 64 * 1024 * 1024 };

/** Copies what others call of this working tree: what git knows of it, and what is new. */
export async function copyTree(to: string): Promise<void> {
  const list = ["-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const { stdout } = await execute("git", list, most);
  const wanted = /^(?:src|pipelines|schemas|modules|ci|\.github)\/|^[^/]*$/;
  for (const path of stdout.split("\0").filter((each) => each !== "" && wanted.test(each))) {
    await cp(join(root, path), join(to, path));
  }
}
