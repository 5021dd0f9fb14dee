import { compared, isRange, newestOf } from "./version-range.ts";

/** How a tool is run from one of its versions on. */
export interface Usage {
  /** The first version. */
  readonly from: string;
  /** The command, with the flags that decide what is printed. */
  readonly command: readonly string[];
  /** The report, by its name in /reports; versions that print another format have another one. */
  readonly report: string;
  /** Requirements that the tool needs and does not declare. */
  readonly beside?: readonly string[];
}

const ruffCheck = ["ruff", "check", "--exit-zero", "--no-cache"];
const mypy = ["mypy", "--no-error-summary"];
const plain = ["--no-pretty", "--show-error-codes", "--hide-error-context", "--no-color-output"];
const bandit = ["bandit", "--quiet", "--recursive", "--exit-zero", "--format=json"];
const pylint = ["pylint", "--recursive=y"];

/**
 * The versions of the last four years, newest first. test/modules/python/usages.engine.test.ts installs the first
 * version of each entry and the newest of all, and runs them.
 */
export const usages = {
  ruff: [
    { from: "0.1.8", command: [...ruffCheck, "--output-format=sarif"], report: "ruff.sarif" },
    { from: "0.0.291", command: [...ruffCheck, "--output-format=json"], report: "ruff.json" },
    { from: "0.0.237", command: [...ruffCheck, "--format=json"], report: "ruff.json" },
    { from: "0.0.125", command: ["ruff", "--exit-zero", "--no-cache", "--format=json"], report: "ruff.json" },
  ],
  "ruff-format": [
    // 0.14 and 0.15 accept the flag in preview mode only.
    {
      from: "0.16.0",
      command: ["ruff", "format", "--no-cache", "--check", "--output-format=sarif"],
      report: "ruff-format.sarif",
    },
    { from: "0.1.2", command: ["ruff", "format", "--no-cache", "--diff"], report: "ruff-format.diff" },
  ],
  black: [{ from: "22.10.0", command: ["black", "--check", "--diff", "--quiet"], report: "black.diff" }],
  isort: [{ from: "5.10.1", command: ["isort", "--check-only", "--diff"], report: "isort.diff" }],
  flake8: [
    {
      from: "5.0.4",
      command: ["flake8", "--format=%(code)s\t%(row)d\t%(col)d\t%(path)s\t%(text)s"],
      report: "flake8.txt",
    },
  ],
  bandit: [
    { from: "1.7.6", command: bandit, report: "bandit.json" },
    { from: "1.7.4", command: bandit, report: "bandit.json", beside: ["pbr"] },
  ],
  pylint: [
    { from: "3.0.0", command: [...pylint, "--output-format=json2"], report: "pylint.json" },
    { from: "2.15.5", command: [...pylint, "--output-format=json"], report: "pylint-messages.json" },
  ],
  mypy: [
    { from: "1.11.0", command: [...mypy, "--output=json"], report: "mypy.jsonl" },
    { from: "0.990", command: [...mypy, ...plain], report: "mypy.txt" },
  ],
  basedpyright: [
    {
      from: "1.12.0",
      command: ["basedpyright", "--outputjson", "--pythonpath=/opt/venv/bin/python"],
      report: "basedpyright.json",
    },
  ],
  ty: [{ from: "0.0.2", command: ["ty", "check", "--output-format=gitlab"], report: "ty.json" }],
  pyright: [
    {
      from: "1.1.309",
      command: ["pyright", "--outputjson", "--pythonpath=/opt/venv/bin/python"],
      report: "pyright.json",
    },
    // Older ones take the first Python on PATH.
    { from: "1.1.280", command: ["pyright", "--outputjson"], report: "pyright.json" },
  ],
} as const satisfies Readonly<Record<string, readonly Usage[]>>;

/** A tool whose versions differ in how they are run. */
export type VersionedTool = keyof typeof usages;

/** How a version of a tool is run; one older than all entries, as the oldest of them. Default: the newest. */
export function usageOf(tool: VersionedTool, version?: string): Usage {
  const all: readonly Usage[] = usages[tool];
  const newest = version !== undefined && isRange(version) ? newestOf(version) : version;
  const found = newest === undefined ? all[0] : all.find(({ from }) => !isBefore(newest, from));
  return found ?? all[all.length - 1] ?? usages[tool][0];
}

/** The oldest version of a tool that is known to work. */
export function oldestOf(tool: VersionedTool): string {
  return usages[tool].at(-1)?.from ?? usages[tool][0].from;
}

/** Whether a version is before another one, by their numbers. */
export function isBefore(version: string, other: string): boolean {
  return compared(version, other) < 0;
}
