import { posix } from "node:path";
import { dag } from "@dagger.io/dagger";
import type { Manifests } from "#pipelines/config/config.ts";
import { subset } from "#pipelines/dagger/subset.ts";
import { isSearched } from "#pipelines/plan/discovery.ts";
import type { Plan } from "#pipelines/plan/plan.ts";
import { clean, isWithin } from "#pipelines/text/path.ts";
import { type Row, readRows, searchSource } from "#pipelines/workspace/search-source.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { isSkipped } from "./rendering.ts";
import { mayRollOut } from "./rollouts/rollouts.ts";

/** Manifests that nothing renders: they are applied as they are, or Flux and Argo CD read them. */
export interface PlainManifests {
  readonly paths: readonly string[];
  /** Files with objects that are not compared: templates, and those in folders of tests, documents and examples. */
  readonly passedOver: readonly string[];
  /** Whether one of the source's manifests is a Kustomization of Flux. */
  readonly hasFlux: boolean;
  /** Whether one of `paths` may have a Rollout or an analysis of Argo Rollouts. */
  readonly hasRollouts: boolean;
}

const pattern = "^(apiVersion|kind):|^[[:blank:]]*(-[[:blank:]]+)?\\{\\{|:[[:blank:]]+\\{\\{";

/** Searches the source for objects of Kubernetes outside of kustomizations and charts. */
export async function findPlain(workspace: Workspace, settings: Manifests): Promise<PlainManifests> {
  const { source, plan, pythonImage } = workspace;
  const output = await searchSource(pythonImage(), source, pattern, [], ["*.yaml", "*.yml"]);
  const top = plan.kustomizations.find(({ folder }) => folder === ".");
  const named = top === undefined ? "" : await source.file(top.file).contents();
  return plainAmong(readRows(output), plan, settings.skip, named);
}

/**
 * Picks the files with plain manifests from what `findPlain` searched for: a line of apiVersion, a line of kind, or one
 * of a template, which is no YAML. A file below a kustomization or a chart belongs to it. A kustomization at the top
 * only has those that it names.
 *
 * @param named the text of the kustomization at the top, if there is one.
 */
export function plainAmong(
  rows: readonly Row[],
  { kustomizations, charts }: Pick<Plan, "kustomizations" | "charts">,
  skip: readonly string[],
  named = "",
): PlainManifests {
  const byPath = new Map<string, Row[]>();
  for (const row of rows) byPath.set(row.path, [...(byPath.get(row.path) ?? []), row]);
  const folders = [...kustomizations, ...charts].map(({ folder }) => folder);
  const words = new Set(named.split(/[\s"',=[\]{}]+/).map(clean));
  const isRendered = (path: string) =>
    folders.some((folder) => (folder === "." ? words.has(path) : isWithin(path, folder)));
  const has = (lines: readonly Row[], start: RegExp) => lines.some(({ text }) => start.test(text));
  const objects = [...byPath].filter(([, lines]) => has(lines, /^apiVersion:/) && has(lines, /^kind:/));
  const plain = objects.filter(
    ([path, lines]) => !isForProgram(lines) && !isRendered(path) && !isSkipped(path, skip) && !isHidden(path),
  );
  const isCompared = ([path, lines]: (typeof plain)[number]) =>
    isSearched(posix.dirname(path)) && lines.every(({ text }) => /^(?:apiVersion|kind):/.test(text));
  const compared = plain.filter(isCompared);
  const sorted = (all: typeof plain) => all.map(([path]) => path).sort();
  return {
    paths: sorted(compared),
    passedOver: sorted(plain.filter((each) => !isCompared(each))),
    hasFlux: objects.some(([, lines]) => has(lines, /^apiVersion: *["']?kustomize\.toolkit\.fluxcd\.io\//)),
    hasRollouts: compared.some(([, lines]) => lines.some(({ text }) => mayRollOut(text))),
  };
}

function isHidden(path: string): boolean {
  return path.split("/").some((name) => name.startsWith("."));
}

/** Whether each object of a file is for a program, not for a cluster: such as kubectl's own configuration. */
function isForProgram(lines: readonly Row[]): boolean {
  const texts = lines.map(({ text }) => text);
  return (
    texts.filter((text) => text.startsWith("apiVersion:")).every((text) => programs.test(text)) ||
    texts.filter((text) => text.startsWith("kind:")).every((text) => /^kind: *["']?Config["']? *$/.test(text))
  );
}

const programs =
  /^apiVersion: *["']?(?:kustomize\.config\.k8s\.io|kind\.x-k8s\.io|k3d\.io|skaffold|ctlptl\.dev|backstage\.io)\//;

/** The files alone, at their paths. */
export function plainFiles({ source }: Workspace, { paths }: PlainManifests) {
  return subset(source, paths, dag.directory());
}
