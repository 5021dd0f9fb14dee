import { type Directory, ExistsType } from "@dagger.io/dagger";
import { codedError, shown } from "./errors.ts";
import { refuseLinks } from "./links.ts";
import { pathsTo } from "./overlay.ts";

/**
 * Edits the text of one file and keeps its mode. Fails with PATH_OUTSIDE_SOURCE on an absolute path, on `..`, and on
 * a symbolic link in the path. Fails with PATH_NOT_FOUND if the file does not exist.
 *
 * @returns the source with the file changed, or the same source if the text stays
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
      `file: ${shown(file)} is not a path below the source`,
      "Set it to a file, relative to the top of the source and without '..'.",
    );
  }
  await refuseLinks(source, pathsTo(segments), "Set the path of the real file, without a symbolic link.");
  if (!(await source.exists(path, { expectedType: ExistsType.RegularType }))) {
    throw codedError(
      "PATH_NOT_FOUND",
      `${shown(path)}: no such file in the source`,
      "Set it to a file of the repository.",
    );
  }
  const text = await source.file(path).contents();
  const changed = edit(path, text);
  if (changed === text) return source;
  return source.withNewFile(path, changed, { permissions: await source.stat(path).permissions() });
}
