import { type Directory, ExistsType } from "@dagger.io/dagger";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { listText } from "#pipelines/text/list.ts";

/** The file from which dagger takes defaults of arguments, in the folder of the call or above it. */
export const envFile = ".env";

/** A larger file is refused: nobody writes one by hand, and dagger would read it as a whole. */
const largest = 1024 * 1024;

/** The functions of Slipway, as dagger accepts their names there: in any case, with or without underscores. */
const functions =
  "await|bump|build|ci|confirm|doctor|environments|fix|hold|infrastructure|init|lint|lock|manifests|merge_?reports|merged_?verdict|plan|promote|record|release|release_?reports|reports|resume|rollback|sbom|scan|status|test|verify";

/** A line that sets `SLIPWAY_FUNCTION_ARGUMENT`, also by the forms of a shell that add to a variable. */
const setsDefault = new RegExp(
  `^\\s*(?:export\\s+)?(slipway_(?:${functions})_[a-z0-9_]+)\\s*(?:\\+?=|\\[)`,
  "gim",
);

/** Lists the variables of a text in the format of `.env` that dagger takes for defaults of Slipway's arguments. */
export function argumentDefaults(text: string): readonly string[] {
  return [...text.matchAll(setsDefault)].map(([, name = ""]) => name);
}

/** Reads the `.env` at the top of the source; undefined if there is none. @throws DEFAULTS_IN_SOURCE if it is too large. */
export async function readEnvFile(source: Directory): Promise<string | undefined> {
  if (!(await source.exists(envFile, { expectedType: ExistsType.RegularType }))) return undefined;
  const file = source.file(envFile);
  if ((await file.size()) <= largest) return file.contents();
  throw new SlipwayError(
    "DEFAULTS_IN_SOURCE",
    `${envFile} is larger than ${largest} bytes, and what it sets for calls is not known`,
    `Make ${envFile} smaller, or move it out of the source.`,
  );
}

/**
 * Refuses a source whose `.env` sets arguments of Slipway. A call in that folder took them: whoever writes the file
 * chooses what the call compares with, and which secrets it reads.
 *
 * @throws DEFAULTS_IN_SOURCE.
 * @see https://docs.dagger.io/extending/modules/user-defaults
 */
export async function refuseArgumentDefaults(source: Directory): Promise<void> {
  const found = argumentDefaults((await readEnvFile(source)) ?? "");
  if (found.length === 0) return;
  throw new SlipwayError(
    "DEFAULTS_IN_SOURCE",
    `${envFile} sets arguments of Slipway, and dagger applies them to each call in this folder${listText(found)}`,
    `Remove these lines from ${envFile}, and pass the arguments on the command line.`,
  );
}
