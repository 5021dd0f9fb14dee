import { z } from "zod";
import { join } from "#pipelines/text/path.ts";
import { valueIn } from "#pipelines/yaml/document.ts";
import type { Tree } from "./tree.ts";

/** A folder that kustomize can build. */
export interface Kustomization {
  readonly folder: string;
  /** The path of its kustomization file. */
  readonly file: string;
  /** Whether it is a Component: part of other kustomizations, and not rendered by itself. */
  readonly isComponent: boolean;
  /** Whether it renders Helm charts, which may lie elsewhere in the source. */
  readonly hasCharts?: true;
}

const names = ["kustomization.yaml", "kustomization.yml", "Kustomization"] as const;

/** Finds every folder with a kustomization file, in order of the paths. */
export async function kustomizationsOf(tree: Tree): Promise<readonly Kustomization[]> {
  const found = tree.folders.flatMap((folder) => {
    const name = names.find((each) => tree.has(folder, each));
    return name === undefined ? [] : [{ folder, file: join(folder, name) }];
  });
  const read = await Promise.all(
    found.map(async (each) => ({ ...each, ...kindOf(await tree.read(each.file)) })),
  );
  return read.flatMap(({ isFluxs, ...each }) => (isFluxs ? [] : each));
}

const component = z.object({ kind: z.literal("Component") });
const flux = z.object({ apiVersion: z.string().startsWith("kustomize.toolkit.fluxcd.io/") });
const charts = z.union([
  z.object({ helmCharts: z.array(z.unknown()) }),
  z.object({ helmGlobals: z.unknown() }),
]);

/**
 * Tells kinds of files of that name apart. Flux has its own Kustomization, which is a manifest for the cluster. Of a
 * file that cannot be parsed, kustomize reports the fault.
 */
function kindOf(text: string) {
  const value = valueIn(text);
  return {
    isComponent: component.safeParse(value).success,
    isFluxs: flux.safeParse(value).success,
    ...(charts.safeParse(value).success && { hasCharts: true as const }),
  };
}
