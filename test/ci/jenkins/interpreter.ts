import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cached } from "../../../ci/engine/cache.ts";
import { requirePackages } from "../../../ci/engine/debian.ts";
import { step } from "../../../ci/engine/progress.ts";

const pom = fileURLToPath(new URL("pom.xml", import.meta.url));

/**
 * Makes sure that there is Jenkins's interpreter of pipelines: Debian's Java, and what pom.xml names.
 *
 * @returns the class path for Java.
 */
export async function jenkinsInterpreter(): Promise<string> {
  await requirePackages(["openjdk-17-jre-headless", "maven"]);
  const entry = await cached("jenkins-interpreter", { pom: readFileSync(pom, "utf8") }, (dir) =>
    step("fetching Jenkins's interpreter of pipelines from Maven packages", async (log) => {
      const repository = join(dir, "repository");
      await log.run("mvn", [
        "--batch-mode",
        `--file=${pom}`,
        `-Dmaven.repo.local=${repository}`,
        `-DoutputDirectory=${join(dir, "jars")}`,
        "dependency:copy-dependencies",
      ]);
      await rm(repository, { recursive: true });
    }),
  );
  return join(entry, "jars", "*");
}
