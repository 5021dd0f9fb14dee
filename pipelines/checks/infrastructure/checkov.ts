import type { Directory } from "@dagger.io/dagger";
import { z } from "zod";
import { subset } from "#pipelines/dagger/subset.ts";
import type { Infrastructure } from "#pipelines/plan/plan.ts";
import { filterCaveat } from "#pipelines/policy/files.ts";
import { countText } from "#pipelines/text/format.ts";
import { clean } from "#pipelines/text/path.ts";
import { checkov } from "#pipelines/tools/checkov/tool.ts";
import { runTool } from "#pipelines/tools/run-tool.ts";
import { type CheckResult, runCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { valueIn } from "#pipelines/yaml/document.ts";

/** Checks all configurations of OpenTofu and Terraform against Checkov's rules, in one run. */
export function runCheckov(workspace: Workspace, folders: readonly Infrastructure[]): Promise<CheckResult> {
  return workspace.run(() =>
    runCheck({ kind: "infra", subject: "checkov", gates: workspace.gates }, async () => {
      const files = subset(
        workspace.judged,
        folders.flatMap((each) => each.files),
      );
      const ran = workspace.tools.checkov.scan(await withSettings(files, workspace.judged));
      const { reports, read } = await runTool(checkov, ran, { place: { root: "/src" } });
      let resources = 0;
      return {
        reports,
        caveat: await filterCaveat(workspace.judged, checkov.policyFiles),
        read: async () => {
          const report = await read();
          resources = report.resources;
          return { findings: report.findings };
        },
        note: ({ findings }) => {
          const more =
            findings.length === 0 ? "" : `, ${countText(findings.length, "finding")} below the gate`;
          return `${countText(resources, "resource")} checked${more}`;
        },
      };
    }),
  );
}

const list = z.union([z.string().transform((path) => [path]), z.array(z.string())]);
const settings = z.object({ "external-checks-dir": list.optional().catch(undefined) });

/** Adds the repository's settings for Checkov, and the repository's own checks that they name. */
async function withSettings(files: Directory, source: Directory): Promise<Directory> {
  const names = await source.entries();
  const name = [".checkov.yaml", ".checkov.yml"].find((each) => names.includes(each));
  if (name === undefined) return files;
  const read = settings.safeParse(valueIn(await source.file(name).contents()));
  const own = (read.success ? (read.data["external-checks-dir"] ?? []) : []).map(clean);
  // A folder that is missing or outside the source fails here; Checkov would skip it silently.
  return own.reduce(
    (all, folder) => all.withDirectory(folder, source.directory(folder)),
    files.withFile(name, source.file(name)),
  );
}
