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

/** The exit code of hadolint, where it ran, and the level from which its findings block. */
export interface HadolintReading {
  /** 0: nothing found; 1: something found. */
  readonly exitCode: number;
  readonly place: ToolRoot;
  /** `none`: its settings accept everything, and it always ends with 0. */
  readonly least?: Level | "none";
}

/**
 * Reads hadolint's report, made with `--format=json --failure-threshold=style`. Results of level `least` or more
 * severe are findings; by default these are errors and warnings. The rest are notes.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @throws REPORT_EMPTY; REPORT_MALFORMED; REPORT_CONTRADICTORY when the exit code and the report disagree.
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
