import { posix } from "node:path";
import { join } from "#pipelines/text/path.ts";
import { dockerIgnored } from "./docker-ignore.ts";
import { readPaths } from "./image-context.ts";
import type { Tree } from "./tree.ts";

/** The files that the build of an image reads, by paths relative to the source. */
export interface ImageReads {
  /** The copied files, and folders with everything in them. */
  readonly paths: readonly string[];
  /** The Dockerfile, and the files that say what is left out, whether they exist or not. */
  readonly own: readonly string[];
  /** The folder of the context, to which the texts of its .dockerignore files apply. */
  readonly context: string;
  readonly ignores: readonly string[];
  /** The projects of a uv workspace that the Dockerfile installs; absent if it may install others too. */
  readonly packages?: readonly string[];
}

/**
 * Finds the files that the build of an image reads: those that its Dockerfile copies, the Dockerfile itself, and the
 * files that say what is left out. A Dockerfile that cannot be read counts as one that copies everything.
 *
 * @param context the folder of the context.
 */
export async function imageReads(
  tree: Tree,
  context: string,
  dockerfile: string,
  { target, args }: { readonly target?: string | undefined; readonly args: Readonly<Record<string, string>> },
): Promise<ImageReads> {
  const text = await tree.read(dockerfile).catch(() => undefined);
  const copied = text === undefined ? ["."] : readPaths(text, target, args);
  const ignoring = [join(context, ".dockerignore"), `${dockerfile}.dockerignore`];
  const found = ignoring.filter((path) => tree.has(posix.dirname(path), posix.basename(path)));
  const packages = packagesIn(text ?? "");
  return {
    paths: copied.map((path) => join(context, path)),
    own: [dockerfile, ...ignoring],
    context,
    ignores: await Promise.all(found.map((path) => tree.read(path))),
    ...(packages.length > 0 && { packages }),
  };
}

/**
 * Whether the build leaves a file out. If there are several .dockerignore files, each must name it, because the engine
 * may read another one than Docker.
 */
export function isLeftOut({ context, ignores, own }: ImageReads): (path: string) => boolean {
  const ignored = ignores.map(dockerIgnored);
  return (path) =>
    ignored.length > 0 && !own.includes(path) && ignored.every((each) => each(posix.relative(context, path)));
}

/** The projects that every call of uv names by --package; empty if one of them names none. */
function packagesIn(dockerfile: string): readonly string[] {
  // With the bodies of heredocs, and commands in the form of a list.
  const lines = dockerfile.replace(/\\[ \t]*\r?\n/g, " ").split(/\r?\n/);
  const steps = lines
    .filter((line) => !/^\s*(?:#|COPY\s|ADD\s|FROM\s)/i.test(line))
    .flatMap((line) => line.replace(/["',[\]]/g, " ").split(/[&|;]/));
  const calls = steps.filter((step) => /\buv\s(?:.*\s)?(?:sync|export|run)(?:\s|$)/.test(step));
  const named = calls.map((call) =>
    [...call.matchAll(/--package[=\s]\s*([\w.-]+)/g)].map(([, name = ""]) => name),
  );
  return named.some((names) => names.length === 0) ? [] : named.flat();
}
