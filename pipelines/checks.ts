import type { Examined } from "./examine.ts";
import { files } from "./files.ts";
import { historySecrets } from "./history-secrets.ts";
import type { Imaged } from "./image.ts";
import { infrastructure } from "./infrastructure.ts";
import { leaks } from "./leaks.ts";
import { links } from "./links.ts";
import { lint } from "./lint.ts";
import { manifests } from "./manifests.ts";
import { patterns } from "./patterns.ts";
import type { PlannedService } from "./plan.ts";
import { scan } from "./scan.ts";
import type { WideUnit } from "./split.ts";
import { test } from "./test.ts";
import { unplanned } from "./unplanned.ts";
import type { Workspace } from "./workspace.ts";

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
