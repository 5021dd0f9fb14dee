import { type Directory, ExistsType } from "@dagger.io/dagger";
import { SlipwayError } from "#pipelines/errors/errors.ts";

/** The engine's field that makes a contextual default, as written in the ID of its result. */
const contextual = "_contextDirectory";

/** Files that only Slipway's own repository has. */
const ownFiles = ["src/surface.yaml", "pipelines/functions/functions.ts"];

/** Whether the engine chose a source, because the call names none. */
export async function isDefault(source: Directory): Promise<boolean> {
  const id = Buffer.from(await source.id(), "base64").toString("latin1");
  return id.includes(contextual);
}

/**
 * Refuses Slipway's own repository as a source that nobody named. It is the default of a call with `-m`, and so in
 * every repository the verdict would be that of Slipway's example. For a toolchain, the default is the repository that
 * installs it.
 *
 * @throws SOURCE_MISSING.
 */
export async function refuseOwnDefault(source: Directory): Promise<void> {
  if (!(await isDefault(source))) return;
  const options = { expectedType: ExistsType.RegularType };
  const found = await Promise.all(ownFiles.map((file) => source.exists(file, options)));
  if (found.includes(false)) return;
  throw new SlipwayError(
    "SOURCE_MISSING",
    "the call names no source, and the default is the repository of Slipway itself",
    "Add --source=. to the call. For `dagger check`, which takes no arguments, run `dagger toolchain install` in your repository.",
  );
}
