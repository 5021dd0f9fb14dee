import { z } from "zod";
import type { Finding, Severity } from "#pipelines/findings/finding.ts";
import { agreeWithExit, contradictory, jsonReport } from "#pipelines/readers/report.ts";
import { locate, type ToolRoot } from "#pipelines/readers/tool-root.ts";

const levels = ["error", "warning", "info", "style"] as const;

type Level = (typeof levels)[number];

const report = z.array(
  z.object({
    file: z.string().min(1),
    line: z.int().min(0),
    level: z.enum(levels),
    code: z.string().regex(/^(?:DL|SC)\d{1,5}$/),
    message: z.string(),
  }),
);

const severities: Readonly<Record<Level, Severity>> = {
  error: "HIGH",
  warning: "MEDIUM",
  info: "LOW",
  style: "LOW",
};

/** How hadolint ended, where it ran, and from which level on its findings stop. */
export interface HadolintReading {
  /** 0 nothing found, 1 something. */
  readonly exitCode: number;
  readonly place: ToolRoot;
  /** `none`: its settings let everything pass, and end it with 0 always. */
  readonly least?: Level | "none";
}

/**
 * Reads hadolint's report, made with `--format=json --failure-threshold=style`. What is graver than `least`, or as
 * grave, is a finding, errors and warnings by default; the rest are notes.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @throws REPORT_EMPTY; REPORT_MALFORMED; REPORT_CONTRADICTORY when the exit code and the report say opposite things.
 * @see https://github.com/hadolint/hadolint#cli
 */
export function readHadolint(
  text: string,
  file: string,
  { exitCode, place, least = "warning" }: HadolintReading,
): readonly Finding[] {
  const found = jsonReport(text, file, report);
  if (least !== "none") agreeWithExit(found.length, exitCode, file);
  else if (exitCode !== 0) {
    throw contradictory(
      file,
      `no-fail is set, but hadolint ended with exit code ${exitCode}`,
      "Read the tool's output.",
    );
  }
  const stopping = least === "none" ? [] : levels.slice(0, levels.indexOf(least) + 1);
  return found.map(({ file: reported, line, level, code, message }) => ({
    tool: "hadolint",
    kind: stopping.includes(level) ? "lint" : "note",
    rule: code,
    severity: severities[level],
    ...locate(message, reported, line, place),
  }));
}
