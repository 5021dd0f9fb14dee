import { SlipwayError } from "#pipelines/errors/errors.ts";
import { printable } from "#pipelines/text/printable.ts";
import { type CheckResult, runCheck } from "#pipelines/verdict/run-check.ts";
import { leadsOut, listSymlinks, readSymlinks, type Symlink } from "#pipelines/workspace/symlinks.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { uncheckedFiles } from "./unchecked.ts";

/**
 * Checks that the checked files are the released files: that no symbolic link leads out of the source, and that git
 * tracks no file that no check reads.
 */
export function checkSource(workspace: Workspace): Promise<CheckResult> {
  return runCheck({ kind: "source", gates: workspace.gates }, async () => {
    const reports = listSymlinks(workspace);
    const text = await reports.file("links.json").contents();
    return {
      reports,
      read: async () => {
        const out = readSymlinks(text).filter(([path, target]) => leadsOut(path, target));
        if (out.length > 0) throw outside(out);
        return { findings: await uncheckedFiles(workspace) };
      },
      note: () => "no link leads out of the source",
    };
  });
}

function outside(out: readonly Symlink[]): SlipwayError {
  const named = out.slice(0, 5).map(([path, target]) => `${printable(path)} → ${printable(target)}`);
  const more = out.length > named.length ? ` and ${out.length - named.length} more` : "";
  return new SlipwayError(
    "PATH_OUTSIDE_SOURCE",
    `symbolic links lead out of the source: ${named.join(", ")}${more}`,
    "Replace the link with the file itself, or link to a file in the source.",
  );
}
