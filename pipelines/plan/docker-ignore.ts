import { posix } from "node:path";
import { upwards } from "./tree.ts";

interface Rule {
  readonly pattern: RegExp;
  readonly isExcepted: boolean;
}

/** The most characters of a path on Linux. */
const longestPath = 4096;

/**
 * Reads a .dockerignore. A later line wins, and a line for a folder also applies to everything in it.
 * https://docs.docker.com/build/concepts/context/#dockerignore-files
 *
 * @returns whether the build leaves out a path, relative to its context.
 */
export function dockerIgnored(text: string): (path: string) => boolean {
  const rules = text.split("\n").flatMap(ruleOf);
  return (path) => {
    const names = upwards(path).filter((name) => name !== ".");
    return rules.reduce(
      (isIgnored, { pattern, isExcepted }) =>
        names.some((name) => pattern.test(name)) ? !isExcepted : isIgnored,
      false,
    );
  };
}

function ruleOf(line: string): readonly Rule[] {
  if (line.startsWith("#")) return [];
  const written = line.trim();
  const isExcepted = written.startsWith("!");
  // A path that leads out of the context matches nothing.
  const glob = posix.normalize(written.slice(isExcepted ? 1 : 0).trim() || ".").replace(/^\/|\/$/g, "");
  if (glob === "" || glob === "." || glob.length > longestPath) return [];
  const pattern = patternOf(glob);
  return pattern === undefined ? [] : [{ pattern, isExcepted }];
}

/** Undefined if the pattern is malformed: the build reports it. */
function patternOf(glob: string): RegExp | undefined {
  const parts = glob.split(/((?:\*\*\/)+|\*\*|\*|\?|\\.|\[[^\]]*\])/);
  const source = parts.map((part, index) => {
    if (index % 2 === 0) return escaped(part);
    if (part === "*") return "[^/]*";
    if (part === "?") return "[^/]";
    if (part.startsWith("\\")) return escaped(part.slice(1));
    if (part.startsWith("[")) return part;
    // At the end, two asterisks stand for everything below; before a name, for any folders.
    return index === parts.length - 2 && part === "**" && parts.at(-1) === "" ? ".*" : "(?:.*/)?";
  });
  try {
    return new RegExp(`^${source.join("")}$`, "s");
  } catch {
    return undefined;
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
