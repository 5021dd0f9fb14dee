import type { Directory } from "@dagger.io/dagger";
import { type Bumped, bump, bumpDeferred, notBumped } from "./bump.ts";
import { conclude } from "./conclusion.ts";
import type { Examined } from "./examine.ts";
import { files } from "./files.ts";
import { type Imaged, image } from "./image.ts";
import { infrastructure } from "./infrastructure.ts";
import { leaks } from "./leaks.ts";
import { links } from "./links.ts";
import { lint } from "./lint.ts";
import { manifests } from "./manifests.ts";
import { narrowed } from "./narrowed.ts";
import { patterns } from "./patterns.ts";
import { remarksOf } from "./remarks.ts";
import type { Request } from "./request.ts";
import { scan } from "./scan.ts";
import type { WideUnit } from "./split.ts";
import { test } from "./test.ts";
import { unplanned } from "./unplanned.ts";
import type { Verdict } from "./verdict.ts";
import { openWorkspace, type Workspace } from "./workspace.ts";

/** What a run of the pipeline leaves. */
export interface Delivery {
  readonly verdict: Verdict;
  /** index.html, summary.json, summary.md, findings.json, findings.sarif and, in a folder for each check, what its tool wrote. */
  readonly reports: Directory;
  /** The source with its overlays bumped; absent when nothing was. */
  readonly bumped?: Directory;
}

/**
 * Runs everything: the checks and the images side by side, then, if all of that passed, the bump. No check stops
 * another; whatever fails or breaks is in the verdict. Where the call names a base, the services are left out that nothing
 * touches of what differs from it. In a shard it is this shard's part of the checks, and no bump.
 *
 * @throws the errors of the configuration and of an empty source, for then there is nothing to run.
 */
export async function ci(request: Request): Promise<Delivery> {
  const { workspace, examined: narrowing } = await narrowed(await openWorkspace(request));
  const { services, units } = workspace;
  const part = <Checks>(unit: WideUnit, checks: () => readonly Checks[]) => (units.has(unit) ? checks() : []);

  const tested = test(workspace);
  const imaged = services.map((service) => image(workspace, service));
  const linted = services.flatMap((service) => lint(workspace, service));
  const filed = part("files", () => files(workspace));
  const scanned = part("scan", () => [scan(workspace)]);
  const rendered = part("scan", () => manifests(workspace, scanned[0]));
  const leaked = part("secrets", () => [leaks(workspace)]);
  const matched = part("semgrep", () => [patterns(workspace)]);
  const infra = part("infra", () => infrastructure(workspace));
  const linked = part("source", () => [links(workspace)]);
  const remarks = workspace.run(() => remarksOf(workspace));

  const images = await Promise.all(imaged);
  const checked = [linked, linted, filed, tested, scanned, leaked, matched, rendered, infra];
  const evidence = [
    part("plan", () => unplanned(workspace)),
    narrowing,
    ...(await Promise.all(checked.map(async (stage) => (await Promise.all(stage)).flat()))),
    images.flatMap((each) => each.checks),
  ];

  const bumped = await bumpAfter(workspace, evidence.flat(), images);
  return {
    ...(await conclude(workspace, remarks, [...evidence, bumped.checks], images)),
    ...(bumped.source === undefined ? {} : { bumped: bumped.source }),
  };
}

/** No overlay moves but after everything passed, which a shard does not know. */
async function bumpAfter(
  workspace: Workspace,
  evidence: readonly Examined[],
  images: readonly Imaged[],
): Promise<Bumped> {
  if (workspace.shard !== undefined) return bumpDeferred(workspace);
  return allPassed(evidence) ? bump(workspace, images) : notBumped(workspace);
}

function allPassed(examined: readonly Examined[]): boolean {
  return examined.every(({ check }) => check.outcome === "passed" || check.outcome === "skipped");
}
