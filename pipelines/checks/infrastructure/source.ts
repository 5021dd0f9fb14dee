import { type Directory, ExistsType } from "@dagger.io/dagger";
import { subsetOfFolders } from "#pipelines/dagger/subset.ts";
import type { Infrastructure } from "#pipelines/plan/plan.ts";

/**
 * Narrows the source to the files that a configuration can read: its folder, its modules, and the paths that these
 * name elsewhere.
 */
export async function infrastructureSource(
  source: Directory,
  { folder, modules, references }: Infrastructure,
): Promise<Directory> {
  let seen = subsetOfFolders(source, [folder, ...modules]);
  for (const path of references) {
    if (await source.exists(path, { expectedType: ExistsType.DirectoryType })) {
      seen = seen.withDirectory(path, source.directory(path));
    } else if (await source.exists(path)) {
      seen = seen.withFile(path, source.file(path));
    }
  }
  return seen;
}
