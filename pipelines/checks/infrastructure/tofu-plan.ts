import { dag, type Secret } from "@dagger.io/dagger";
import type { InfrastructureSettings } from "#pipelines/config/config.ts";
import type { Infrastructure } from "#pipelines/plan/plan.ts";
import { countText } from "#pipelines/text/format.ts";
import { listText } from "#pipelines/text/list.ts";
import { runTool } from "#pipelines/tools/run-tool.ts";
import type { PlanSummary } from "#pipelines/tools/tofu-plan/reader.ts";
import { tofuPlan } from "#pipelines/tools/tofu-plan/tool.ts";
import { type CheckResult, runCheck } from "#pipelines/verdict/run-check.ts";
import { isCredential } from "#pipelines/workspace/secret-uses.ts";
import { maskReports, namedSecrets, withSecrets } from "#pipelines/workspace/secrets.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { infrastructureSource } from "./source.ts";

/**
 * Plans the changes of each configuration, one check each, if the call passes credentials or slipway.yaml asks for
 * it. A plan queries live systems, so no plan of an earlier call is reused. A change is not a finding: the note
 * lists it.
 */
export function planInfrastructure(
  workspace: Workspace,
  settings: InfrastructureSettings,
  roots: readonly Infrastructure[],
): Promise<readonly CheckResult[]> {
  return credentialsOf(workspace.secrets).then((credentials) =>
    settings.plan === true || (settings.plan === "auto" && credentials.length > 0)
      ? Promise.all(roots.map((root) => plan(workspace, root, credentials)))
      : [],
  );
}

async function credentialsOf(secrets: readonly Secret[]): Promise<readonly Secret[]> {
  const all = await namedSecrets(secrets);
  return all.filter(({ name }) => isCredential(name)).map(({ secret }) => secret);
}

function plan(
  workspace: Workspace,
  root: Infrastructure,
  credentials: readonly Secret[],
): Promise<CheckResult> {
  const { source, tools, gates } = workspace;
  return workspace.run(() =>
    runCheck({ kind: "infra", subject: `tofu-plan/${root.folder}`, gates }, async () => {
      const environment = await withSecrets(tools.tofu.environment(), credentials);
      const ran = await tools.tofu.plan(await infrastructureSource(source, root), root.folder, environment);
      const { reports, read } = await runTool(tofuPlan, ran, { place: { root: "/src" } });
      let summary: PlanSummary | undefined;
      return {
        reports: await maskReports(dag.directory().withDirectory("/", reports), credentials),
        read: async () => {
          summary = await read();
          return { findings: [] };
        },
        note: () => (summary === undefined ? "" : planText(summary)),
      };
    }),
  );
}

/** Describes in one line the changes of a plan: `2 to add: a, b; 1 to destroy: c`. */
export function planText({
  create,
  update,
  replace,
  delete: destroyed,
  forget,
  outputs,
}: PlanSummary): string {
  const parts = [
    ...(
      [
        ["add", create],
        ["change", update],
        ["replace", replace],
        ["destroy", destroyed],
        ["forget", forget],
      ] as const
    ).map(([what, addresses]) =>
      addresses.length === 0 ? "" : `${addresses.length} to ${what}${listText(addresses)}`,
    ),
    outputs.length === 0 ? "" : `${countText(outputs.length, "output")} changed${listText(outputs)}`,
  ].filter((part) => part !== "");
  return parts.length === 0 ? "nothing would change" : parts.join("; ");
}
