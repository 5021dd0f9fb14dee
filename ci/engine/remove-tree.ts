import { existsSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { sep } from "node:path";
import { $ } from "zx";

const mounts = "/proc/self/mountinfo";

/**
 * Removes a folder and all that is in it. What is mounted below it, as a killed build of a root
 * filesystem leaves /proc and /dev, is unmounted first, so that nothing beyond the folder is touched.
 *
 * @param dir absolute path; it need not exist.
 */
export async function removeTree(dir: string): Promise<void> {
  const points = existsSync(mounts) ? mountPoints(readFileSync(mounts, "utf8"), dir) : [];
  // The last one mounted lies on top.
  for (const point of points.reverse()) await $({ quiet: true })`umount --lazy ${point}`;
  await rm(dir, { recursive: true, force: true });
}

/** Finds, in the text of /proc/self/mountinfo, the places below `dir` where something is mounted. */
export function mountPoints(mountinfo: string, dir: string): string[] {
  const points = mountinfo.split("\n").map((line) => line.split(" ")[4] ?? "");
  const plain = points.map((point) =>
    point.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))),
  );
  return plain.filter((point) => point === dir || point.startsWith(dir + sep));
}
