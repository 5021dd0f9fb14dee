import { cp, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { cacheDir, cached } from "./cache.ts";
import { findGo } from "./go.ts";
import { goCaches } from "./go-caches.ts";
import { type GoToolName, goModule } from "./go-tool.ts";
import { withLock } from "./lock.ts";
import { say, step } from "./progress.ts";

const answer = z.object({ Dir: z.string().min(1) });

/**
 * Copies files out of a Go module, such as the manifests that a program needs beside it, in the version that the
 * program is built from. The copy stays when the caches of Go builds are removed.
 *
 * Fails with GO_NOT_FOUND without a usable Go, with TOOL_FAILED if the module or a file is missing.
 *
 * @param name the program whose folder in ci/engine/go pins the module.
 * @param module the module's path, such as `github.com/argoproj/argo-cd/v3`.
 * @param files paths in the module; their last parts must differ.
 * @returns the folder with the files, each under the last part of its path.
 */
export async function goModuleFiles(
  name: GoToolName,
  module: string,
  files: readonly string[],
): Promise<string> {
  const pins = fileURLToPath(new URL(`go/${goModule(name)}/`, import.meta.url));
  const key = { module, files, sums: await readFile(join(pins, "go.sum"), "utf8") };
  return cached("go-module-files", key, async (out) => {
    const go = await findGo();
    const env = { GOFLAGS: "-modcacherw", GOWORK: "off", ...goCaches() };
    const copy = () =>
      step(`fetching files of the Go module ${module}`, async (log) => {
        const text = await log.run(go.path, ["mod", "download", "-json", module], { cwd: pins, env });
        const { Dir } = answer.parse(JSON.parse(text));
        for (const file of files) await cp(join(Dir, file), join(out, basename(file)));
      });
    const queued = () => say(`  ${module}: waiting for a Go build to end`);
    // A build may remove the caches when it ends.
    await withLock(join(cacheDir(), "locks", "go-build"), copy, queued);
  });
}
