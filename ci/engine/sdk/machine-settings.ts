import { $ } from "zx";

const quiet = $({ quiet: true, nothrow: true });

/** Go's settings for the origin of modules. */
const goVariables = ["GOPROXY", "GOSUMDB", "GONOSUMDB", "GONOPROXY", "GOPRIVATE", "GOINSECURE"];

/**
 * Reads this machine's settings for the origin of Go modules, so that modules build in containers as they do here.
 *
 * @param go the program `go`.
 */
export async function goSettings(go: string): Promise<Record<string, string>> {
  const values = (await quiet`${go} env ${goVariables}`).stdout.split("\n");
  const pairs = goVariables.map((name, at) => [name, values[at]?.trim() ?? ""] as const);
  return Object.fromEntries(pairs.filter(([, value]) => value !== ""));
}

/**
 * Reads which npm registry this machine uses, as the text of an npmrc without credentials. Empty for npm's default.
 */
export async function npmSettings(): Promise<string> {
  const current = (await quiet({ cwd: "/" })`npm config get registry`).stdout.trim();
  // The default of this npm, read without any settings file.
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    npm_config_userconfig: "/dev/null",
    npm_config_globalconfig: "/dev/null",
  };
  delete env.npm_config_registry;
  const usual = (await quiet({ cwd: "/", env })`npm config get registry`).stdout.trim();
  return current === "" || current === usual ? "" : `registry=${current}\n`;
}
