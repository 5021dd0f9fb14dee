import { z } from "zod";
import { join } from "#pipelines/text/path.ts";
import { parse } from "#pipelines/yaml/document.ts";
import type { Tree } from "./tree.ts";

/** A folder that kustomize can build. */
export interface Kustomization {
  readonly folder: string;
  /** The path of its kustomization file. */
  readonly file: string;
  /** Whether it is a Component: part of other kustomizations, and not rendered by itself. */
  readonly isComponent: boolean;
}

const names = ["kustomization.yaml", "kustomization.yml", "Kustomization"] as const;

/** Whether a folder contains a kustomization file. */
export function isKustomization(tree: Tree, folder: string): boolean {
  return names.some((name) => tree.has(folder, name));
}

/** Finds every folder with a kustomization file, in order of the paths. */
export function kustomizationsOf(tree: Tree): Promise<readonly Kustomization[]> {
  const found = tree.folders.flatMap((folder) => {
    const name = names.find((each) => tree.has(folder, each));
    return name === undefined ? [] : [{ folder, file: join(folder, name) }];
  });
  return Promise.all(
    found.map(async (each) => ({ ...each, isComponent: isComponent(await tree.read(each.file)) })),
  );
}

const component = z.object({ kind: z.literal("Component") });

/** A file that cannot be parsed is not a Component: kustomize then reports its fault. */
function isComponent(text: string): boolean {
  const document = parse(text);
  return "value" in document && component.safeParse(document.value).success;
}
