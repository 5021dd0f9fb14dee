import type { Directory } from "@dagger.io/dagger";
import { bump, notBumped } from "./bump.ts";
import { conclude } from "./conclusion.ts";
import type { Examined } from "./examine.ts";
import { files } from "./files.ts";
import { image } from "./image.ts";
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
import { test } from "./test.ts";
import { unplanned } from "./unplanned.ts";
import type { Verdict } from "./verdict.ts";
import { openWorkspace } from "./workspace.ts";

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
 * touches of what differs from it.
 *
 * @throws the errors of the configuration and of an empty source, for then there is nothing to run.
 */
export async function ci(request: Request): Promise<Delivery> {
  const { workspace, examined: narrowing } = await narrowed(await openWorkspace(request));
  const { services } = workspace;

  const tested = test(workspace);
  const imaged = services.map((service) => image(workspace, service));
  const linted = services.flatMap((service) => lint(workspace, service));
  const filed = files(workspace);
  const scanned = scan(workspace);
  const rendered = manifests(workspace, scanned);
  const searched = [leaks(workspace), patterns(workspace)];
  const infra = infrastructure(workspace);
  const linked = links(workspace);
  const remarks = workspace.run(() => remarksOf(workspace));

  const images = await Promise.all(imaged);
  const checks = (
    await Promise.all([linked, ...linted, ...filed, ...tested, scanned, ...searched, ...rendered, ...infra])
  ).flat();
  const evidence = [
    ...unplanned(workspace),
    ...narrowing,
    ...checks,
    ...images.flatMap((each) => each.checks),
  ];

  const bumped = allPassed(evidence) ? await bump(workspace, images) : notBumped(workspace);
  const examined = [...evidence, ...bumped.checks];
  return {
    ...(await conclude(workspace, remarks, examined)),
    ...(bumped.source === undefined ? {} : { bumped: bumped.source }),
  };
}

function allPassed(examined: readonly Examined[]): boolean {
  return examined.every(({ check }) => check.outcome === "passed" || check.outcome === "skipped");
}
