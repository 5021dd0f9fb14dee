import { compareWithBase } from "#pipelines/baseline/compare.ts";
import { type CheckFunction, catalog } from "#pipelines/checks/catalog.ts";
import { runChecks } from "#pipelines/checks/checks.ts";
import { checkContext } from "#pipelines/checks/context.ts";
import { checkImage } from "#pipelines/checks/image/image.ts";
import type { Request } from "#pipelines/request.ts";
import { foreignToolNotes } from "#pipelines/verdict/foreign-tools.ts";
import { baseFaults } from "#pipelines/verdict/needs-base.ts";
import { passedOverNotes } from "#pipelines/verdict/passed-over.ts";
import { pythonNotes } from "#pipelines/verdict/python-doubts.ts";
import { type Verdict, verdictOf } from "#pipelines/verdict/verdict.ts";
import { openWorkspace } from "#pipelines/workspace/workspace.ts";

/** Runs the checks of one sort alone and returns the verdict: the checks that the catalog lists for that function. */
export async function checkKind(name: CheckFunction, request: Request): Promise<Verdict> {
  const workspace = await openWorkspace(request);
  const context = checkContext(workspace, checkImage);
  const { compare, check } = compareWithBase(context);
  const entries = catalog.filter(({ functions }) => functions.includes(name));
  const stages = await runChecks(context, compare, entries);
  const results = [await baseFaults(workspace.base, workspace.gates), ...stages, await check()].flat();
  const passedOver = request.service === undefined ? passedOverNotes(workspace.plan) : [];
  const { services } = workspace.plan;
  const foreign = name === "lint" ? foreignToolNotes(services) : [];
  const notes = [...passedOver, ...pythonNotes(services), ...foreign];
  return verdictOf(
    results.map((result) => result.check),
    notes,
  );
}
