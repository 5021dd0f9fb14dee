import { type Directory, dag } from "@dagger.io/dagger";
import { isWithin } from "#pipelines/text/path.ts";

/**
 * Puts files and folders of the source together, each at its own place. The engine tells what was picked like this by
 * its content alone, so that a change elsewhere leaves what is made of it as it is; what a pattern picked, it takes for
 * another whenever the source is.
 *
 * @param paths files, and whole folders, which end with `/`
 * @param onto the folder that they are added to; an empty one by default
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

/** Puts whole folders of the source together, one inside another once; `.` is all of it. */
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
