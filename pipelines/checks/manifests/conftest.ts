import { dag } from "@dagger.io/dagger";
import { readReport, reportsFolder } from "#pipelines/dagger/report-file.ts";
import { toolFailed } from "#pipelines/errors/explain.ts";
import type { Policies } from "#pipelines/plan/plan.ts";
import { readConftest } from "#pipelines/readers/conftest.ts";
import { countText } from "#pipelines/text/format.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import type { Rendering } from "./rendering.ts";

const report = "conftest.json";

/** Holds a rendering against the repository's own policies. */
export async function runConftest(
  workspace: Workspace,
  { folders, data, config }: Policies,
  rendering: Rendering,
): Promise<CheckResult> {
  const { source, gates } = workspace;
  const id = { kind: "manifests", subject: `${rendering.name}/conftest` };
  const [rendered] = await Promise.allSettled([rendering.manifests]);
  // Why, is said by the check of the rendering.
  if (rendered.status === "rejected") return skippedCheck(id, "there is nothing rendered to look at");
  return workspace.run(() =>
    runCheck({ ...id, gates }, async () => {
      const ran = await workspace.tools.conftest.test(
        dag.directory().withFile("manifests.yaml", rendered.value),
        folders.map((folder) => source.directory(folder)),
        data.map((folder) => source.directory(folder)),
        config === undefined ? undefined : source.file(config),
      );
      let rules = 0;
      return {
        reports: ran.directory(reportsFolder),
        read: async () => {
          const exitCode = await ran.exitCode();
          const text = await readReport(ran, report);
          // It ends with 1 both when a rule failed and when it could not begin; only then there is no report.
          if (exitCode > 2 || (exitCode !== 0 && text === "")) {
            throw toolFailed("conftest", exitCode, await ran.stderr());
          }
          const compliance = readConftest(text, report, exitCode);
          rules = compliance.rules;
          return { findings: compliance.findings.map((each) => ({ ...each, path: rendering.file })) };
        },
        note: ({ findings }) => {
          const warnings = findings.length > 0 ? `, ${countText(findings.length, "warning")}` : "";
          return `${countText(rules, "rule")} evaluated${warnings}`;
        },
      };
    }),
  );
}
