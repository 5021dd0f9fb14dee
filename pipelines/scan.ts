import type { Examined } from "./examine.ts";
import { vulnerabilityScan } from "./vulnerability-scan.ts";
import type { Workspace } from "./workspace.ts";

/** Scans the whole source for vulnerable dependencies, secrets and misconfiguration. */
export function scan(workspace: Workspace): Promise<Examined> {
  const { config, source, trivy } = workspace;
  return workspace.run(() =>
    vulnerabilityScan(workspace, "scan", "/src", (database) =>
      trivy.filesystem(source, database, undefined, [...config.scan.skip]),
    ),
  );
}
