import type { Container, Directory } from "@dagger.io/dagger";
import type { Files } from "#modules/files/src/index.ts";
import type { FileLinterName } from "#pipelines/config/linter.ts";
import { toolFailed } from "#pipelines/errors/explain.ts";
import type { Finding } from "#pipelines/findings/finding.ts";
import type { PlannedFileLinter } from "#pipelines/plan/file-linters.ts";
import { readActionlint } from "#pipelines/readers/actionlint.ts";
import { readHadolint } from "#pipelines/readers/hadolint.ts";
import { readShellcheck } from "#pipelines/readers/shellcheck.ts";
import type { ToolRoot } from "#pipelines/readers/tool-root.ts";
import { readYamllint } from "#pipelines/readers/yamllint.ts";
import { readZizmor } from "#pipelines/readers/zizmor.ts";

/** What one run of a linter is given. */
export interface FileLinterRun {
  readonly files: Files;
  /** What the tool reads, and nothing else. */
  readonly source: Directory;
  readonly planned: PlannedFileLinter;
}

/** What a run left. */
export interface FileLinterReport {
  readonly text: string;
  readonly file: string;
  readonly exitCode: number;
  readonly place: ToolRoot;
  readonly planned: PlannedFileLinter;
}

/** How one tool checks files of the repository. */
export interface FileLinter {
  /** The report, by its name in /reports. */
  readonly report: string;
  readonly run: (run: FileLinterRun) => Container;
  /** The exit codes of a run that came to its end, with findings or without. */
  readonly ends: readonly number[];
  readonly read: (report: FileLinterReport) => readonly Finding[];
  /** Where the report cannot say so itself: ends a run that broke down. */
  readonly refuse?: (exitCode: number, text: string, stderr: string) => void;
}

/** Every tool that checks files of the repository, by its name in slipway.yaml. */
export const fileLinters: Readonly<Record<FileLinterName, FileLinter>> = {
  shellcheck: {
    report: "shellcheck.json",
    run: ({ files, source, planned }) => files.shellcheck(source, [...planned.paths]),
    ends: [0, 1],
    read: ({ text, file, exitCode, place }) => readShellcheck(text, file, exitCode, place),
  },
  hadolint: {
    report: "hadolint.json",
    run: ({ files, source, planned }) => files.hadolint(source, [...planned.paths]),
    ends: [0, 1],
    read: ({ text, file, planned: { least }, ...rest }) =>
      readHadolint(text, file, { ...rest, ...(least !== undefined && { least }) }),
    refuse: (exitCode, text, stderr) => {
      // It goes on without settings that it cannot read.
      const isWithoutSettings = stderr.includes("Error parsing your config file");
      if (isWithoutSettings || (exitCode === 1 && text === ""))
        throw toolFailed("hadolint", exitCode, stderr);
    },
  },
  actionlint: {
    report: "actionlint.json",
    run: ({ files, source }) => files.actionlint(source),
    ends: [0, 1],
    read: ({ text, file, exitCode, place }) => readActionlint(text, file, exitCode, place),
  },
  zizmor: {
    report: "zizmor.sarif",
    run: ({ files, source, planned }) => files.zizmor(source, planned.version),
    ends: [0],
    read: ({ text, file, place }) => readZizmor(text, file, place),
  },
  yamllint: {
    report: "yamllint.txt",
    run: ({ files, source, planned }) => files.yamllint(source, planned.version),
    ends: [0, 1],
    read: ({ text, file, exitCode, place }) => readYamllint(text, file, exitCode, place),
    refuse: (exitCode, _, stderr) => {
      // It ends with 1 also on a file that it cannot decode, in the middle of the report.
      if (stderr.includes("Traceback (most recent call last)"))
        throw toolFailed("yamllint", exitCode, stderr);
    },
  },
};
