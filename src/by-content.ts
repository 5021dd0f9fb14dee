import { Directory, dag } from "@dagger.io/dagger";

/** The field that makes a contextual default, as it stands in the ID of what it made. */
const contextual = "_contextDirectory";

/**
 * Lets the engine tell a source by its content, so that a change runs only the tools that read it.
 *
 * The engine takes a contextual default for another folder after any change in it, and so whatever was picked out of
 * it; a folder of the module's own it tells by content. A source that was handed over already is, and stays as it is.
 * https://github.com/dagger/dagger/blob/v0.19.10/core/schema/modulesource.go, contextDirectory.
 *
 * What comes back is bound to this call of the module: a function that returns a folder made from it is kept no longer
 * than the session.
 */
export async function byContent(source: Directory): Promise<Directory> {
  const id = Buffer.from(await source.id(), "base64").toString("latin1");
  if (!id.includes(contextual)) return source;
  await source.export("source");
  return dag.currentModule().workdir("source");
}
