import type { SourceFacts } from "#pipelines/plan/plan.ts";

/** A source that exists in memory alone: its files by their paths. All of them are listed, as a glob would. */
export function factsOf(files: Readonly<Record<string, string>>): SourceFacts {
  return {
    files: Object.keys(files).filter(
      (path) => !path.endsWith(".py") || /(?:^|\/)(?:setup|conftest|noxfile)\.py$/.test(path),
    ),
    all: async () => Object.keys(files),
    firstLine: async (path) => files[path]?.split("\n", 1)[0] ?? "",
    read: async (path) => {
      const text = files[path];
      if (text === undefined) throw new Error(`no file ${path}`);
      return text;
    },
    hasFile: async (path) => path in files,
    hasFolder: async (path) => Object.keys(files).some((file) => file.startsWith(`${path}/`)),
    isEmpty: async () => Object.keys(files).length === 0,
  };
}
