import { type Ended, ended } from "../../ci/program.ts";

/**
 * Runs a script of `ci/` by the machine's sh.
 *
 * @param script its path.
 * @param env all its variables, besides PATH and HOME.
 * @param cwd the folder in which it runs.
 * @param interrupt when it settles, SIGINT is sent to the script alone, as a runner does.
 */
export function sh(
  script: string,
  env: Readonly<Record<string, string>>,
  cwd: string,
  interrupt?: Promise<unknown>,
): Promise<Ended> {
  const { PATH = "", HOME = "" } = process.env;
  return ended("sh", [script], { cwd, env: { PATH, HOME, ...env }, interrupt });
}
