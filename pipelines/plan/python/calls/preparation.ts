import type { Test } from "#pipelines/config/config.ts";
import type { Tree } from "#pipelines/plan/tree.ts";
import { callsFor } from "./calls.ts";
import { starterOf } from "./starter.ts";
import type { ToolCall } from "./tool-call.ts";
import { workflowNeeds } from "./workflow-needs.ts";
import { isWorkflow } from "./workflows.ts";

/** What a workflow does for a service's tests before it runs them. */
export interface Preparation {
  /** The workflow, relative to the source. */
  readonly by: string;
  /** The Debian packages that it installs. */
  readonly packages: readonly string[];
  /** The commands that it runs. */
  readonly before: readonly string[];
}

/**
 * Finds what the workflow that runs a service's tests does before, unless slipway.yaml says what they need. Commands
 * for a database count if the tests have containers.
 *
 * @param isOnly whether it is the repository's only service.
 */
export async function preparationOf(
  tree: Tree,
  service: { readonly path: string; readonly isOnly: boolean; readonly test: Test | false },
  [first]: readonly ToolCall[],
): Promise<Preparation | undefined> {
  const { path, test } = service;
  if (first === undefined || test === false || test.packages.length + test.before.length > 0)
    return undefined;
  const by = starterOf(first, await callsFor(tree, path))?.file;
  if (by === undefined || !isWorkflow(by)) return undefined;
  const needs = workflowNeeds(by, await tree.read(by), service);
  if (needs === undefined) return undefined;
  const { packages } = needs;
  const hasContainers = Object.keys(test.containers).length > 0;
  const before = hasContainers ? [...needs.before, ...needs.withDatabase] : needs.before;
  return packages.length + before.length === 0 ? undefined : { by, packages, before };
}
