/** The files that name a version of Python, in order of their weight in one folder. */
export const versionFiles = [
  ".tool-versions",
  "mise.toml",
  ".mise.toml",
  "runtime.txt",
  ".python-version",
  ".python-versions",
] as const;
