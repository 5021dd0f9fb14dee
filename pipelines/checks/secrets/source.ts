import { readReport, reportsFolder } from "#pipelines/dagger/report-file.ts";
import { toolFailed } from "#pipelines/errors/explain.ts";
import { readGitleaks } from "#pipelines/readers/gitleaks.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

const kind = "secrets";
const report = "gitleaks.json";

/** Searches the whole source for secrets that were written into files. */
export function scanSecrets(workspace: Workspace): Promise<CheckResult> {
  const { config, gates, source, tools } = workspace;
  if (!config.scan.secrets) return Promise.resolve(skippedCheck({ kind }, "switched off in slipway.yaml"));
  return workspace.run(() =>
    runCheck({ kind, gates }, async () => {
      const ran = tools.gitleaks.tree(source);
      const exitCode = await ran.exitCode();
      if (exitCode !== 0 && exitCode !== 10) throw toolFailed("gitleaks", exitCode, await ran.stderr());
      return {
        reports: ran.directory(reportsFolder),
        read: async () => {
          const text = await readReport(ran, report);
          return { findings: readGitleaks(text, report, exitCode, { root: "/src" }) };
        },
      };
    }),
  );
}
