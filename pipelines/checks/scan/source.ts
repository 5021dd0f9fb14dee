import type { Examined } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { vulnerabilityScan } from "./trivy.ts";

/** Scans the whole source for vulnerable dependencies, secrets and misconfiguration. */
export function scan(workspace: Workspace): Promise<Examined> {
  const { config, source, trivy } = workspace;
  return workspace.run(() =>
    vulnerabilityScan(workspace, "scan", "/src", (database) =>
      trivy.filesystem(source, database, undefined, [...config.scan.skip]),
    ),
  );
}
