import { randomUUID } from "node:crypto";
import { type Directory, dag } from "@dagger.io/dagger";
import { withoutReports } from "./own-reports.ts";

/** The field that makes a contextual default, as it stands in the ID of what it made. */
const contextual = "_contextDirectory";

/**
 * Takes the reports of earlier calls out of a source, and lets the engine tell it by its content, so that a change runs
 * only the tools that read it.
 *
 * The engine takes a contextual default for another folder after any change in it, and so whatever was picked out of
 * it; a folder of the module's own it tells by content. A source that was handed over already is, and stays as it is.
 * https://github.com/dagger/dagger/blob/v0.19.10/core/schema/modulesource.go, contextDirectory.
 *
 * What comes back is bound to this call of the module: a function that returns a folder made from it is kept no longer
 * than the session.
 */
export async function byContent(given: Directory): Promise<Directory> {
  const source = await withoutReports(given);
  if (source !== given) return settle(source);
  const id = Buffer.from(await source.id(), "base64").toString("latin1");
  return id.includes(contextual) ? settle(source) : source;
}

/**
 * Puts a folder among the module's own files, so that the engine tells it by its content and no longer by how it came
 * to be: the files of a commit are the same after the next one. As above bound to this call.
 */
export async function settle(folder: Directory): Promise<Directory> {
  const at = randomUUID();
  await folder.export(at);
  return dag.currentModule().workdir(at);
}
