import { tagsOf } from "#pipelines/commands/lock.ts";
import { lockFile } from "#pipelines/lock/lock.ts";
import type { Surveyed } from "#pipelines/workspace/load.ts";
import { advice, ok, type Remark } from "./diagnosis.ts";

const remedy = "Write it anew by `dagger call lock`.";

/** Says whether each image that a tool is taken from is pinned, and whether anything is that no tool asks for. */
export async function lockRemarks(surveyed: Surveyed): Promise<readonly Remark[]> {
  const { lock } = surveyed;
  const tags = tagsOf(surveyed);
  if (lock.size === 0) {
    return [
      advice(
        lockFile,
        `${tags.length} images of tools are taken by tags, which can be moved`,
        "Pin them by `dagger call lock`.",
      ),
    ];
  }
  const missing = tags.filter((tag) => !lock.has(tag));
  const idle = [...lock.keys()].filter((tag) => !tags.includes(tag)).sort();
  const remarks = [
    ...(missing.length > 0 ? [advice(lockFile, `stale: it has no ${missing.join(", ")}`, remedy)] : []),
    ...(idle.length > 0 ? [advice(lockFile, `stale: nothing asks for ${idle.join(", ")}`, remedy)] : []),
  ];
  return remarks.length > 0 ? remarks : [ok(lockFile, `${tags.length} images by digest`)];
}
