import { posix } from "node:path";
import { directives, unquoted } from "#modules/image/src/instructions.ts";
import { isWithin, join } from "#pipelines/text/path.ts";
import { neededStages } from "./build-stages.ts";
import type { Arguments } from "./build-variables.ts";
import { readProject } from "./python/project.ts";
import { uvLockOwner } from "./python/uv-workspace.ts";
import { type Tree, upwards } from "./tree.ts";

/**
 * Finds the folder from which a Dockerfile is meant to be built. This is the service's folder, or the nearest one
 * above it that contains all files that the build copies. If there is no such folder, it is the service's: the
 * build then reports the missing file.
 *
 * A build that copies its whole context may also lack a file only because it is generated first. For such a build,
 * a folder above counts only if the Dockerfile names a path of the service from there, or the lock of its uv workspace.
 *
 * @param folder the service's folder, relative to the source.
 * @param target the built stage; default: the last one.
 * @param args the build arguments; default: those of the Dockerfile.
 */
export async function contextOf(
  tree: Tree,
  folder: string,
  dockerfile: string,
  target?: string,
  args: Arguments = {},
): Promise<string> {
  const copied = copiedPaths(dockerfile, target, args);
  const named = copied.filter((path) => path !== ".");
  if (named.length === 0) return folder;
  const locks = named.includes("uv.lock")
    ? await uvLockOwner(tree, await readProject(tree, folder))
    : undefined;
  const files = await tree.all();
  const holds = (path: string) => files.some((file) => isWithin(file, path));
  const isMeant = (above: string) =>
    above === folder ||
    above === locks?.folder ||
    !copied.includes(".") ||
    named.some((path) => isWithin(join(above, path), folder));
  const all = (above: string) => isMeant(above) && named.every((path) => holds(join(above, path)));
  return upwards(folder).find(all) ?? folder;
}

/**
 * Lists the files and folders that a build reads from its context, `.` for all of it. Paths that only the build
 * knows are left out, and so are stages that it does not need.
 *
 * @param target the built stage; default: the last one.
 */
export function copiedPaths(dockerfile: string, target?: string, args: Arguments = {}): readonly string[] {
  const plain = copiedWords(dockerfile, target, args).filter((path) => !/[$*?[\]\\]/.test(path));
  const clean = plain.map((path) => posix.normalize(path).replace(/^\/+|\/+$/g, "") || ".");
  return [...new Set(clean)].filter((path) => !path.startsWith(".."));
}

/**
 * Lists the folders and files of its context that a build can read: of a pattern, and of a name that only the build
 * knows, the folder around it. Returns `.` alone if the Dockerfile does not tell: its syntax is not Docker's, its base
 * image has instructions for the images made from it, or it copies nothing.
 *
 * @param target the built stage; default: the last one.
 */
export function readPaths(dockerfile: string, target?: string, args: Arguments = {}): readonly string[] {
  const syntax = directives(dockerfile).get("syntax") ?? "docker/dockerfile";
  if (!syntax.includes("docker/dockerfile") || /^\s*FROM\s.*onbuild/im.test(dockerfile)) return ["."];
  const copied = copiedWords(dockerfile, target, args);
  // An image of one's own code copies it: its base image does, by ONBUILD.
  if (copied.length === 0) return ["."];
  const paths = copied.map((path) => {
    const parts = posix.normalize(`/${path}`).split("/").slice(1);
    const unknown = parts.findIndex((part) => /[$*?[\]\\]/.test(part));
    return (unknown < 0 ? parts : parts.slice(0, unknown)).join("/").replace(/\/$/, "") || ".";
  });
  return [...new Set(paths)].sort();
}

/** The sources of COPY, ADD and mounts, as they are written, in the stages that a build needs. */
function copiedWords(dockerfile: string, target: string | undefined, args: Arguments): readonly string[] {
  const paths = neededStages(dockerfile, target, args).flatMap(({ copies }) => copies.map(unquoted));
  return paths.filter((path) => !/^<<|:\/\/|^git@/.test(path));
}
