/** Folders with generated code, with code of others, or with code that is wrong on purpose. */
export const vendored: readonly string[] = [
  "__pycache__",
  "build",
  "dist",
  "env",
  "fixtures",
  "node_modules",
  "site-packages",
  "testdata",
  "third_party",
  "vendor",
  "venv",
];

const hidden: readonly string[] = [".git", ".nox", ".tox", ".venv"];

/** Whether a path lies in such a folder, or in a hidden folder of a tool. */
export function isVendored(path: string): boolean {
  return path
    .split("/")
    .slice(0, -1)
    .some(
      (name) =>
        vendored.includes(name) ||
        hidden.includes(name) ||
        name.endsWith(".egg-info") ||
        /^\..*_cache$/.test(name),
    );
}
