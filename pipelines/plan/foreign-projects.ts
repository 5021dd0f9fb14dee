import { foreignFiles } from "./foreign-files.ts";
import type { Tree } from "./tree.ts";

/** Finds the folders of projects in other languages. The top is none: everything lies below it. */
export function foreignProjects(tree: Tree): readonly string[] {
  return tree.folders.filter((folder) => folder !== "." && tree.names(folder).some(isForeign));
}

function isForeign(name: string): boolean {
  return foreignFiles.some((mark) =>
    mark.startsWith("*") ? name.endsWith(mark.slice(1)) && name.length > mark.length - 1 : name === mark,
  );
}
