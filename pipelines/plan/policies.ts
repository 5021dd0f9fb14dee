import { parse } from "smol-toml";
import { z } from "zod";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { clean, isWithin } from "#pipelines/text/path.ts";
import { printable } from "#pipelines/text/printable.ts";
import type { Tree } from "./tree.ts";

/** The policies against which the repository's manifests are checked. */
export interface Policies {
  /** Folders with .rego files. */
  readonly folders: readonly string[];
  /** Folders with data for the policies. */
  readonly data: readonly string[];
  /** conftest's own configuration; absent if there is no such file. */
  readonly config?: string;
}

const configFile = "conftest.toml";
const ownFolder = "policy";

const one = z.string().transform((path) => [path]);
const paths = z
  .union([one, z.array(z.string())])
  .optional()
  .catch(undefined);
const config = z.object({ policy: paths, data: paths });

/**
 * Finds the policies: in the folders that slipway.yaml names, else in those that conftest.toml names. If neither
 * names any, they are in policy/, if that contains a .rego file.
 *
 * @returns undefined if there are no policies.
 * @throws PATH_NOT_FOUND when a named folder does not exist.
 */
export async function policiesOf(
  tree: Tree,
  wanted: readonly string[] | undefined,
): Promise<Policies | undefined> {
  const settings = tree.has(".", configFile) ? read(await tree.read(configFile)) : undefined;
  const named = wanted ?? settings?.policy;
  const isFound = tree.folders.some((folder) => isWithin(folder, ownFolder) && hasRules(tree, folder));
  if (named === undefined && !isFound) return undefined;
  const folders = named ?? [ownFolder];
  const data = settings?.data ?? [];
  await Promise.all([
    ...folders.map((path) =>
      requireFolder(tree, path, wanted === undefined ? `policy in ${configFile}` : key),
    ),
    ...data.map((path) => requireFolder(tree, path, `data in ${configFile}`)),
  ]);
  return {
    folders: folders.map(clean),
    data: data.map(clean),
    ...(settings !== undefined && { config: configFile }),
  };
}

const key = "manifests.policies";

function hasRules(tree: Tree, folder: string): boolean {
  return tree.names(folder).some((name) => name.endsWith(".rego"));
}

async function requireFolder(tree: Tree, path: string, where: string): Promise<void> {
  const isInside = path !== "" && !path.startsWith("/") && !clean(path).split("/").includes("..");
  if (isInside && (await tree.hasFolder(clean(path)))) return;
  throw new SlipwayError(
    "PATH_NOT_FOUND",
    `${where}: no such folder in the source: ${printable(path)}`,
    "Correct the path, or add the folder.",
  );
}

/** A file that cannot be read names no folders: conftest then reports its fault. */
function read(text: string): z.infer<typeof config> {
  try {
    return config.parse(parse(text));
  } catch {
    return { policy: undefined, data: undefined };
  }
}
