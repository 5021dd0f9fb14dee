/** A plugin of pytest that a run may need in addition to pytest-cov; `plugins` installs it. */
export type PluginName = "timeout" | "unittest" | "xdist" | "rerunfailures" | "split";

/** The settings of a pytest run that differ from its defaults. */
export interface Choice {
  /** Files and folders, relative to where pytest runs; default: what the project configures. */
  readonly paths?: readonly string[];
  /** An expression of markers: `not slow`. */
  readonly markers?: string;
  /** The number of processes; auto: as many as the container has cores, and never more. */
  readonly parallel?: "auto" | number | false;
  /**
   * The part of the tests to run, counted from 1. The times in .test_durations divide the tests, if the file exists.
   */
  readonly shard?: { readonly index: number; readonly of: number };
  /** The number of times that a failed test runs again. */
  readonly retries?: number;
  /** The limit of a single test, in seconds. */
  readonly testTimeout?: number;
  /** Whether to measure branches too. */
  readonly branches?: boolean;
}

/**
 * Writes the choice as arguments of pytest. No path can be read as an option.
 * https://pytest-xdist.readthedocs.io/en/stable/distribution.html
 */
export function pytestFlags(choice: Choice): string[] {
  const { paths = [], markers, parallel = false, retries = 0, testTimeout, branches = false, shard } = choice;
  return [
    ...(markers === undefined ? [] : ["-m", markers]),
    ...(parallel === false ? [] : ["--numprocesses=auto"]),
    ...(typeof parallel === "number" ? [`--maxprocesses=${parallel}`] : []),
    // A shard is a part of an order, which must be the same in each shard.
    ...(shard === undefined ? [] : [`--splits=${shard.of}`, `--group=${shard.index}`, "-p", "no:randomly"]),
    ...(retries === 0 ? [] : [`--reruns=${retries}`]),
    ...(testTimeout === undefined ? [] : [`--timeout=${testTimeout}`]),
    ...(branches ? ["--cov-branch"] : []),
    ...paths.map((path) => `./${path}`),
  ];
}

/** The plugins that pytest needs for these arguments. */
export function pluginsFor({ parallel = false, retries = 0, testTimeout, shard }: Choice): PluginName[] {
  return [
    ...(testTimeout === undefined ? [] : (["timeout"] as const)),
    ...(parallel === false ? [] : (["xdist"] as const)),
    ...(shard === undefined ? [] : (["split"] as const)),
    ...(retries === 0 ? [] : (["rerunfailures"] as const)),
  ];
}
