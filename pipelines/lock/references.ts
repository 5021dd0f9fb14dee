import { pins as argocd } from "#modules/argocd/src/index.ts";
import { pins as conftest } from "#modules/conftest/src/index.ts";
import { pins as cosign } from "#modules/cosign/src/index.ts";
import { pins as files } from "#modules/files/src/pins.ts";
import { pins as forge } from "#modules/forge/src/index.ts";
import { pins as gitleaks } from "#modules/gitleaks/src/index.ts";
import { pins as helm } from "#modules/helm/src/index.ts";
import { pins as history } from "#modules/history/src/index.ts";
import { pins as image } from "#modules/image/src/index.ts";
import { pins as kubeconform } from "#modules/kubeconform/src/index.ts";
import { pins as kustomize } from "#modules/kustomize/src/index.ts";
import { pins as python } from "#modules/python/src/pins.ts";
import { pins as registry } from "#modules/registry/src/index.ts";
import { pins as syft } from "#modules/syft/src/index.ts";
import { pins as tofu } from "#modules/tofu/src/index.ts";
import { pins as trivy } from "#modules/trivy/src/index.ts";
import type { Tools } from "#pipelines/config/config.ts";
import { defaults } from "#pipelines/config/defaults.ts";
import { type Lock, pinned, tagged } from "./lock.ts";

/** The name of an image under `tools` in slipway.yaml. Python's is excluded, because it is named without a tag. */
export type ToolName = Exclude<keyof Tools, "python">;

/** The default images of the tools, from the modules' own pins. */
export const toolImages: Readonly<Record<ToolName, string>> = {
  actionlint: files.actionlint,
  argocd: argocd.image,
  base: trivy.base,
  conftest: conftest.image,
  cosign: cosign.image,
  crane: registry.image,
  curl: forge.image,
  debian: trivy.unpacker,
  git: history.image,
  gitleaks: gitleaks.image,
  helm: helm.image,
  kubeconform: kubeconform.image,
  kustomize: kustomize.image,
  regctl: image.image,
  ruff: python.ruff,
  syft: syft.image,
  tflint: tofu.tflint,
  tofu: tofu.image,
  trivy: trivy.image,
  uv: python.uv,
};

const toolNames = Object.keys(toolImages).filter((name): name is ToolName => name in toolImages);

/** The Python image for a version. */
export function pythonReference(repository = "python", version: string = defaults.python): string {
  return `${repository}:${version}-slim`;
}

/** Returns the image of each tool, by digest if the lock has one. Without a lock, the settings stay unchanged. */
export function lockedTools(tools: Tools, lock: Lock): Tools {
  if (lock.size === 0) return tools;
  const images = toolNames.map((name) => [name, pinned(lock, tools[name] ?? toolImages[name])] as const);
  return { ...tools, ...Object.fromEntries(images) };
}

/**
 * Lists the tags for which a lock must have a digest, as NAME:TAG in order. Images that slipway.yaml names by
 * digest need no entry.
 *
 * @param tools the images of `tools` in slipway.yaml.
 * @param pythons the versions of Python with which services are checked.
 * @param used the tools that run; default: all.
 */
export function lockable(
  tools: Tools,
  pythons: readonly string[],
  used: ReadonlySet<ToolName> = new Set(toolNames),
): readonly string[] {
  const wanted = toolNames.filter((name) => used.has(name)).map((name) => tools[name] ?? toolImages[name]);
  const versions = [defaults.python, ...pythons].map((version) => pythonReference(tools.python, version));
  const tags = [...wanted, ...versions].filter((reference) => !reference.includes("@")).map(tagged);
  return [...new Set(tags)].sort();
}
