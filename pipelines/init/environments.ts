import { posix } from "node:path";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { FoundServices } from "./found-services.ts";
import { type Environment, environments, namespaceOf } from "./manifests.ts";
import { objectNames } from "./workload.ts";

/** An overlay for a cluster to follow. */
export interface TrackedEnvironment {
  /** Its unique name, which is also used for a file. */
  readonly label: string;
  /** The name of the Application. */
  readonly name: string;
  /** The path from the top of the repository. */
  readonly path: string;
  readonly namespace: string;
}

/**
 * Lists the overlays of staging and production: those that this call writes, else all existing ones.
 *
 * @param name the common name of the services.
 * @param root the folder of the source in the repository.
 * @param isWritten whether this call writes the overlays.
 * @throws ARGUMENT_INVALID when there is no such overlay.
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

/**
 * The overlays of one environment. If there are several, each is named after the part of its path that the others
 * do not share.
 */
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

/** The remaining part of each path, without the folders at its start and end that all paths share. */
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

/** --manifests writes only if there is neither a kustomization nor a chart. */
function remedyFor(hasKustomizations: boolean, hasCharts: boolean): string {
  if (hasKustomizations) return "Rename an overlay's folder to staging or production, or remove --argocd.";
  if (hasCharts) return "Remove --argocd, and write the Application for the chart by hand.";
  return "Add --manifests, or write the overlays before this call.";
}
