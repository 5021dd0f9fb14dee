import { parseArgs } from "node:util";
import { type ArmName, armNames } from "./arm.ts";

export const usage = `npm run bench [-- OPTIONS]: how long the pipeline takes, side by side with a plain shell script

  --arm NAME    one arm alone, can be given again: ${armNames.join(", ")}; all by default
  --quick       fewer runs, nothing cold, without the arm modules
  --runtimes    also Bun against Node for the root module
  --help

Runs four arms in turn, on an engine of their own: script (test/bench/script.sh, the same pinned tools),
slipway (\`dagger call ci\`), nothing (a module that does nothing), modules (the tool modules as Dagger
dependencies). Needs Linux as root on Debian bookworm. Writes reports/bench.md; exit code 1 if a budget is missed.
`;

/** What is run. */
export interface Options {
  readonly arms: readonly ArmName[];
  readonly runtimes: boolean;
  /** How often each case is run. */
  readonly runs: { readonly cold: number; readonly same: number; readonly changed: number };
}

/** Reads the command line; nothing when it asks for help. Fails with OPTION_INVALID. */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parse(args);
  if (values.help) return undefined;
  const wanted = values.arm ?? armNames.filter((name) => !values.quick || name !== "modules");
  return {
    arms: armNames.filter((name) => wanted.includes(name)),
    runtimes: values.runtimes ?? false,
    runs: values.quick ? { cold: 0, same: 3, changed: 1 } : { cold: 1, same: 5, changed: 3 },
  };
}

function parse(args: readonly string[]) {
  const boolean = { type: "boolean" } as const;
  try {
    const parsed = parseArgs({
      args: [...args],
      options: { arm: { type: "string", multiple: true }, quick: boolean, runtimes: boolean, help: boolean },
    });
    const unknown = parsed.values.arm?.find((name) => !armNames.some((known) => known === name));
    if (unknown !== undefined) throw new Error(`there is no arm '${unknown}'`);
    return parsed;
  } catch (error) {
    throw new Error(`OPTION_INVALID: ${error instanceof Error ? error.message : error}. See --help.`);
  }
}
