/** The files in which a repository says how its code is checked, besides its workflows. */
export const scriptFiles: readonly string[] = [
  "Makefile",
  "makefile",
  "GNUmakefile",
  "justfile",
  "Justfile",
  ".justfile",
];

/** The folders of scripts at the top of a repository. */
export const scriptFolders: readonly string[] = ["scripts", "script", "bin", "ci", "tools"];
