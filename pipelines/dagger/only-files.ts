import { type Directory, ExistsType } from "@dagger.io/dagger";

/** A folder without what is neither a file nor a folder, and the paths that were left out of it. */
export interface OnlyFiles {
  readonly directory: Directory;
  readonly files: readonly string[];
  readonly leftOut: readonly string[];
}

/** Lists what a folder has besides folders, at any depth. */
export async function filesIn(directory: Directory): Promise<readonly string[]> {
  return (await directory.glob("**/*")).filter((path) => !path.endsWith("/"));
}

/**
 * Leaves out symbolic links, pipes and sockets. An export keeps a link as it is, and whoever follows it then reads a file
 * of that machine.
 */
export async function onlyFiles(directory: Directory): Promise<OnlyFiles> {
  const paths = await filesIn(directory);
  const regular = { expectedType: ExistsType.RegularType, doNotFollowSymlinks: true } as const;
  const isFile = await Promise.all(paths.map((path) => directory.exists(path, regular)));
  const leftOut = paths.filter((_, at) => !isFile[at]);
  if (leftOut.length === 0) return { directory, files: paths, leftOut };
  const files = paths.filter((_, at) => isFile[at]);
  return { directory: directory.withoutFiles([...leftOut]), files, leftOut };
}
