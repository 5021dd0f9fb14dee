import { type Directory, dag } from "@dagger.io/dagger";

/**
 * Puts files and folders of the source together, each at its own place. The engine tells what was picked like this by
 * its content alone, so that a change elsewhere leaves what is made of it as it is; what a pattern picked, it takes for
 * another whenever the source is.
 *
 * @param paths files, and whole folders, which end with `/`.
 */
export function subset(source: Directory, paths: readonly string[]): Directory {
  return paths.reduce(
    (seen, path) =>
      path.endsWith("/")
        ? seen.withDirectory(path, source.directory(path))
        : seen.withFile(path, source.file(path)),
    dag.directory(),
  );
}
