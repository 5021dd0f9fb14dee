import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cached } from "../../../ci/engine/cache.ts";
import { requirePackages } from "../../../ci/engine/debian.ts";
import { step } from "../../../ci/engine/progress.ts";

const pins = fileURLToPath(new URL("runner/", import.meta.url));
const files = ["package.json", "package-lock.json"];

/**
 * Makes sure that there is gitlab-ci-local, which reads GitLab's CI files as GitLab does, holds them against GitLab's schema,
 * and runs their jobs in a shell.
 *
 * @returns the program, for Node.
 */
export async function gitlabRunner(): Promise<string> {
  await requirePackages(["rsync"]);
  const texts = await Promise.all(files.map((file) => readFile(join(pins, file), "utf8")));
  const entry = await cached("gitlab-runner", { texts }, (dir) =>
    step("installing gitlab-ci-local from npm packages", async (log) => {
      for (const file of files) await copyFile(join(pins, file), join(dir, file));
      await writeFile(join(dir, ".npmrc"), "audit=false\nfund=false\nignore-scripts=true\n");
      await log.run("npm", ["ci"], { cwd: dir });
    }),
  );
  return join(entry, "node_modules/.bin/gitlab-ci-local");
}
