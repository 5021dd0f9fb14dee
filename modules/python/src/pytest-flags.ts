/** A plugin of pytest that a run may need beyond pytest-cov; `plugins` installs it. */
export type PluginName = "timeout" | "xdist" | "rerunfailures" | "split";

/** What a run of pytest is asked for beyond its defaults. */
export interface Choice {
  /** Files and folders, relative to where pytest runs; by default what the project configures. */
  readonly paths?: readonly string[];
  /** An expression of markers: `not slow`. */
  readonly markers?: string;
  /** How many processes; auto: as many as the container has cores, and never more than that. */
  readonly parallel?: "auto" | number | false;
  /** Which part of the tests is run, from 1 on, by the times in .test_durations where there is one. */
  readonly shard?: { readonly index: number; readonly of: number };
  /** How often a failed test is run again. */
  readonly retries?: number;
  /** The limit of a single test, in seconds. */
  readonly testTimeout?: number;
  /** Whether branches are measured too. */
  readonly branches?: boolean;
}

/**
 * Writes what is asked for as pytest's arguments, without a path that could be taken for an option.
 * https://pytest-xdist.readthedocs.io/en/stable/distribution.html
 */
export function pytestFlags(choice: Choice): string[] {
  const { paths = [], markers, parallel = false, retries = 0, testTimeout, branches = false, shard } = choice;
  return [
    ...(markers === undefined ? [] : ["-m", markers]),
    ...(parallel === false ? [] : ["--numprocesses=auto"]),
    ...(typeof parallel === "number" ? [`--maxprocesses=${parallel}`] : []),
    // A shard is a part of an order, which has to be the same in each.
    ...(shard === undefined ? [] : [`--splits=${shard.of}`, `--group=${shard.index}`, "-p", "no:randomly"]),
    ...(retries === 0 ? [] : [`--reruns=${retries}`]),
    ...(testTimeout === undefined ? [] : [`--timeout=${testTimeout}`]),
    ...(branches ? ["--cov-branch"] : []),
    ...paths.map((path) => `./${path}`),
  ];
}

/** Names the plugins without which pytest would not know those arguments. */
export function pluginsFor({ parallel = false, retries = 0, testTimeout, shard }: Choice): PluginName[] {
  return [
    ...(testTimeout === undefined ? [] : (["timeout"] as const)),
    ...(parallel === false ? [] : (["xdist"] as const)),
    ...(shard === undefined ? [] : (["split"] as const)),
    ...(retries === 0 ? [] : (["rerunfailures"] as const)),
  ];
}
