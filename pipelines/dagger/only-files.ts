import { type Directory, dag, ExistsType } from "@dagger.io/dagger";

/** A folder without what is neither a file nor a folder, and the paths that were left out of it. */
export interface OnlyFiles {
  readonly directory: Directory;
  readonly files: readonly string[];
  readonly leftOut: readonly string[];
}

/** Lists what a folder has besides folders, at any depth. */
export async function filesIn(directory: Directory): Promise<readonly string[]> {
  return (await directory.glob("**/*")).filter((path) => !path.endsWith("/"));
}

/**
 * Leaves out symbolic links, pipes and sockets. An export keeps a link as it is, and whoever follows it then reads a file
 * of that machine.
 */
export async function onlyFiles(directory: Directory): Promise<OnlyFiles> {
  const paths = await filesIn(directory);
  const isFile = await areFiles(directory, paths);
  const leftOut = paths.filter((_, at) => !isFile[at]);
  if (leftOut.length === 0) return { directory, files: paths, leftOut };
  const files = paths.filter((_, at) => isFile[at]);
  return { directory: directory.withoutFiles([...leftOut]), files, leftOut };
}

/**
 * Whether each path is a regular file. Each call of the SDK sends all that made the folder, as the whole output of a
 * tool: a hundred at once take gigabytes. So one query asks for many paths.
 */
async function areFiles(directory: Directory, paths: readonly string[]): Promise<readonly boolean[]> {
  const id = await directory.id();
  const found: boolean[] = [];
  for (let from = 0; from < paths.length; from += mostAtOnce) {
    const some = paths.slice(from, from + mostAtOnce);
    found.push(...(await askedAtOnce(id, some).catch(() => askedOneByOne(directory, some))));
  }
  return found;
}

const mostAtOnce = 500;

async function askedAtOnce(id: string, paths: readonly string[]): Promise<readonly boolean[]> {
  const variables = paths.map((_, at) => `$p${at}: String!`).join(", ");
  const asked = paths
    .map((_, at) => `p${at}: exists(path: $p${at}, expectedType: REGULAR_TYPE, doNotFollowSymlinks: true)`)
    .join(" ");
  const query = `query ($id: DirectoryID!, ${variables}) { folder: loadDirectoryFromID(id: $id) { ${asked} } }`;
  const values = Object.fromEntries(paths.map((path, at) => [`p${at}`, path]));
  const { folder } = await dag
    .getGQLClient()
    .request<{ folder: Readonly<Record<string, boolean>> }>(query, { id, ...values });
  return paths.map((_, at) => folder[`p${at}`] === true);
}

/** The same for an engine without that query. */
async function askedOneByOne(directory: Directory, paths: readonly string[]): Promise<readonly boolean[]> {
  const regular = { expectedType: ExistsType.RegularType, doNotFollowSymlinks: true } as const;
  const found: boolean[] = [];
  for (const path of paths) found.push(await directory.exists(path, regular));
  return found;
}
