import { z } from "zod";
import type { Finding } from "#pipelines/findings/finding.ts";
import { agreeWithExit, jsonReport } from "#pipelines/readers/report.ts";
import { locate, type ToolRoot } from "#pipelines/readers/tool-root.ts";

const report = z.array(
  z.object({
    check_name: z.string().min(1),
    description: z.string(),
    severity: z.enum(["info", "minor", "major", "critical", "blocker"]),
    location: z.object({
      path: z.string().min(1),
      positions: z.object({ begin: z.object({ line: z.int().min(1) }) }),
    }),
  }),
);

/**
 * Reads the report of ty in the form of GitLab's Code Quality. Errors are findings. Warnings are findings too if ty
 * failed by them alone, as its settings can ask for.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @param exitCode 1 if there are findings, else 0.
 * @param place where ty ran.
 * @throws REPORT_EMPTY; REPORT_MALFORMED for anything but a report of ty; REPORT_CONTRADICTORY if the exit code
 *   contradicts the report.
 * @see https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
 */
export function readTy(text: string, file: string, exitCode: number, place: ToolRoot): readonly Finding[] {
  const all = jsonReport(text, file, report);
  const errors = all.filter(({ severity }) => severity !== "info" && severity !== "minor");
  const found = errors.length === 0 && exitCode === 1 ? all.filter(isWarning) : errors;
  agreeWithExit(found.length, exitCode, file);
  return found.map(({ check_name: rule, description, location: { path, positions } }) => {
    const message = description.startsWith(`${rule}: `) ? description.slice(rule.length + 2) : description;
    return {
      tool: "ty",
      kind: "type",
      rule,
      severity: "HIGH",
      ...locate(message, path, positions.begin.line, place),
    };
  });
}

function isWarning({ severity }: z.output<typeof report>[number]): boolean {
  return severity === "minor";
}
