import type { Container, Directory } from "@dagger.io/dagger";
import type { Files } from "#modules/files/src/index.ts";
import type { Python } from "#modules/python/src/index.ts";
import type { Finding } from "#pipelines/findings/finding.ts";
import type { ToolRoot } from "#pipelines/readers/tool-root.ts";

/** What a tool left, as its reader gets it. */
export interface ToolReport {
  readonly text: string;
  /** The report's name, for messages. */
  readonly file: string;
  readonly exitCode: number;
  /** Where the tool ran, for the paths in its report. */
  readonly place: ToolRoot;
}

/** How one tool's run ends, and how its report is read: every linter and scanner is one. */
export interface Tool<Report = ToolReport, Result = readonly Finding[]> {
  /** Its own name: in findings, in slipway.yaml and in the names of checks. */
  readonly name: string;
  /** The report, by its name in /reports. */
  readonly report: string;
  /** The exit codes of a run that came to its end, with findings or without. */
  readonly ends: readonly number[];
  /** How long it may take, in seconds; without it, as long as it takes. */
  readonly limit?: number;
  /** Where neither exit code nor report shows it: whether the run broke down. */
  readonly isBroken?: (run: {
    readonly exitCode: number;
    readonly text: string;
    readonly stderr: string;
  }) => boolean;
  /** @throws REPORT_MALFORMED, REPORT_CONTRADICTORY and the like for what is not a report of the tool. */
  readonly read: (report: Report) => Result;
}

/** A place that may hold a tool's settings. The first one that does configures it. */
export type SettingsPlace =
  | { readonly file: string }
  /** A table below `tool` in pyproject.toml. */
  | { readonly pyproject: string }
  /** A section of setup.cfg or tox.ini. */
  | { readonly ini: string; readonly only?: "setup.cfg" };

/** A tool that checks a service's code, and what the repository says of it. */
export interface PlannedTool<Name extends string = string> {
  readonly tool: Name;
  /** The version that the repository locks, else the one its pre-commit hook names; absent: ours. */
  readonly version?: string;
  /** Whether the version is one that the service's installation brings, with plugins that stand beside it. */
  readonly isInstalled: boolean;
  /** The nearest file with settings for it, relative to the source; absent where there is none. */
  readonly settings?: string;
}

/** What one run over a service's code is given. */
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
  /** Where a repository configures it, in the tool's own order. */
  readonly settings: readonly SettingsPlace[];
  /** The ids of its pre-commit hooks. */
  readonly hooks: readonly string[];
  /** The package that a lock file pins; the tool's name by default. */
  readonly package?: string;
  readonly run: (run: CodeRun) => Container | Promise<Container>;
  /** The folder in which the tool runs, relative to the source; the service's by default. */
  readonly folder?: (path: string, planned: PlannedTool) => string;
}

/** A tool that checks files of the repository, and what it is given. */
export interface PlannedFileTool<Name extends string = string> {
  readonly tool: Name;
  /** What it checks, in order of the paths; empty when slipway.yaml asks for a tool that there is nothing for. */
  readonly paths: readonly string[];
  /** All that it reads, the repository's settings for it too: files, and whole folders, which end with `/`. */
  readonly reads: readonly string[];
  /** The version that the repository locks, else the one its pre-commit hook names; absent: ours. */
  readonly version?: string;
  /** From which level on the tool's own settings fail it; absent: ours. */
  readonly threshold?: string;
}

/** The repository's own files: neither vendored nor skipped. */
export interface OwnFiles {
  readonly paths: readonly string[];
  readonly read: (path: string) => Promise<string>;
  readonly firstLine: (path: string) => Promise<string>;
}

/** What a tool checks and reads of the repository. */
export interface FileInputs {
  readonly paths: readonly string[];
  /** What else it reads: the repository's settings for it, and what they or the checked files refer to. */
  readonly besides: readonly string[];
  readonly threshold?: string;
}

/** What one run over files of the repository is given. */
export interface FileRun {
  readonly files: Files;
  /** What the tool reads, and nothing else. */
  readonly source: Directory;
  readonly planned: PlannedFileTool;
}

/** A tool that checks files of the repository which are no service's code. */
export interface FileTool<Name extends string = string>
  extends Tool<ToolReport & { readonly planned: PlannedFileTool }> {
  readonly name: Name;
  readonly checks: "files";
  readonly inputs: (own: OwnFiles) => Promise<FileInputs>;
  /** Run by `auto` only where the repository has settings or a pre-commit hook for it. */
  readonly onRequest?: { readonly settings: RegExp; readonly hook: string };
  /** Whether the versions of its hook and of its package are the same, so that the repository's is taken. */
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
