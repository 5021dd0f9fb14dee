import { posix } from "node:path";
import { z } from "zod";
import { isWithin, join } from "#pipelines/text/path.ts";
import { valueIn } from "#pipelines/yaml/document.ts";
import type { Tree } from "./tree.ts";

/** A Helm chart of the source that does not lie in another chart's charts/ folder. */
export interface Chart {
  readonly folder: string;
  /** The chart's own name; absent if it is not valid as the name of a release. */
  readonly name?: string;
  /** Whether it is a library: templates for other charts, which are not rendered by themselves. */
  readonly isLibrary: boolean;
  /** Files of values beside it, as chart-testing finds them: values-*.yaml and ci/*-values.yaml. */
  readonly values: readonly string[];
  /** The charts of the source on which it depends by file://, directly or indirectly, each once. */
  readonly local: readonly string[];
  /**
   * The charts whose charts/ folder lacks such a dependency, among these and the chart itself. Dependencies come
   * first.
   */
  readonly build: readonly string[];
}

const file = "Chart.yaml";

/** Finds every chart, in order of the paths. */
export async function chartsOf(tree: Tree): Promise<readonly Chart[]> {
  const folders = tree.folders.filter((folder) => tree.has(folder, file));
  const tops = folders.filter((folder) => !folders.some((outer) => isWithin(folder, join(outer, "charts"))));
  return Promise.all(tops.map((folder) => chartIn(tree, folder)));
}

/** The file that makes a folder a chart. */
export function chartFile(folder: string): string {
  return join(folder, file);
}

async function chartIn(tree: Tree, folder: string): Promise<Chart> {
  const { name, type } = await read(tree, folder);
  const local = new Set<string>();
  const build: string[] = [];
  await follow(tree, folder, [], local, build);
  return {
    folder,
    ...(name !== undefined && releaseName.test(name) && { name }),
    isLibrary: type === "library",
    values: [
      ...tree.names(folder).filter((each) => /^values-.*\.ya?ml$/.test(each)),
      ...tree
        .names(join(folder, "ci"))
        .filter((each) => /-values\.ya?ml$/.test(each))
        .map((each) => `ci/${each}`),
    ].map((each) => join(folder, each)),
    local: [...local].sort(),
    build,
  };
}

/** Follows the charts that a chart names by file://, and theirs. A cycle is left for Helm to reject. */
async function follow(
  tree: Tree,
  folder: string,
  trail: readonly string[],
  local: Set<string>,
  build: string[],
): Promise<void> {
  const { dependencies } = await read(tree, folder);
  const named = dependencies.flatMap(({ name, repository }) =>
    repository?.startsWith("file://")
      ? [{ name, at: posix.join(folder, repository.slice("file://".length)).replace(/\/$/, "") }]
      : [],
  );
  const within = named.filter(({ at }) => tree.has(at, file) && ![...trail, folder].includes(at));
  for (const { at } of within.filter((each) => !local.has(each.at))) {
    local.add(at);
    await follow(tree, at, [...trail, folder], local, build);
  }
  if (named.some(({ name }) => !holds(tree, folder, name))) build.push(folder);
}

/** Whether a chart's charts/ folder contains a dependency, as a folder or as an archive. */
function holds(tree: Tree, folder: string, name: string): boolean {
  const charts = join(folder, "charts");
  const isArchive = (each: string) =>
    each.startsWith(`${name}-`) && /^v?\d.*\.tgz$/.test(each.slice(name.length + 1));
  return tree.has(join(charts, name), file) || tree.names(charts).some(isArchive);
}

/** The names that Helm accepts for a release: https://helm.sh/docs/helm/helm_install/. */
const releaseName = /^(?=.{1,53}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;

const dependency = z.object({ name: z.string(), repository: z.string().nullish() });

const chart = z.object({
  name: z.string().optional().catch(undefined),
  type: z.string().optional().catch(undefined),
  dependencies: z.array(dependency).nullish().catch([]),
});

/** A file that cannot be read counts as a chart without dependencies: Helm then reports its fault. */
async function read(tree: Tree, folder: string) {
  const result = chart.safeParse(valueIn(await tree.read(chartFile(folder))));
  const { name, type, dependencies } = result.success ? result.data : {};
  return { name, type, dependencies: dependencies ?? [] };
}
