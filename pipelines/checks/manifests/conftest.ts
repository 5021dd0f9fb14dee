import { dag } from "@dagger.io/dagger";
import type { Policies } from "#pipelines/plan/plan.ts";
import { countText } from "#pipelines/text/format.ts";
import { conftest } from "#pipelines/tools/conftest/tool.ts";
import { runTool } from "#pipelines/tools/run-tool.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import type { Rendering } from "./rendering.ts";

/** Checks a rendering against the repository's own policies. */
export async function runConftest(
  workspace: Workspace,
  { folders, data, config }: Policies,
  rendering: Rendering,
): Promise<CheckResult> {
  const { judged: source, gates } = workspace;
  const id = { kind: "manifests", subject: `${rendering.name}/conftest` };
  const [rendered] = await Promise.allSettled([rendering.manifests]);
  // The check of the rendering reports why.
  if (rendered.status === "rejected") return skippedCheck(id, "rendering failed");
  return workspace.run(() =>
    runCheck({ ...id, gates }, async () => {
      const ran = await workspace.tools.conftest.test(
        dag.directory().withFile("manifests.yaml", rendered.value),
        folders.map((folder) => source.directory(folder)),
        data.map((folder) => source.directory(folder)),
        config === undefined ? undefined : source.file(config),
      );
      const { reports, read } = await runTool(conftest, ran, { place: { root: "/src" } });
      let rules = 0;
      return {
        reports,
        read: async () => {
          const report = await read();
          rules = report.rules;
          return { findings: report.findings.map((each) => ({ ...each, path: rendering.file })) };
        },
        note: ({ findings }) => {
          const warnings = findings.length > 0 ? `, ${countText(findings.length, "warning")}` : "";
          return `${countText(rules, "rule")} evaluated${warnings}`;
        },
      };
    }),
  );
}
