import { dayAndHour } from "./database.ts";
import { type Examined, examine } from "./examine.ts";
import { readTrivy } from "./readers/trivy.ts";
import { readReport, reportsFolder } from "./report-file.ts";
import type { Workspace } from "./workspace.ts";

/** Scans the whole source for vulnerable dependencies, secrets and misconfiguration. */
export function scan(workspace: Workspace): Promise<Examined> {
  const { config, source } = workspace;
  return workspace.run(() =>
    examine({ name: "scan", gates: workspace.gates }, async () => {
      const database = await workspace.database();
      const ran = workspace.trivy.filesystem(source, database.folder, undefined, [...config.scan.skip]);
      return {
        reports: ran.directory(reportsFolder),
        read: async () => ({
          findings: readTrivy(await readReport(ran, "trivy.json"), "trivy.json", { root: "/src" }),
        }),
        note: ({ findings }) =>
          `${findings.length} findings below the gate; database of ${dayAndHour(database.date)}`,
      };
    }),
  );
}
