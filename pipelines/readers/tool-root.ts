import { posix } from "node:path";

/** The place where a tool ran, by which the paths of its report become relative to the source. */
export interface ToolRoot {
  /** The absolute path of the source's root in the tool's container. */
  readonly root: string;
  /** The folder below the root in which the tool ran, for reports with relative paths; default: the root. */
  readonly folder?: string;
}

/**
 * Turns a path or file URI of a report into a path relative to the source's root.
 *
 * @returns the path with `/`; undefined if it leads out of the source or is not a path. The caller then keeps the
 *   text in the message.
 */
export function pathInSource(reported: string, place: ToolRoot): string | undefined {
  const path = reported.startsWith("file:") ? decodedUri(reported) : reported;
  if (path === undefined || path === "" || path.includes("\0")) return undefined;
  const root = posix.resolve("/", place.root);
  const relative = posix.relative(root, posix.resolve(root, place.folder ?? "", path));
  return relative === "" || relative === ".." || relative.startsWith("../") ? undefined : relative;
}

function decodedUri(uri: string): string | undefined {
  try {
    const url = new URL(uri);
    return url.host === "" ? decodeURIComponent(url.pathname) : undefined;
  } catch {
    return undefined;
  }
}

/** A message with its place in the source; a path that leads out of the source stays only in the message. */
export function locate(
  message: string,
  reported: string,
  line: number,
  place: ToolRoot,
): { readonly message: string; readonly path?: string; readonly line?: number } {
  const path = pathInSource(reported, place);
  if (path === undefined) return { message: `${message} (${reported})` };
  return line > 0 ? { message, path, line } : { message, path };
}
