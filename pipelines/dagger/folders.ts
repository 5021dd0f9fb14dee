import { type Directory, dag } from "@dagger.io/dagger";
import { isWithin } from "#pipelines/text/path.ts";

/** Narrows the source to some of its folders, each whole and at its own place. */
export function ofFolders(source: Directory, folders: readonly string[]): Directory {
  if (folders.includes(".")) return source;
  return folders
    .filter((folder) => !folders.some((above) => above !== folder && isWithin(folder, above)))
    .reduce((seen, folder) => seen.withDirectory(folder, source.directory(folder)), dag.directory());
}

/** Narrows the source to single files. */
export function ofFiles(source: Directory, paths: readonly string[]): Directory {
  return paths.reduce((seen, path) => seen.withFile(path, source.file(path)), dag.directory());
}
