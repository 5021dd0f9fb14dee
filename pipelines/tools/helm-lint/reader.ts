import { posix } from "node:path";
import type { Finding } from "#pipelines/findings/finding.ts";
import { agreeWithExit, malformed, reportText } from "#pipelines/readers/report.ts";

/** The files that a message can name; any other text, such as a folder, stays in the message. */
const inChart = /^(?:(?:templates|charts|crds)\/.*[^/]|(?:Chart|values)\.yaml|values\.schema\.json)$/;

/**
 * The kind and severity for each level of message. A level that is not here is a hint, such as that an icon is
 * recommended.
 */
const levels = {
  ERROR: { kind: "manifest", severity: "HIGH" },
  WARNING: { kind: "note", severity: "LOW" },
} as const;

interface Message {
  readonly level: string;
  readonly path: string;
  readonly text: string;
}

/**
 * Reads the output of `helm lint` for one chart: errors block, warnings do not.
 *
 * @param text the output.
 * @param file its path, for messages.
 * @param exitCode the exit code of Helm: 0 without an error, 1 with one.
 * @param folder the chart's folder, relative to the source.
 * @throws REPORT_EMPTY; REPORT_MALFORMED, also without the line that counts the charts; REPORT_CONTRADICTORY when
 *   the exit code and the errors disagree.
 * @see https://helm.sh/docs/helm/helm_lint/
 */
export function readHelmLint(
  text: string,
  file: string,
  exitCode: number,
  folder: string,
): readonly Finding[] {
  const messages = messagesIn(reportText(text, file), file, exitCode);
  agreeWithExit(messages.filter(({ level }) => level === "ERROR").length, exitCode, file);
  return messages.flatMap(({ level, path, text: message }) =>
    level === "INFO" ? [] : [found(level === "ERROR" ? "ERROR" : "WARNING", path, message, folder)],
  );
}

function messagesIn(text: string, file: string, exitCode: number): readonly Message[] {
  const lines = text.split("\n");
  if (!/^==> Linting \S/.test(lines[0] ?? ""))
    throw malformed(file, "line 1: not the first line of helm lint");
  const messages: { level: string; path: string; text: string }[] = [];
  let isCounted = false;
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line.trim() === "") continue;
    const begun = /^\[(INFO|WARNING|ERROR)\] ([^:]*): (.*)$/.exec(line);
    const before = messages.at(-1);
    if (isCounted) throw malformed(file, `line ${index + 1}: a line after the count of charts`);
    if (begun !== null) messages.push({ level: begun[1] ?? "", path: begun[2] ?? "", text: begun[3] ?? "" });
    else if (/^1 chart\(s\) linted, 0 chart\(s\) failed$/.test(line)) isCounted = true;
    else if (before !== undefined) before.text += `\n${line}`;
    else throw malformed(file, `line ${index + 1}: not a line of helm lint`);
  }
  // When it ends with 1, it prints the count among its errors.
  if (exitCode === 0 && !isCounted) throw malformed(file, "cut off before the count of the charts");
  return messages;
}

function found(level: keyof typeof levels, path: string, message: string, folder: string): Finding {
  const named = inChart.test(path) && !path.split("/").includes("..");
  return {
    tool: "helm",
    rule: level.toLowerCase(),
    ...levels[level],
    message: named || path === "" ? message.trim() : `${path}: ${message.trim()}`,
    path: posix.join(folder, named ? path : "Chart.yaml"),
  };
}
