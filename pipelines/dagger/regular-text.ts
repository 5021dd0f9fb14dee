import { type Directory, ExistsType } from "@dagger.io/dagger";

/** Reads a file of a folder; undefined if there is none at that path, or something else than a file. */
export async function regularText(folder: Directory, path: string): Promise<string | undefined> {
  if (!(await folder.exists(path, { expectedType: ExistsType.RegularType }))) return undefined;
  return folder.file(path).contents();
}
