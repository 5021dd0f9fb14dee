import { type Directory, dag } from "@dagger.io/dagger";
import { filesIn, type OnlyFiles, onlyFiles } from "#pipelines/dagger/only-files.ts";
import type { ErrorCode } from "#pipelines/errors/errors.ts";
import { execFailureOf } from "#pipelines/errors/exec-error.ts";
import { explain, isLeaseLost } from "#pipelines/errors/explain.ts";
import { type CheckId, checkName } from "#pipelines/findings/check-id.ts";
import type { Check, Evidence } from "#pipelines/findings/evidence.ts";
import type { KnownFindings } from "#pipelines/gates/exemptions.ts";
import { type Gates, judge } from "#pipelines/gates/judge.ts";
import { type FlaggedLines, flaggedLines, triage } from "#pipelines/gates/triage.ts";
import { listText } from "#pipelines/text/list.ts";
import { passNote, suppressedNote } from "./pass-note.ts";
import { checkBegins } from "./progress.ts";

/** The run of a tool: its reports, and how they are read. */
export interface ToolRun {
  /** Kept for the user, whatever the reading finds. */
  readonly reports: Directory;
  readonly read: () => Promise<Evidence>;
  /** Describes the evidence for a pass, if the evidence alone does not show it. */
  readonly note?: (evidence: Evidence) => string;
  /** The parts that the result does not cover, whatever it is; a function if the reading decides it. */
  readonly caveat?: string | (() => string | undefined);
}

/** A check with the files that belong to it. */
export interface CheckResult {
  readonly check: Check;
  readonly reports: Directory;
  /** Set in a shard if only all shards together can be judged: the merge judges it. */
  readonly isDeferred?: true;
  /** Judges the same evidence again, with the known findings of a base; absent if no evidence was read. */
  readonly judgeAgain?: (known: KnownFindings) => CheckResult;
}

/** The identity of a check, and how it is judged. */
export interface CheckOptions extends CheckId {
  readonly gates: Gates;
  /** The code of a breakdown that has none of its own; default: TOOL_FAILED. */
  readonly onBreakdown?: ErrorCode;
}

/**
 * Carries out one check: runs the tool, reads its report and judges it. It never throws, so that no check stops
 * another. If a step breaks, the check's own outcome is `errored`, with the existing reports.
 */
export async function runCheck(options: CheckOptions, run: () => Promise<ToolRun>): Promise<CheckResult> {
  const ends = checkBegins(checkName(options));
  const result = await carryOut(options, run);
  ends(result.check);
  return result;
}

async function carryOut(
  { gates, onBreakdown, ...id }: CheckOptions,
  run: () => Promise<ToolRun>,
): Promise<CheckResult> {
  const start = performance.now() / 1000;
  const seconds = () => performance.now() / 1000 - start;
  let reports = dag.directory();
  const examine = async () => {
    const ran = await run();
    const left = await onlyFiles(await ran.reports.sync());
    reports = left.directory;
    return { ran, left, evidence: await ran.read() };
  };
  try {
    const { ran, left, evidence } = await examine().catch((error: unknown) => {
      if (!isLeaseLost(error)) throw error;
      return examine();
    });
    const lines = await flaggedLines(evidence.findings, gates.exemptions);
    const kept = { ...named(id), start, seconds: seconds(), reports: pathsOf(id, left.files) };
    const judged = (known?: KnownFindings): CheckResult => ({
      check: { ...kept, ...judgement(kept.name, ran, caveatsOf(ran, left), evidence, gates, lines, known) },
      reports,
      judgeAgain: judged,
    });
    return judged();
  } catch (error) {
    reports = withLastWords(reports, error);
    const reasons = [explain(error, onBreakdown)];
    // Links are left out already.
    const paths = pathsOf(id, await filesIn(reports));
    const check = { ...named(id), outcome: "errored", reasons, evidence: nothing, start } as const;
    return { check: { ...check, seconds: seconds(), reports: paths }, reports };
  }
}

/** A check that is not carried out, and the reason. */
export function skippedCheck(id: CheckId, text: string): CheckResult {
  const check = {
    ...named(id),
    outcome: "skipped",
    reasons: [{ text }],
    evidence: nothing,
    seconds: 0,
    reports: [],
  } as const;
  return { check, reports: dag.directory() };
}

const nothing: Check["evidence"] = { findings: [] };

function judgement(
  name: string,
  ran: ToolRun,
  caveats: readonly string[],
  read: Evidence,
  gates: Gates,
  lines: FlaggedLines,
  known?: KnownFindings,
): Pick<Check, "outcome" | "reasons" | "evidence" | "note"> {
  const { evidence, open, lapsed } = triage(name, read, gates, lines, known);
  const { outcome, reasons: found } = judge(open, gates);
  const besides = found.length === 0 ? lapsed : [...lapsed, ...caveats];
  const reasons = [...found, ...besides.map((text) => ({ text }))];
  const note = [ran.note?.(open) ?? passNote(open), ...suppressedNote(evidence), ...caveats].join(", ");
  return { outcome, reasons, evidence, ...(reasons.length === 0 && { note }) };
}

function caveatsOf({ caveat }: ToolRun, { leftOut }: OnlyFiles): readonly string[] {
  const said = typeof caveat === "function" ? caveat() : caveat;
  return [
    ...(said === undefined ? [] : [said]),
    ...(leftOut.length === 0 ? [] : [`left out of the reports, not being a file${listText(leftOut)}`]),
  ];
}

function named({ kind, service, subject }: CheckId): CheckId & { readonly name: string } {
  const id = {
    kind,
    ...(service !== undefined && { service }),
    ...(subject !== undefined && { subject }),
  };
  return { name: checkName(id), ...id };
}

function pathsOf(id: CheckId, files: readonly string[]): readonly string[] {
  const name = checkName(id);
  return withoutPages(files).map((file) => `${name}/${file}`);
}

/** Removes files that the page of their folder already shows. */
function withoutPages(files: readonly string[]): readonly string[] {
  const folders = files.filter((file) => file.endsWith("/index.html")).map((file) => file.slice(0, -10));
  return files.filter((file) =>
    folders.every((folder) => !file.startsWith(folder) || file === `${folder}index.html`),
  );
}

/** Adds the output that the tool printed before it broke, which is a report too. */
function withLastWords(reports: Directory, error: unknown): Directory {
  const failure = execFailureOf(error);
  if (failure === undefined) return reports;
  return reports.withNewFile("output.txt", `${failure.stdout}\n${failure.stderr}`);
}
