import { type Ended, ended } from "../ci/program.ts";

/**
 * Runs the real CLI, as a user does.
 *
 * @param args its arguments, after `dagger`.
 * @param cwd the folder in which it runs; the module of that folder is the one called.
 * @param env variables besides those of this process.
 */
export function dagger(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const cli = process.env._EXPERIMENTAL_DAGGER_CLI_BIN ?? "dagger";
  return ended(cli, ["--progress=plain", ...args], { cwd, env: { ...process.env, NO_COLOR: "1", ...env } });
}
