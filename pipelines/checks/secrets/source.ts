import { filterCaveat } from "#pipelines/policy/files.ts";
import { gitleaks } from "#pipelines/tools/gitleaks/tool.ts";
import { runTool } from "#pipelines/tools/run-tool.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

const kind = "secrets";

/** Searches the whole source for secrets in its files. */
export function scanSecrets(workspace: Workspace): Promise<CheckResult> {
  const { config, gates, judged, tools } = workspace;
  if (!config.scan.secrets) return Promise.resolve(skippedCheck({ kind }, "switched off in slipway.yaml"));
  return workspace.run(() =>
    runCheck({ kind, gates }, async () => {
      const { reports, read } = await runTool(gitleaks, tools.gitleaks.tree(judged), {
        place: { root: "/src" },
      });
      return {
        reports,
        read: async () => ({ findings: await read() }),
        caveat: await filterCaveat(judged, gitleaks.policyFiles),
      };
    }),
  );
}
