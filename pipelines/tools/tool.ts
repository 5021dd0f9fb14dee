import type { Container, Directory } from "@dagger.io/dagger";
import type { Files } from "#modules/files/src/index.ts";
import type { Python } from "#modules/python/src/index.ts";
import type { Finding } from "#pipelines/findings/finding.ts";
import type { ToolRoot } from "#pipelines/readers/tool-root.ts";

/** The report of a tool, as its reader gets it. */
export interface ToolReport {
  readonly text: string;
  /** The name of the report, for messages. */
  readonly file: string;
  readonly exitCode: number;
  /** Where the tool ran, for the paths in its report. */
  readonly place: ToolRoot;
}

/** Files of the repository that decide what a scanner reports: its settings, its rules, its lists of exceptions. */
export interface PolicyFiles {
  /** A file's name, a path from the top of the source, or a folder, which ends with `/`. */
  readonly path: string;
  /** Whether a file of that name counts in each folder; default: only at the top. */
  readonly anywhere?: true;
  /**
   * What makes them less strict. `entries`: each line is an exception. `rules`: each file adds findings. Default: any
   * difference, because nobody can say which of two settings is stricter.
   */
  readonly are?: "entries" | "rules";
}

/** The definition of one linter or scanner: how its run ends, and how its report is read. */
export interface Tool<Report = ToolReport, Result = readonly Finding[]> {
  /** The tool's own name: in findings, in slipway.yaml and in the names of checks. */
  readonly name: string;
  /** The report, by its name in /reports. */
  readonly report: string;
  /** The files that `--policy-ref` takes from the base; default: none. */
  readonly policyFiles?: readonly PolicyFiles[];
  /** The exit codes of a complete run, with or without findings. */
  readonly ends: readonly number[];
  /** The time limit in seconds; default: no limit. */
  readonly limit?: number;
  /** Whether the run broke, if neither exit code nor report shows it. */
  readonly isBroken?: (run: {
    readonly exitCode: number;
    readonly text: string;
    readonly stderr: string;
  }) => boolean;
  /**
   * @throws REPORT_MALFORMED, REPORT_CONTRADICTORY and similar errors for a text that is not a report of the tool.
   */
  readonly read: (report: Report) => Result;
  /** Reports of older versions by their names in /reports, and how they are read: the name tells which one it is. */
  readonly older?: Readonly<Record<string, (report: Report) => Result>>;
}

/** A place that may contain a tool's settings. The first one that does configures it. */
export type SettingsPlace =
  | { readonly file: string }
  /** A table below `tool` in pyproject.toml. */
  | { readonly pyproject: string }
  /** A section of setup.cfg or tox.ini. */
  | { readonly ini: string; readonly only?: "setup.cfg" };

/** How the repository itself runs a tool: by a pre-commit hook, or in a script. */
export interface AskedRun {
  /** The file that says so, relative to the source. */
  readonly by: string;
  /** The folder in which the tool runs, relative to the source. */
  readonly folder: string;
  /** Absent: Slipway's own. */
  readonly version?: string;
  /** Without those that change files or the report. */
  readonly args: readonly string[];
  /** The files and folders that it gets, relative to `folder`. */
  readonly files: readonly string[];
  /** Whether Python files of the service are left out. */
  readonly leavesOut: boolean;
  /** Requirements that are installed beside the tool. */
  readonly beside: readonly string[];
  /** Whether the tool has an environment of its own, without the service's dependencies. */
  readonly isApart: boolean;
}

/** A tool that checks a service's code, with its version and settings in the repository. */
export interface PlannedTool<Name extends string = string> {
  readonly tool: Name;
  /** The version that the repository locks, else the version of its pre-commit hook; absent: Slipway's own. */
  readonly version?: string;
  /** Whether the service's installation contains that version, together with its plugins. */
  readonly isInstalled: boolean;
  /** The nearest file with settings for it, relative to the source; absent if there are no settings. */
  readonly settings?: string;
  /** Further files that it reads, relative to the source: those that its settings extend, or that its run names. */
  readonly reads?: readonly string[];
  /** How the repository itself runs it; absent if that does not differ. */
  readonly asked?: AskedRun;
  /** Whether the repository only configures it: none of the scripts and hooks that run other tools runs this one. */
  readonly isUncalled?: true;
  /** Which run of the tool this is, from 2 on, if the repository calls it more than once with other options. */
  readonly turn?: number;
  /** The Makefile that calls it again with other options, which do not run; absent if there is none. */
  readonly calledAgainBy?: string;
  /** The rules that it applies; absent: those of its settings, or its own default. */
  readonly select?: readonly string[];
}

/** The input of one run over a service's code. */
export interface CodeRun {
  readonly python: Python;
  readonly source: Directory;
  /** The service's folder, relative to the source. */
  readonly path: string;
  readonly planned: PlannedTool;
  /** The service's installed dependencies. */
  readonly environment: () => Promise<Container>;
}

/** A tool that checks a service's code (`lint` in slipway.yaml) or its types (`types`). */
export interface CodeTool<Name extends string = string> extends Tool {
  readonly name: Name;
  readonly checks: "code" | "types";
  /** The places where a repository configures it, in the tool's own order. */
  readonly settings: readonly SettingsPlace[];
  /** The ids of its pre-commit hooks. */
  readonly hooks: readonly string[];
  /** The package that a lock file pins; default: the tool's name. */
  readonly package?: string;
  /** The oldest version that is known to work; default: any. */
  readonly oldest?: string;
  readonly run: (run: CodeRun) => Container | Promise<Container>;
  /** Whether `run` itself does what `asked` of the plan says. */
  readonly runsAsked?: true;
  /** The folder in which the tool runs, relative to the source; default: the service's folder. */
  readonly folder?: (path: string, planned: PlannedTool) => string;
}

/** A tool that checks files of the repository, and its input. */
export interface PlannedFileTool<Name extends string = string> {
  readonly tool: Name;
  /** The files that it checks, in order of the paths; empty if slipway.yaml asks for a tool without files for it. */
  readonly paths: readonly string[];
  /**
   * Everything that it reads, also the repository's settings for it: files, and whole folders, which end with `/`.
   */
  readonly reads: readonly string[];
  /** The version that the repository locks, else the version of its pre-commit hook; absent: Slipway's own. */
  readonly version?: string;
  /** The level from which the tool fails by its own settings; absent: Slipway's own level. */
  readonly threshold?: string;
}

/** The repository's own files, which are neither vendored nor skipped. */
export interface OwnFiles {
  readonly paths: readonly string[];
  readonly read: (path: string) => Promise<string>;
  readonly firstLine: (path: string) => Promise<string>;
}

/** The files of the repository that a tool checks and reads. */
export interface FileInputs {
  readonly paths: readonly string[];
  /**
   * Further files that it reads: the repository's settings for it, and files to which they or the checked files
   * refer.
   */
  readonly besides: readonly string[];
  readonly threshold?: string;
}

/** The input of one run over files of the repository. */
export interface FileRun {
  readonly files: Files;
  /** The files that the tool reads, and no others. */
  readonly source: Directory;
  readonly planned: PlannedFileTool;
}

/** A tool that checks files of the repository that are not code of a service. */
export interface FileTool<Name extends string = string>
  extends Tool<ToolReport & { readonly planned: PlannedFileTool }> {
  readonly name: Name;
  readonly checks: "files";
  readonly inputs: (own: OwnFiles) => Promise<FileInputs>;
  /** `auto` selects the tool only if the repository has settings or a pre-commit hook for it. */
  readonly onRequest?: { readonly settings: RegExp; readonly hook: string };
  /** Whether its hook and its package have the same versions, so that the repository's version is used. */
  readonly isVersioned?: true;
  readonly run: (run: FileRun) => Container;
}

/** Declares a tool that checks a service's code or types. */
export function codeTool<const Name extends string, const Checks extends "code" | "types">(
  tool: CodeTool<Name> & { readonly checks: Checks },
): CodeTool<Name> & { readonly checks: Checks } {
  return tool;
}

/** Declares a tool that checks files of the repository. */
export function fileTool<const Name extends string>(tool: FileTool<Name>): FileTool<Name> {
  return tool;
}
