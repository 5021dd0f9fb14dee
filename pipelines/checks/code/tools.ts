import { posix } from "node:path";
import type { Container, Directory } from "@dagger.io/dagger";
import type { Python } from "#modules/python/src/index.ts";
import type { LinterName, TypeCheckerName } from "#pipelines/config/linter.ts";
import { toolFailed } from "#pipelines/errors/explain.ts";
import type { Finding } from "#pipelines/findings/finding.ts";
import type { PlannedLinter } from "#pipelines/plan/python/linters.ts";
import { readBandit } from "#pipelines/readers/bandit.ts";
import { readDiff } from "#pipelines/readers/diff.ts";
import { readFlake8 } from "#pipelines/readers/flake8.ts";
import { readMypy } from "#pipelines/readers/mypy.ts";
import { readPyright } from "#pipelines/readers/pyright.ts";
import { readRuffFormat } from "#pipelines/readers/ruff-format.ts";
import { readSarif } from "#pipelines/readers/sarif.ts";
import type { ToolRoot } from "#pipelines/readers/tool-root.ts";

/** What one run of a linter is given. */
export interface LinterRun {
  readonly python: Python;
  readonly source: Directory;
  /** The service's folder, relative to the source. */
  readonly path: string;
  readonly planned: PlannedLinter;
  /** The service's installed dependencies. */
  readonly environment: () => Promise<Container>;
}

/** What a run left, and where it ran. */
export interface LinterReport {
  readonly text: string;
  readonly file: string;
  readonly exitCode: number;
  readonly place: ToolRoot;
}

/** How one tool checks a service's code. */
export interface Linter {
  /** The report, by its name in /reports. */
  readonly report: string;
  readonly run: (run: LinterRun) => Container | Promise<Container>;
  /** The exit codes of a run that came to its end, with findings or without. */
  readonly ends: readonly number[];
  readonly read: (report: LinterReport) => readonly Finding[];
  /** The folder in which the tool runs, relative to the source; the service's by default. */
  readonly folder?: (path: string, planned: PlannedLinter) => string;
  /** How long it may take, in seconds; without it, as long as it takes. */
  readonly limit?: number;
  /** Where the report cannot say so itself: ends a run that broke down. */
  readonly refuse?: (exitCode: number, text: string, stderr: string) => void;
}

/** How long a type checker may take, in seconds. */
const typesLimit = 600;

/** Every tool that checks code, by its name in slipway.yaml. */
export const linters: Readonly<Record<LinterName | TypeCheckerName, Linter>> = {
  ruff: {
    report: "ruff.sarif",
    run: ({ python, source, path, planned }) => python.lint(source, path, planned.version),
    ends: [0],
    read: ({ text, file, place }) => readSarif(text, file, { tool: "ruff", kind: "lint", place }),
  },
  "ruff-format": {
    report: "ruff-format.sarif",
    run: ({ python, source, path, planned }) => python.format(source, path, planned.version),
    ends: [0, 1],
    read: ({ text, file, place }) => readRuffFormat(text, file, place),
  },
  black: {
    report: "black.diff",
    run: ({ python, source, path, planned }) => python.black(source, path, planned.version),
    ends: [0, 1],
    read: ({ text, file, ...rest }) => readDiff(text, file, { tool: "black", ...rest }),
  },
  isort: {
    report: "isort.diff",
    run: ({ python, source, path, planned }) => python.isort(source, path, planned.version),
    ends: [0, 1],
    read: ({ text, file, ...rest }) => readDiff(text, file, { tool: "isort", ...rest }),
  },
  flake8: {
    report: "flake8.txt",
    // It reads the settings of the folder that it runs in, and of no other.
    folder: folderOfSettings,
    run: async ({ python, source, path, planned, environment }) => {
      const folder = folderOfSettings(path, planned);
      const installed = planned.isInstalled ? await environment() : undefined;
      return python.flake8(source, installed, folder, posix.relative(folder, path) || ".", planned.version);
    },
    ends: [0, 1],
    read: ({ text, file, exitCode, place }) => readFlake8(text, file, exitCode, place),
    refuse: (exitCode, text, stderr) => {
      if (exitCode === 1 && text === "") throw toolFailed("flake8", exitCode, stderr);
    },
  },
  bandit: {
    report: "bandit.json",
    run: ({ python, source, path, planned }) =>
      python.bandit(source, path, planned.settings, planned.version),
    ends: [0],
    read: ({ text, file, place }) => readBandit(text, file, place),
  },
  mypy: {
    report: "mypy.jsonl",
    run: async ({ python, source, path, environment }) =>
      python.types(source, await environment(), path, typesLimit),
    limit: typesLimit,
    ends: [0, 1, 2],
    read: ({ text, file, exitCode, place }) => readMypy(text, file, { exitCode, place }),
    refuse: (exitCode, text, stderr) => {
      if (exitCode === 2 && !text.startsWith("{")) throw toolFailed("mypy", exitCode, `${text}\n${stderr}`);
    },
  },
  pyright: {
    report: "pyright.json",
    run: async ({ python, source, path, planned, environment }) =>
      python.pyright(source, await environment(), path, planned.version, typesLimit),
    limit: typesLimit,
    ends: [0, 1],
    read: ({ text, file, exitCode, place }) => readPyright(text, file, { exitCode, place }),
  },
};

function folderOfSettings(path: string, { settings }: PlannedLinter): string {
  return settings === undefined ? path : posix.dirname(settings);
}
