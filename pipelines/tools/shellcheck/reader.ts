import { z } from "zod";
import type { Finding } from "#pipelines/findings/finding.ts";
import { agreeWithExit, jsonReport } from "#pipelines/readers/report.ts";
import { locate, type ToolRoot } from "#pipelines/readers/tool-root.ts";

const report = z.object({
  comments: z.array(
    z.object({
      file: z.string().min(1),
      line: z.int().min(0),
      level: z.enum(["error", "warning", "info", "style"]),
      code: z.int().min(1000).max(9999),
      message: z.string(),
    }),
  ),
});

type Comment = z.infer<typeof report>["comments"][number];

/** The rule for a shell that ShellCheck does not know: it is not a fault of the script. */
const unknownShell = 1071;

/**
 * Reads ShellCheck's report, made with `--format=json1`. Errors and warnings are findings. Information and style
 * are notes, and so is a script for a shell that ShellCheck does not know.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @param exitCode 0: nothing found; 1: something found.
 * @throws REPORT_EMPTY; REPORT_MALFORMED; REPORT_CONTRADICTORY when the exit code and the report disagree.
 * @see https://github.com/koalaman/shellcheck/blob/v0.11.0/shellcheck.1.md
 */
export function readShellcheck(
  text: string,
  file: string,
  exitCode: number,
  place: ToolRoot,
): readonly Finding[] {
  const { comments } = jsonReport(text, file, report);
  agreeWithExit(comments.length, exitCode, file);
  return comments.map((comment) => findingOf(comment, place));
}

function findingOf({ file, line, level, code, message }: Comment, place: ToolRoot): Finding {
  const stops = (level === "error" || level === "warning") && code !== unknownShell;
  return {
    tool: "shellcheck",
    kind: stops ? "lint" : "note",
    rule: `SC${code}`,
    severity: !stops ? "LOW" : level === "error" ? "HIGH" : "MEDIUM",
    ...locate(message, file, line, place),
  };
}
