import { tagsOf } from "#pipelines/commands/lock.ts";
import { lockFile } from "#pipelines/lock/lock.ts";
import type { LoadedSource } from "#pipelines/workspace/load.ts";
import { advice, type Diagnosis, ok } from "./diagnosis.ts";

const remedy = "Run `dagger call lock` and commit the file.";

/** Reports whether the image of each tool is pinned, and whether the lock has entries that no tool uses. */
export async function diagnoseLock(surveyed: LoadedSource): Promise<readonly Diagnosis[]> {
  const { lock } = surveyed;
  const tags = tagsOf(surveyed);
  if (lock.size === 0) {
    return [
      advice(
        lockFile,
        `${tags.length} tool images are pulled by tag, and a tag can move`,
        "Run `dagger call lock` to pin them, and commit slipway.lock.",
      ),
    ];
  }
  const missing = tags.filter((tag) => !lock.has(tag));
  const idle = [...lock.keys()].filter((tag) => !tags.includes(tag)).sort();
  const diagnoses = [
    ...(missing.length > 0
      ? [advice(lockFile, `outdated: without a digest for ${missing.join(", ")}`, remedy)]
      : []),
    ...(idle.length > 0 ? [advice(lockFile, `outdated: no tool uses ${idle.join(", ")}`, remedy)] : []),
  ];
  return diagnoses.length > 0 ? diagnoses : [ok(lockFile, `${tags.length} images pinned by digest`)];
}
