import type { Finding } from "#pipelines/findings/finding.ts";
import { readDiff } from "#pipelines/readers/diff.ts";
import { malformed } from "#pipelines/readers/report.ts";
import type { ToolRoot } from "#pipelines/readers/tool-root.ts";

/**
 * Reads the output of `tofu fmt -check -diff`: for each unformatted file, its name and a unified diff.
 *
 * @param text the output.
 * @param file its path, for messages.
 * @param exitCode the exit code of OpenTofu: 0 or 3.
 * @param place where it ran.
 * @throws REPORT_MALFORMED; REPORT_CONTRADICTORY when the exit code and the diff disagree.
 * @see https://opentofu.org/docs/cli/commands/fmt/
 */
export function readTofuFmt(
  text: string,
  file: string,
  exitCode: number,
  place: ToolRoot,
): readonly Finding[] {
  // Removes the names, and adds the tab that other diffs have after a path.
  const diff = text.replace(/^(.+)\n--- old\/\1\n/gm, "--- $1\t\n");
  return readDiff(diff, file, { tool: "tofu fmt", exitCode, place }).map((finding) => {
    if (finding.path === undefined) throw malformed(file, "a file outside the folder");
    return finding;
  });
}
