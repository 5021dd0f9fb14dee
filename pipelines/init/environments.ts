import { posix } from "node:path";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { FoundServices } from "./found-services.ts";
import { type Environment, environments, namespaceOf } from "./manifests.ts";
import { objectNames } from "./workload.ts";

/** An overlay that a cluster is to follow. */
export interface TrackedEnvironment {
  /** What it is called among all; a file's name too. */
  readonly label: string;
  /** What the Application is called. */
  readonly name: string;
  /** From the top of the repository. */
  readonly path: string;
  readonly namespace: string;
}

/**
 * Lists the overlays of staging and production: those that are written in this call, else all that are there.
 *
 * @param name what the services are called together.
 * @param root where the source lies in the repository.
 * @param isWritten whether the overlays are written in this call.
 * @throws ARGUMENT_INVALID when there is none.
 */
export function trackedEnvironments(
  name: string,
  root: string,
  { kustomizations, hasCharts }: Pick<FoundServices, "kustomizations" | "hasCharts">,
  isWritten: boolean,
): readonly TrackedEnvironment[] {
  const all = (["staging", "production"] as const).flatMap((environment) => {
    const found = isWritten
      ? [{ folder: environments[environment] }]
      : kustomizations.filter(({ folder }) => posix.basename(folder) === environment);
    return ofEnvironment(name, environment, found).map((each) => ({
      ...each,
      path: posix.join(root, each.path),
    }));
  });
  if (all.length > 0) return all;
  throw new SlipwayError(
    "ARGUMENT_INVALID",
    "--argocd needs an overlay folder named staging or production, and the source has no such folder",
    remedyFor(kustomizations.length > 0, hasCharts),
  );
}

/** Of several overlays of one environment each is told by the part of its path that the others do not share. */
function ofEnvironment(
  name: string,
  environment: Environment,
  overlays: FoundServices["kustomizations"],
): readonly TrackedEnvironment[] {
  const parts = objectNames(differing(overlays.map(({ folder }) => posix.dirname(folder))));
  const isOne = overlays.length === 1;
  const names = isOne ? [name] : objectNames(parts.map((part) => `${name}-${part}`));
  return overlays.map(({ folder, namespace }, at) => ({
    label: isOne ? environment : `${parts[at]}-${environment}`,
    name: namespaceOf(names[at] ?? name, environment),
    path: folder,
    namespace: namespace ?? namespaceOf(name, environment),
  }));
}

/** What is left of paths without the folders that all of them begin with, and end with. */
function differing(paths: readonly string[]): readonly string[] {
  const split = paths.map((path) => path.split("/"));
  const shared = (lists: readonly (readonly string[])[]) => {
    const [first = [], ...rest] = lists;
    const at = first.findIndex((folder, index) => rest.some((list) => list[index] !== folder));
    return at < 0 ? first.length : at;
  };
  const start = shared(split);
  const rests = split.map((folders) => folders.slice(start));
  const end = shared(rests.map((folders) => folders.toReversed()));
  return rests.map((folders) => folders.slice(0, folders.length - end).join("-"));
}

/** --manifests writes where there is neither a kustomization nor a chart. */
function remedyFor(hasKustomizations: boolean, hasCharts: boolean): string {
  if (hasKustomizations) return "Rename an overlay's folder to staging or production, or remove --argocd.";
  if (hasCharts) return "Remove --argocd, and write the Application for the chart by hand.";
  return "Add --manifests, or write the overlays before this call.";
}
