/** A plugin of pytest that a run may need beyond pytest-cov; `plugins` installs it. */
export type PluginName = "timeout" | "xdist" | "rerunfailures";

/** What a run of pytest is asked for beyond its defaults. */
export interface Choice {
  /** Files and folders, relative to where pytest runs; by default what the project configures. */
  readonly paths?: readonly string[];
  /** An expression of markers: `not slow`. */
  readonly markers?: string;
  /** How many processes; auto: as many as the container has cores, and never more than that. */
  readonly parallel?: "auto" | number | false;
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
  const { paths = [], markers, parallel = false, retries = 0, testTimeout, branches = false } = choice;
  return [
    ...(markers === undefined ? [] : ["-m", markers]),
    ...(parallel === false ? [] : ["--numprocesses=auto"]),
    ...(typeof parallel === "number" ? [`--maxprocesses=${parallel}`] : []),
    ...(retries === 0 ? [] : [`--reruns=${retries}`]),
    ...(testTimeout === undefined ? [] : [`--timeout=${testTimeout}`]),
    ...(branches ? ["--cov-branch"] : []),
    ...paths.map((path) => `./${path}`),
  ];
}

/** Names the plugins without which pytest would not know those arguments. */
export function pluginsFor({ parallel = false, retries = 0, testTimeout }: Choice): PluginName[] {
  return [
    ...(testTimeout === undefined ? [] : (["timeout"] as const)),
    ...(parallel === false ? [] : (["xdist"] as const)),
    ...(retries === 0 ? [] : (["rerunfailures"] as const)),
  ];
}
