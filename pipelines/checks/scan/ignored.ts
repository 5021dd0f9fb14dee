import { posix } from "node:path";
import { type Directory, dag, type File } from "@dagger.io/dagger";
import { regularText } from "#pipelines/dagger/regular-text.ts";
import { isVendored } from "#pipelines/plan/vendored.ts";
import { isWithin } from "#pipelines/text/path.ts";
import { type IgnoreFile, isIgnoreFile, joinIgnoreFiles } from "#pipelines/tools/trivy/ignore-file.ts";
import { namedByTrivy } from "#pipelines/tools/trivy/settings-file.ts";
import { trivy } from "#pipelines/tools/trivy/tool.ts";

/**
 * Finds the findings that the source accepts for Trivy, in any of its .trivyignore and .trivyignore.yaml. Each applies
 * to its own folder.
 *
 * @returns a file for Trivy; undefined if the source has none, or only one that Trivy reads itself.
 */
export async function ignoredInSource(source: Directory): Promise<File | undefined> {
  const paths = await ignoreFiles(source);
  if (paths.every((path) => path === ".trivyignore")) return undefined;
  return joined(source, paths, true);
}

/** Finds what the source accepts for its renderings, which lie in folders of the same names. */
export async function ignoredInRenderings(source: Directory): Promise<File | undefined> {
  return joined(source, await ignoreFiles(source), true);
}

/**
 * Finds what the source accepts for an image: the ignore files of the service's folder and of those above it.
 *
 * @param folder the service's folder.
 */
export async function ignoredInImage(source: Directory, folder: string): Promise<File | undefined> {
  const paths = (await ignoreFiles(source)).filter((path) => isWithin(folder, posix.dirname(path)));
  return joined(source, paths, false);
}

async function ignoreFiles(source: Directory): Promise<readonly string[]> {
  const include = (trivy.policyFiles ?? []).map(({ path }) => `**/${path}`);
  const found = await dag.directory().withDirectory("/", source, { include }).glob("**");
  return found.filter((path) => isIgnoreFile(path) && !isVendored(path)).sort();
}

/** Joins ignore files with the one that trivy.yaml names; undefined if there is none. */
async function joined(
  source: Directory,
  paths: readonly string[],
  inFolders: boolean,
): Promise<File | undefined> {
  const files = await Promise.all(
    paths.map(async (path) => ({ path, text: await source.file(path).contents() })),
  );
  const all = [...(await namedBySettings(source)), ...files];
  if (all.length === 0) return undefined;
  const text = joinIgnoreFiles(all, inFolders);
  return dag.directory().withNewFile("trivyignore.yaml", text).file("trivyignore.yaml");
}

/** The file that trivy.yaml names. It applies to all of the source, wherever it is. */
async function namedBySettings(source: Directory): Promise<readonly IgnoreFile[]> {
  const { ignorefile: path } = await namedByTrivy(source);
  const text = path === undefined ? undefined : await regularText(source, path);
  return path === undefined || text === undefined ? [] : [{ path: posix.basename(path), text }];
}
