import { type Directory, ExistsType } from "@dagger.io/dagger";
import { codedError, shown } from "./errors.ts";
import { refuseLinks } from "./links.ts";
import { pathsTo } from "./overlay.ts";

/**
 * Edits the text of one file, keeping its mode. Fails with PATH_OUTSIDE_SOURCE on an absolute path, on `..` and on a
 * symbolic link on the way, with PATH_NOT_FOUND when there is no such file.
 *
 * @returns the source with the file changed, or the same source when the text stays
 */
export async function edited(
  source: Directory,
  file: string,
  edit: (path: string, text: string) => string,
): Promise<Directory> {
  const segments = file.split("/").filter((segment) => segment !== "" && segment !== ".");
  const path = segments.join("/");
  if (path === "" || file.startsWith("/") || segments.includes("..") || file.includes("\0")) {
    throw codedError(
      "PATH_OUTSIDE_SOURCE",
      `${shown(file)} is not a path below the source`,
      "Give the file relative to the source's root, without '..'.",
    );
  }
  await refuseLinks(source, pathsTo(segments), "Name the real file.");
  if (!(await source.exists(path, { expectedType: ExistsType.RegularType }))) {
    throw codedError(
      "PATH_NOT_FOUND",
      `there is no file ${shown(path)}`,
      "Name one that the repository holds.",
    );
  }
  const text = await source.file(path).contents();
  const changed = edit(path, text);
  if (changed === text) return source;
  return source.withNewFile(path, changed, { permissions: await source.stat(path).permissions() });
}
