import type { CheckResult } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { runTrivy } from "./trivy.ts";

/** Scans the whole source for vulnerable dependencies, secrets and misconfiguration. */
export function scanSource(workspace: Workspace): Promise<CheckResult> {
  const { config, judged, tools } = workspace;
  return workspace.run(() =>
    runTrivy(
      workspace,
      { kind: "scan" },
      "/src",
      (database) => tools.trivy.filesystem(judged, database, undefined, [...config.scan.skip]),
      judged,
    ),
  );
}
