import { posix } from "node:path";
import type { Directory } from "@dagger.io/dagger";

/** Settings that hold for everything below them: ruff, mypy and pytest look for them in the parent folders. */
const inherited = [
  "pyproject.toml",
  "ruff.toml",
  ".ruff.toml",
  "setup.cfg",
  "tox.ini",
  "pytest.ini",
  "conftest.py",
];

/** A service's place in the source. */
export interface Area {
  readonly path: string;
  readonly nested: readonly string[];
}

/**
 * Narrows the source to what one check reads, so that a change elsewhere leaves its result as it is: the
 * service's folder, or those files of it that match, at its own place, and the settings above it.
 *
 * @param source the whole source.
 * @param service the service's folder, `.` for the source itself, and the folders of services below it, which are
 *   left out.
 * @param include patterns below the service's folder; all by default.
 */
export function view(source: Directory, { path, nested }: Area, include: string[] = []): Directory {
  const exclude = nested.map((below) => posix.relative(path, below));
  const whole = exclude.reduce((rest, folder) => rest.withoutDirectory(folder), source.directory(path));
  const wanted = include.length === 0 ? whole : whole.filter({ include });
  if (path === ".") return wanted;
  const above = parents(path).reduce(
    (settings, folder) =>
      settings.withDirectory(folder, source.directory(folder).filter({ include: inherited })),
    source.filter({ include: inherited }),
  );
  return above.withDirectory(path, wanted);
}

/** The folders between the source and the path: of `a/b/c` these are `a` and `a/b`. */
function parents(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
