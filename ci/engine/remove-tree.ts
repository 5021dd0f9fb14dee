import { existsSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { sep } from "node:path";
import { $ } from "zx";

const mounts = "/proc/self/mountinfo";

/**
 * Removes a folder and everything in it. First it unmounts the mounts below it, such as /proc and /dev of a killed
 * build of a root filesystem, so that nothing outside the folder is removed.
 *
 * @param dir absolute path; it need not exist.
 */
export async function removeTree(dir: string): Promise<void> {
  const points = existsSync(mounts) ? mountPoints(readFileSync(mounts, "utf8"), dir) : [];
  // The last mount is on top.
  for (const point of points.reverse()) await $({ quiet: true })`umount --lazy ${point}`;
  await rm(dir, { recursive: true, force: true });
}

/** Finds the mount points below `dir` in the text of /proc/self/mountinfo. */
export function mountPoints(mountinfo: string, dir: string): string[] {
  const points = mountinfo.split("\n").map((line) => line.split(" ")[4] ?? "");
  const plain = points.map((point) =>
    point.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))),
  );
  return plain.filter((point) => point === dir || point.startsWith(dir + sep));
}
