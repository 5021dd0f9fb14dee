/** Generated and vendored folders of a repository. A call does not upload them, and no check reads them. */
export const ignored = [
  "**/.git",
  "**/node_modules",
  "**/.venv",
  "**/venv",
  "**/__pycache__",
  "**/.*_cache",
  "**/.tox",
  "**/.nox",
] as const;

const patterns = ignored.map((pattern) => {
  const name = pattern.slice("**/".length).replaceAll(".", "\\.").replaceAll("*", ".*");
  return new RegExp(`^${name}$`);
});

/** The part of a path that is such a folder, or a file of that name; undefined if the path has none. */
export function ignoredPart(path: string): string | undefined {
  const names = path.split("/");
  const at = names.findIndex((name) => patterns.some((pattern) => pattern.test(name)));
  return at < 0 ? undefined : names.slice(0, at + 1).join("/");
}
