import type { BaseRef } from "#pipelines/git/merge-base.ts";
import { type Plan, unplannedServices } from "#pipelines/plan/plan.ts";
import type { Request } from "#pipelines/request.ts";
import { isMine } from "#pipelines/shards/unit.ts";
import { countText } from "#pipelines/text/format.ts";
import { listText } from "#pipelines/text/list.ts";
import { printable } from "#pipelines/text/printable.ts";
import { baseFaults, changesCheck } from "#pipelines/verdict/needs-base.ts";
import { type CheckResult, runCheck } from "#pipelines/verdict/run-check.ts";
import { unaffectedCheck } from "#pipelines/verdict/unaffected.ts";
import { openWorkspace, type Workspace } from "#pipelines/workspace/workspace.ts";
import { type Changes, changesSinceBase } from "./changes.ts";
import { type PlanFile, planFile, writePlan } from "./plan-json.ts";
import { everyService } from "./services.ts";

/** The part of a workspace that is left to check. */
export interface AffectedWorkspace {
  readonly workspace: Workspace;
  /** First the check that compared with the base, then the services that it left out: one stage each. */
  readonly stages: readonly (readonly CheckResult[])[];
}

/**
 * Narrows a workspace to the services that differ from the base of its call.
 *
 * It keeps all services if the call names no base, and the one service that the call wants. If the comparison
 * fails, it keeps all of them too: a check then reports the fault and does not pass.
 */
export async function narrowToAffected(workspace: Workspace): Promise<AffectedWorkspace> {
  const { base, onlyService, gates, plan, services } = workspace;
  if (base === undefined) return { workspace, stages: [] };
  if (onlyService !== undefined) return { workspace, stages: [await baseFaults(base, gates)] };
  let changes: Changes | undefined;
  const examined = await workspace.run(() =>
    runCheck({ kind: changesCheck, gates }, async () => {
      const found = await changesSinceBase(workspace, base);
      changes = found;
      const text = `${writePlan(planOf(plan, base, found))}\n`;
      return {
        reports: found.report.withNewFile("plan.json", text),
        read: async () => ({ findings: [] }),
        note: () => noteOf(plan, base, found),
      };
    }),
  );
  // Every shard compares; only one of them reports it.
  const said = isMine(workspace.units, "plan") ? [examined] : [];
  if (changes === undefined || examined.check.outcome !== "passed") return { workspace, stages: [said] };
  const affected = new Set(changes.affected.map(({ name }) => name));
  const unaffected = services.map(({ name }) => name).filter((name) => !affected.has(name));
  const why = `not affected by the changes since ${printable(base.name)}`;
  return {
    workspace: {
      ...workspace,
      services: services.filter(({ name }) => affected.has(name)),
      unaffected,
    },
    stages: [said, unaffected.map((name) => unaffectedCheck(name, why))],
  };
}

/**
 * Finds the services that a change affects, and why. Lists all of them if the call names no base.
 *
 * @throws the errors of `changesSinceBase`, of the configuration and of an empty source.
 */
export async function affectedServices(request: Request): Promise<PlanFile> {
  const workspace = await openWorkspace(request);
  const { base, plan } = workspace;
  if (base === undefined) return planFile(everyService(plan), countOf(plan));
  return planOf(plan, base, await changesSinceBase(workspace, base));
}

function planOf(plan: Plan, base: BaseRef, { files, affected }: Changes): PlanFile {
  const notes =
    affected.length > 0
      ? []
      : files.length === 0
        ? ["nothing differs from the base, so no service needs a check"]
        : [`no service reads a file that differs from the base (${countText(files.length, "file")})`];
  return planFile(affected, countOf(plan), base.name, notes);
}

function noteOf(plan: Plan, { name }: BaseRef, { files, affected }: Changes): string {
  const from = printable(name);
  if (files.length === 0) return `nothing differs from ${from}, so no service is checked`;
  const names = affected.map((service) => service.name);
  return `${countText(files.length, "file")} changed since ${from}: ${affected.length} of ${countText(countOf(plan), "service")} affected${listText(names)}`;
}

/** The number of services, including those that could not be planned. */
function countOf({ services, faults }: Plan): number {
  return services.length + unplannedServices(faults).length;
}
