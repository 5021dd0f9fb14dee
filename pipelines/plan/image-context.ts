import { posix } from "node:path";
import { z } from "zod";
import { instructions } from "../../modules/image/src/instructions.ts";
import { isWithin, join, type Tree, upwards } from "./tree.ts";

/**
 * Finds the folder that a Dockerfile is meant to be built from: its own or, where that lacks something that it copies, the
 * nearest above that lacks nothing. Where there is none, its own: the build then says what is missing.
 *
 * @param folder the Dockerfile's folder, relative to the source.
 * @param dockerfile the Dockerfile's text.
 */
export async function contextOf(tree: Tree, folder: string, dockerfile: string): Promise<string> {
  const wanted = copiedBy(dockerfile);
  if (wanted.length === 0) return folder;
  const files = await tree.all();
  const holds = (path: string) => files.some((file) => isWithin(file, path));
  return upwards(folder).find((above) => wanted.every((path) => holds(join(above, path)))) ?? folder;
}

/** The files and folders that a Dockerfile takes from its context, without those whose names only a build knows. */
export function copiedBy(dockerfile: string): readonly string[] {
  const named = instructions(dockerfile).flatMap((instruction) => {
    const [, name = "", rest = ""] = /^\s*(\w+)\s+(.*)$/s.exec(instruction) ?? [];
    if (/^run$/i.test(name)) return mountedBy(rest);
    return /^(?:copy|add)$/i.test(name) ? sourcesOf(rest) : [];
  });
  const plain = named.filter((path) => !/[$*?[\]\\<>]|:\/\/|^git@/.test(path));
  const paths = plain.map((path) => posix.normalize(path).replace(/^\/+|\/+$/g, ""));
  return [...new Set(paths)].filter((path) => path !== "" && path !== "." && !path.startsWith(".."));
}

function sourcesOf(rest: string): readonly string[] {
  const [, flags = "", paths = ""] = /^((?:--\S+\s+)*)(.*)$/s.exec(rest) ?? [];
  if (/--from=/.test(flags)) return [];
  return (listed(paths) ?? paths.trim().split(/\s+/)).slice(0, -1);
}

/** What stands there as a JSON list, which paths with blanks need. */
function listed(paths: string): readonly string[] | undefined {
  if (!paths.trimStart().startsWith("[")) return undefined;
  try {
    return z.array(z.string()).safeParse(JSON.parse(paths)).data;
  } catch {
    return undefined;
  }
}

function mountedBy(rest: string): readonly string[] {
  return [...rest.matchAll(/--mount=(\S+)/g)].flatMap(([, mount = ""]) => {
    const options = mount.split(",").map((option) => option.split("="));
    const of = (...names: string[]) => options.find(([name = ""]) => names.includes(name))?.[1];
    return (of("type") ?? "bind") === "bind" && of("from") === undefined ? (of("source", "src") ?? []) : [];
  });
}
