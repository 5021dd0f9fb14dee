import { lint } from "#pipelines/checks/code/code.ts";
import { files } from "#pipelines/checks/files/files.ts";
import type { Imaged } from "#pipelines/checks/image/image.ts";
import { infrastructure } from "#pipelines/checks/infrastructure/infrastructure.ts";
import { manifests } from "#pipelines/checks/manifests/manifests.ts";
import { patterns } from "#pipelines/checks/scan/semgrep.ts";
import { scan } from "#pipelines/checks/scan/source.ts";
import { historySecrets } from "#pipelines/checks/secrets/history.ts";
import { leaks } from "#pipelines/checks/secrets/source.ts";
import { links } from "#pipelines/checks/source/links.ts";
import { test } from "#pipelines/checks/test/test.ts";
import type { PlannedService } from "#pipelines/plan/plan.ts";
import type { WideUnit } from "#pipelines/shards/units.ts";
import type { Examined } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { unplanned } from "./plan-faults.ts";

/** What all checks leave. */
export interface Checked<Image extends Imaged> {
  /** The checks, stage by stage in the order of the pipeline. */
  readonly stages: readonly (readonly Examined[])[];
  readonly images: readonly Image[];
}

/**
 * Carries out every check of a workspace and makes its images, side by side. No check stops another.
 *
 * @param narrowing what was found out before, about which services there is anything to check.
 * @param imaging makes a service's image and looks at it.
 */
export async function checks<Image extends Imaged>(
  workspace: Workspace,
  narrowing: readonly (readonly Examined[])[],
  imaging: (workspace: Workspace, service: PlannedService) => Promise<Image>,
): Promise<Checked<Image>> {
  const { services, units } = workspace;
  const part = <Checks>(unit: WideUnit, of: () => readonly Checks[]) => (units.has(unit) ? of() : []);

  const tested = test(workspace);
  const imaged = services.map((service) => imaging(workspace, service));
  const linted = services.flatMap((service) => lint(workspace, service));
  const filed = part("files", () => files(workspace));
  const scanned = part("scan", () => [scan(workspace)]);
  const rendered = part("scan", () => manifests(workspace, scanned[0]));
  const leaked = part("secrets", () => [leaks(workspace), historySecrets(workspace)]);
  const matched = part("semgrep", () => [patterns(workspace)]);
  const infra = part("infra", () => infrastructure(workspace));
  const linked = part("source", () => [links(workspace)]);
  const own = part("source", () => workspace.request.checks?.(workspace) ?? []);

  const images = await Promise.all(imaged);
  const checked = [linked, linted, filed, tested, scanned, leaked, matched, rendered, infra, own];
  const stages = [
    part("plan", () => unplanned(workspace)),
    ...narrowing,
    ...(await Promise.all(checked.map(async (stage) => (await Promise.all(stage)).flat()))),
    images.flatMap((each) => each.checks),
  ];
  return { stages, images };
}
