import type { Directory } from "@dagger.io/dagger";
import type { ImageResult } from "#pipelines/checks/image/image.ts";
import type { Check } from "#pipelines/findings/evidence.ts";
import { mergeFindings } from "#pipelines/findings/merge.ts";
import type { InlineWaivers } from "#pipelines/gates/inline-waiver.ts";
import { reportsOf } from "#pipelines/reports/reports.ts";
import type { Results } from "#pipelines/reports/results.ts";
import { writeSarif } from "#pipelines/reports/sarif.ts";
import { foreignToolNotes } from "#pipelines/verdict/foreign-tools.ts";
import { onTopNotes } from "#pipelines/verdict/on-top.ts";
import { passedOverNotes } from "#pipelines/verdict/passed-over.ts";
import { pythonNotes } from "#pipelines/verdict/python-doubts.ts";
import type { CheckResult } from "#pipelines/verdict/run-check.ts";
import type { RunFacts } from "#pipelines/verdict/run-facts.ts";
import { shardVerdict, type Verdict, verdictOf } from "#pipelines/verdict/verdict.ts";
import { unusedSecretNotes } from "#pipelines/workspace/secret-uses.ts";
import { namedSecrets } from "#pipelines/workspace/secrets.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { shardRecord } from "./shard-record.ts";
import { noWaiverNotes, waiverLines, waiverNotes } from "./waiver-notes.ts";

/** The result of all checks of a run. */
export interface Conclusion {
  readonly verdict: Verdict;
  readonly reports: Directory;
}

/**
 * Concludes a whole run: the verdict, the notes that need all findings together, and the reports. In a shard, the
 * result covers this shard's part and holds the data for the merge.
 *
 * @param stages the checks, stage by stage.
 * @param facts what was checked, from `runFactsOf`.
 */
export async function conclude(
  workspace: Workspace,
  inlineWaivers: Promise<InlineWaivers>,
  stages: readonly (readonly CheckResult[])[],
  images: readonly ImageResult[],
  facts: Promise<() => RunFacts>,
): Promise<Conclusion> {
  const { gates, onlyService, unaffected, plan, root, shard, previousSboms: previous } = workspace;
  const { services } = plan;
  const examined = stages.flat();
  const checks = examined.map(({ check }) => check);
  const granted = gates.exemptions?.waivers ?? [];
  const isWhole = onlyService === undefined && unaffected.length === 0;
  const waivers = isWhole ? waiverNotes(granted, await inlineWaivers, checks) : noWaiverNotes;
  const whole =
    onlyService === undefined
      ? [...previous.notes, ...passedOverNotes(plan), ...(await secretNotes(workspace))]
      : [];
  const hasBaseline = workspace.baselineRef !== undefined || gates.exemptions?.baseline !== undefined;
  const notes = [
    ...whole,
    ...pythonNotes(services),
    ...foreignToolNotes(services),
    ...onTopNotes(checks, plan, hasBaseline),
  ];
  if (shard === undefined) {
    const all = [...waiverLines(waivers, checks), ...notes];
    return writeConclusion(checks, all, { services, root }, examined, (await facts)());
  }
  const record = await shardRecord(workspace, { shard, stages, images, waivers, notes });
  return writeConclusion(checks, [], { services, root, shard: record }, examined, (await facts)());
}

async function secretNotes({ secrets, plan }: Workspace): Promise<readonly string[]> {
  const names = (await namedSecrets(secrets)).map(({ name }) => name);
  return unusedSecretNotes(names, plan.services);
}

/** Writes the result of checks, with their reports. */
export async function writeConclusion(
  checks: readonly Check[],
  notes: readonly string[],
  of: Pick<Results, "services" | "root" | "shard">,
  left: readonly CheckResult[],
  run?: RunFacts,
): Promise<Conclusion> {
  const findings = mergeFindings(checks);
  const sarif = writeSarif(findings, of.root);
  const all = [...notes, ...sarif.notes];
  const judged = of.shard === undefined ? verdictOf(checks, all) : shardVerdict(checks, all, of.shard);
  const verdict = { ...judged, ...(run !== undefined && { run }) };
  return { verdict, reports: await reportsOf({ verdict, findings, sarif: sarif.text, ...of }, left) };
}
