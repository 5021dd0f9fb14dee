import { type Directory, dag } from "@dagger.io/dagger";
import { isWithin } from "#pipelines/text/path.ts";

/**
 * Copies files and folders of the source, each to its own path. The engine identifies such a copy by its content
 * alone, so a change elsewhere in the source does not invalidate later steps. A selection by a pattern changes its
 * identity with every change of the source.
 *
 * @param paths files, and whole folders, which end with `/`
 * @param onto the folder to which they are added; default: an empty one
 */
export function subset(source: Directory, paths: readonly string[], onto = dag.directory()): Directory {
  return paths.reduce(
    (seen, path) =>
      path.endsWith("/")
        ? seen.withDirectory(path, source.directory(path))
        : seen.withFile(path, source.file(path)),
    onto,
  );
}

/** Copies whole folders of the source; a folder inside another is copied once; `.` is all of it. */
export function subsetOfFolders(source: Directory, folders: readonly string[]): Directory {
  if (folders.includes(".")) return source;
  const outermost = folders.filter(
    (folder) => !folders.some((above) => above !== folder && isWithin(folder, above)),
  );
  return subset(
    source,
    outermost.map((folder) => `${folder}/`),
  );
}
