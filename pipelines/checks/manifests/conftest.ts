import type { Directory } from "@dagger.io/dagger";
import type { Policies } from "#pipelines/plan/plan.ts";
import { countText } from "#pipelines/text/format.ts";
import { printable } from "#pipelines/text/printable.ts";
import { conftest } from "#pipelines/tools/conftest/tool.ts";
import { runTool } from "#pipelines/tools/run-tool.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

/** Manifests for the policies. */
interface Policed {
  /** The name for the check, before `/conftest`. */
  readonly name: string;
  readonly folder: Promise<Directory>;
  /** The source file of every finding; default: the path in the folder. */
  readonly file?: string;
}

/** Checks manifests against the repository's own policies. */
export async function runConftest(
  workspace: Workspace,
  { folders, data, config }: Policies,
  { name, folder, file }: Policed,
): Promise<CheckResult> {
  const { judged: source, gates } = workspace;
  const id = { kind: "manifests", subject: `${name}/conftest` };
  const [rendered] = await Promise.allSettled([folder]);
  // The check of the rendering reports why.
  if (rendered.status === "rejected") return skippedCheck(id, "rendering failed");
  return workspace.run(() =>
    runCheck({ ...id, gates }, async () => {
      const ran = await workspace.tools.conftest.test(
        rendered.value,
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
          const placed = report.findings.map((each) => ({
            ...each,
            ...(file !== undefined && { path: file }),
          }));
          return { findings: placed };
        },
        note: ({ findings }) => {
          const warnings = findings.length > 0 ? `, ${countText(findings.length, "warning")}` : "";
          return `${countText(rules, "rule")} evaluated${warnings}`;
        },
        ...(config !== undefined && { caveat: `rules may be filtered: ${printable(config)}` }),
      };
    }),
  );
}
