import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../cache.ts";
import { step } from "../progress.ts";
import { architecture } from "./architecture.ts";
import { debianMirror, debianRoot, inRoot, type Suite } from "./debian-root.ts";
import { writeLayer } from "./layer.ts";
import { recipe } from "./stand-in.ts";

/** Where Debian keeps who is who. */
const accounts = ["passwd", "group", "shadow"] as const;

/**
 * Makes a layer of Debian and the packages named, once for all images that name the same, and hands
 * back its folder. The newest packages are taken when it is made, and kept.
 *
 * @param script what to run inside then, for a shell; what it prints is handed out by `printed`.
 * @param runsOn its architecture, by default the machine's; another one has to be emulated.
 */
export async function debianBase(
  suite: Suite,
  packages: readonly string[],
  script = "",
  runsOn = architecture,
): Promise<string> {
  const mirror = await debianMirror();
  const key = { suite, packages, script, architecture: runsOn, mirror, recipe: recipe(import.meta.url) };
  return cached("image-base", key, async (dir) => {
    const work = await mkdtemp(join(dir, ".work-"));
    try {
      const what = `Debian ${suite}${runsOn === architecture ? "" : ` for ${runsOn}`}`;
      await step(`unpacking ${what} with ${packages.join(" ") || "nothing more"}`, async (log) => {
        const root = await debianRoot(join(work, "root"), suite, packages, log, runsOn);
        await writeFile(join(dir, "printed"), script ? await inRoot(root, log, ["sh", "-ec", script]) : "");
        for (const file of accounts) await copyFile(join(root, "etc", file), join(dir, file));
        await writeLayer(root, dir);
      });
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
}

/** Reads what the script of `debianBase` printed when the layer was made. */
export async function printed(base: string): Promise<string> {
  return (await readFile(join(base, "printed"), "utf8")).trim();
}

/** Writes a user and a group of the same name and number into the tree of a layer that lies upon `base`. */
export async function addUser(
  base: string,
  root: string,
  name: string,
  id: number,
  shell = "/bin/sh",
): Promise<void> {
  const lines: Record<(typeof accounts)[number], string> = {
    passwd: `${name}:x:${id}:${id}::/home/${name}:${shell}`,
    group: `${name}:x:${id}:`,
    shadow: `${name}:!:1::::::`,
  };
  await mkdir(join(root, "etc"), { recursive: true });
  for (const file of accounts) {
    const text = `${await readFile(join(base, file), "utf8")}${lines[file]}\n`;
    await writeFile(join(root, "etc", file), text, { mode: file === "shadow" ? 0o640 : 0o644 });
  }
}
