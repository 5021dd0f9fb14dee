import { posix } from "node:path";
import { type Changeset, type Directory, ExistsType } from "@dagger.io/dagger";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { plain } from "#pipelines/text/quote.ts";

/** Proposed files, by their paths in the source. */
export type ProposedFiles = ReadonlyMap<string, string>;

/**
 * Writes a file in place of the existing one; changes nothing if the text is the same.
 *
 * @throws PATH_OUTSIDE_SOURCE when the path is a folder or a symbolic link, or a folder on the way is a symbolic
 * link or a file.
 */
export async function writeFile(source: Directory, path: string, text: string): Promise<Changeset> {
  await openWay(source, path);
  if (await isTaken(source, path)) {
    await refuseLink(source, path);
    await refuse(source, path, ExistsType.DirectoryType, "is a folder");
    if ((await source.file(path).contents()) === text) return source.changes(source).sync();
  }
  return source.withNewFile(path, text).changes(source).sync();
}

/**
 * Adds the files whose paths are free. A link that leads nowhere also takes its path. Existing files stay as they
 * are.
 *
 * @throws PATH_OUTSIDE_SOURCE when a folder on the way is a symbolic link or a file: nothing is then added.
 */
export async function addFiles(source: Directory, proposal: ProposedFiles): Promise<Changeset> {
  const wanted = [...proposal].sort(([one], [other]) => (one < other ? -1 : 1));
  const taken = await Promise.all(wanted.map(([path]) => isTaken(source, path)));
  const missing = wanted.filter((_, at) => !taken[at]);
  await Promise.all(missing.map(([path]) => openWay(source, path)));
  const whole = missing.reduce((folder, [path, text]) => folder.withNewFile(path, text), source);
  return whole.changes(source).sync();
}

/** Whether anything exists at a path: also a link that leads nowhere, or a file behind a folder that is a link. */
export async function isTaken(source: Directory, path: string): Promise<boolean> {
  for (const folder of foldersTo(path)) {
    if (!(await source.exists(folder, { expectedType: ExistsType.DirectoryType }))) return false;
  }
  return source.exists(path, { doNotFollowSymlinks: true });
}

async function openWay(source: Directory, path: string): Promise<void> {
  for (const folder of foldersTo(path)) {
    await refuseLink(source, folder);
    await refuse(source, folder, ExistsType.RegularType, "is a file, not a folder");
  }
}

/** The folders on the way to a path, outermost first. The engine cannot look below a file. */
function foldersTo(path: string): readonly string[] {
  const folder = posix.dirname(path);
  return folder === "." ? [] : [...foldersTo(folder), folder];
}

function refuseLink(source: Directory, path: string): Promise<void> {
  return refuse(source, path, ExistsType.SymlinkType, "is a symbolic link, which may lead out of the source");
}

async function refuse(
  source: Directory,
  path: string,
  expectedType: ExistsType,
  what: string,
): Promise<void> {
  if (!(await source.exists(path, { expectedType, doNotFollowSymlinks: true }))) return;
  throw new SlipwayError(
    "PATH_OUTSIDE_SOURCE",
    `${plain(path)} ${what}`,
    "Replace it with a regular folder or file, or write the missing file by hand.",
  );
}
