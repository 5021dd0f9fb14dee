import { dag } from "@dagger.io/dagger";
import { shortId } from "#pipelines/findings/location.ts";
import type { RepositoryUnit } from "#pipelines/shards/units.ts";
import { printable } from "#pipelines/text/printable.ts";
import { type CheckResult, runCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { type BaseFindings, baseFindings } from "./base-findings.ts";

/** A workspace in which a base's findings are known. */
export interface Compared {
  readonly workspace: Workspace;
  /** Says, after all checks, whether the base could be had; nothing where the call names none. */
  readonly compared: () => Promise<readonly CheckResult[]>;
}

/**
 * Lets pass what the base has already that the call names for it: its checks are run on that base as soon as a gate stops
 * a finding of theirs.
 *
 * @throws ARGUMENT_INVALID when the base is no name of a commit; HISTORY_MISSING when there is no folder .git.
 */
export async function comparedWithBase(workspace: Workspace): Promise<Compared> {
  const found = await baseFindings(workspace);
  const { exemptions } = workspace.gates;
  if (found === undefined || exemptions === undefined) return { workspace, compared: async () => [] };
  const gates = { ...workspace.gates, exemptions: { ...exemptions, known: found.known } };
  return {
    workspace: { ...workspace, gates },
    // All shards look; one of them says what there was to see.
    compared: async () =>
      workspace.units.has("plan" satisfies RepositoryUnit) ? [await baselineCheck(workspace, found)] : [],
  };
}

function baselineCheck({ gates }: Workspace, { base, parting, opened }: BaseFindings): Promise<CheckResult> {
  return runCheck({ name: "baseline", gates }, async () => {
    const { from, head } = await parting();
    await opened();
    const name = printable(base.name);
    const where = from === head ? "HEAD itself" : `where HEAD and ${name} parted`;
    return {
      reports: dag.directory(),
      read: async () => ({ findings: [] }),
      note: () => `what is found in ${shortId(from)} too, ${where}, stops nothing`,
    };
  });
}
