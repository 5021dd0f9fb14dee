import { randomUUID } from "node:crypto";
import { type Directory, dag } from "@dagger.io/dagger";
import { isDefault } from "./default-source.ts";
import { withoutReports } from "./own-reports.ts";

/**
 * Removes the reports of earlier calls from a source, and makes the engine identify it by its content. A change
 * then reruns only the tools that read it.
 *
 * After any change in a contextual default, the engine treats it as another folder, and so every part of it. A
 * folder of the module's own is identified by its content. A source that the call passed already has that property
 * and stays as it is.
 * https://github.com/dagger/dagger/blob/v0.19.10/core/schema/modulesource.go, contextDirectory.
 *
 * The result is bound to this call of the module: a function that returns a folder made from it is cached only for
 * the session.
 */
export async function byContent(given: Directory): Promise<Directory> {
  const source = await withoutReports(given);
  if (source !== given) return settle(source);
  return (await isDefault(source)) ? settle(source) : source;
}

/**
 * Puts a folder among the module's own files, so that the engine identifies it by its content and no longer by its
 * origin. The files of a commit then stay the same after the next commit. As above, the result is bound to this
 * call.
 */
export async function settle(folder: Directory): Promise<Directory> {
  const at = randomUUID();
  await folder.export(at);
  return dag.currentModule().workdir(at);
}
