import { Directory } from "@dagger.io/dagger";

/** Reads a file of the project; undefined if it does not exist. */
export async function readIfPresent(project: Directory, file: string): Promise<string | undefined> {
  return (await project.exists(file)) ? project.file(file).contents() : undefined;
}
