import { withoutAllowed, withoutIgnored } from "#pipelines/checks/secrets/accepted.ts";
import { clauses } from "#pipelines/text/list.ts";
import type { CheckResult } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { ignoredInSource } from "./ignored.ts";
import { runTrivy } from "./trivy.ts";

/** Scans the whole source for vulnerable dependencies, secrets and misconfiguration. */
export function scanSource(workspace: Workspace): Promise<CheckResult> {
  const { config, judged, tools } = workspace;
  return workspace.run(() =>
    runTrivy(
      workspace,
      { kind: "scan" },
      "/src",
      async (database) => {
        const ignore = await ignoredInSource(judged);
        return tools.trivy.filesystem(judged, database, undefined, [...config.scan.skip], undefined, ignore);
      },
      judged,
      async (findings) => {
        const part = await withoutIgnored(workspace, findings);
        const all = await withoutAllowed(judged, part.findings);
        return { findings: all.findings, caveat: clauses(part.caveat, all.caveat) };
      },
    ),
  );
}
