import { posix } from "node:path";
import { type Directory, dag } from "@dagger.io/dagger";
import { subset } from "#pipelines/dagger/subset.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { toolFailed } from "#pipelines/errors/explain.ts";
import { type Reach, reachOf, reachText } from "#pipelines/git/commit-range.ts";
import { headOf, noHistory, repositoryIn, unreadable } from "#pipelines/git/merge-base.ts";
import { filterCaveat } from "#pipelines/policy/files.ts";
import { clauses } from "#pipelines/text/list.ts";
import { printable } from "#pipelines/text/printable.ts";
import { gitleaks } from "#pipelines/tools/gitleaks/tool.ts";
import { runTool } from "#pipelines/tools/run-tool.ts";
import { needsBase } from "#pipelines/verdict/needs-base.ts";
import { passNote } from "#pipelines/verdict/pass-note.ts";
import { type CheckResult, runCheck, skippedCheck, type ToolRun } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

const kind = "history-secrets";
const [settings, ignored] = [".gitleaks.toml", ".gitleaksignore"];

/**
 * Searches for secrets that commits added, even if the source no longer holds them. If the call names a base, it
 * searches the commits since that base. Otherwise it searches all ancestors of HEAD, if slipway.yaml asks for it.
 *
 * @param tip the id of the last commit; default: HEAD.
 */
export async function scanHistory(workspace: Workspace, tip?: string): Promise<CheckResult> {
  const { config, gates, request, base } = workspace;
  const { secrets, history: asked } = config.scan;
  if (!secrets || asked === false) return skippedCheck({ kind }, "switched off in slipway.yaml");
  if (base === undefined && asked === "auto") return skippedCheck({ kind }, unasked);
  if (base !== undefined) {
    return needsBase(base, { kind }, ({ from, head }) =>
      workspace.run(() =>
        runCheck({ kind, gates }, () => searched(workspace, base.repository, `${from}..${tip ?? head}`)),
      ),
    );
  }
  const repository = await repositoryIn(request.git ?? request.source);
  return workspace.run(() =>
    runCheck({ kind, gates }, async () => {
      if (repository === undefined) throw request.git === undefined ? unhanded() : noHistory();
      return searched(workspace, repository, tip ?? (await headOf(workspace.tools.history, repository)));
    }),
  );
}

const unasked = "not requested: pass --base=REF, or set `scan.history: true`";

const unhanded = () =>
  new SlipwayError(
    "HISTORY_MISSING",
    "`scan.history: true` in slipway.yaml needs the git history, and the call passes none",
    "Add --git=.git, or remove `history: true`. With --base=REF, the commits since the base are searched anyway.",
  );

async function searched(workspace: Workspace, repository: Directory, commits: string): Promise<ToolRun> {
  const { tools, judged, root, base } = workspace;
  const reach = await reachOf(tools.history, repository, commits);
  const caveat = clauses(shallowText(reach), await filterCaveat(judged, gitleaks.policyFiles));
  const since = base === undefined ? "" : ` since ${printable(base.name)}`;
  const note: ToolRun["note"] = (evidence) => `${passNote(evidence)} in ${reachText(reach)}${since}`;
  if (reach.commits === 0) {
    return { reports: dag.directory(), read: async () => ({ findings: [] }), note };
  }
  const ran = tools.gitleaks.history(repository, await settingsIn(judged), commits);
  const exitCode = await ran.exitCode();
  if (exitCode === 3) throw unreadable(toolFailed("git", exitCode, await ran.stderr()));
  const place = { root: posix.join("/src", root), folder: posix.relative(root, ".") };
  const { reports, read } = await runTool(gitleaks, ran, { place });
  return {
    reports,
    read: async () => ({ findings: await read() }),
    note,
    caveat,
  };
}

function shallowText(reach: Reach): string | undefined {
  if (!reach.isCut) return undefined;
  return `the clone is shallow: only ${reachText(reach)} searched; for the others run git fetch --unshallow, or set fetch-depth: 0 for actions/checkout`;
}

/** The source that Gitleaks needs. It is whole if there are settings, because settings may extend other files. */
async function settingsIn(source: Directory): Promise<Directory> {
  if (await source.exists(settings)) return source;
  return subset(source, (await source.exists(ignored)) ? [ignored] : []);
}
