import type { Finding } from "#pipelines/findings/finding.ts";
import { agreeWithExit, malformed } from "./report.ts";
import { pathInSource, type ToolRoot } from "./tool-root.ts";

/** The facts that are needed to read a formatter's diff. */
export interface DiffReading {
  /** The formatter's name, which is also its command. */
  readonly tool: string;
  /** 0: there is nothing to change; any other code: there is. */
  readonly exitCode: number;
  readonly place: ToolRoot;
}

/**
 * Reads from a formatter's unified diff (black, isort, tofu fmt, older ruff) which files it would change, each once.
 * isort also says how many files it skipped.
 *
 * @param text the diff.
 * @param file its path, for messages.
 * @throws REPORT_MALFORMED with the line that is not valid in a unified diff; REPORT_CONTRADICTORY when the exit
 *   code and the diff disagree.
 * @see https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html
 */
export function readDiff(
  text: string,
  file: string,
  { tool, exitCode, place }: DiffReading,
): readonly Finding[] {
  const paths = new Set(changedIn(text.split("\n"), file));
  agreeWithExit(paths.size, exitCode, file);
  return [...paths].map((reported) => {
    const path = pathInSource(reported, place);
    const message = path === undefined ? `not formatted (${reported})` : "not formatted";
    return {
      tool,
      kind: "format",
      rule: "unformatted",
      severity: "HIGH",
      message,
      ...(path === undefined ? {} : { path }),
      fix: tool,
    };
  });
}

/**
 * Lists the paths in a diff's headers. Lines within a hunk are counted and skipped, because they may look like
 * headers.
 */
function changedIn(lines: readonly string[], file: string): string[] {
  const paths: string[] = [];
  let [before, after] = [0, 0];
  for (const [index, line] of lines.entries()) {
    if (before > 0 || after > 0) {
      const mark = line === "" ? " " : line.charAt(0);
      if (mark !== "+" && mark !== "\\") before--;
      if (mark !== "-" && mark !== "\\") after--;
      if (!" +-\\".includes(mark) || before < 0 || after < 0) throw brokenAt(file, index);
      continue;
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    const header = /^--- (.+?)(?::before)?(?:\t|$)/.exec(line);
    if (hunk !== null) [before, after] = [Number(hunk[1] ?? 1), Number(hunk[2] ?? 1)];
    else if (header?.[1] !== undefined && lines[index + 1]?.startsWith("+++ ")) paths.push(header[1]);
    else if (line !== "" && !/^(?:\+\+\+ |\\|Skipped \d+ files$)/.test(line)) throw brokenAt(file, index);
  }
  if (before > 0 || after > 0) throw brokenAt(file, lines.length - 1);
  return paths;
}

function brokenAt(file: string, index: number) {
  return malformed(file, `line ${index + 1}: not valid in a unified diff`);
}
