import { type Directory, dag } from "@dagger.io/dagger";
import type { ErrorCode } from "#pipelines/errors/errors.ts";
import { execFailureOf } from "#pipelines/errors/exec-error.ts";
import { explain } from "#pipelines/errors/explain.ts";
import type { Check, Evidence } from "#pipelines/findings/evidence.ts";
import { type Gates, judge } from "#pipelines/gates/judge.ts";
import { triage } from "#pipelines/gates/triage.ts";
import { passNote, suppressedNote } from "./pass-note.ts";

/** A tool that ran: what it left, and how that is read. */
export interface ToolRun {
  /** Kept for the user whatever the reading says. */
  readonly reports: Directory;
  readonly read: () => Promise<Evidence>;
  /** What a pass stands on, where the evidence does not say it by itself. */
  readonly note?: (evidence: Evidence) => string;
  /** What the result does not cover, whatever it is. */
  readonly caveat?: string;
}

/** A check with the files that belong to it. */
export interface CheckResult {
  readonly check: Check;
  readonly reports: Directory;
  /** Set in a shard where only the shards together can be judged: the merge does. */
  readonly isDeferred?: true;
}

/** How a check is judged and called. */
export interface CheckOptions {
  /** `SERVICE/WHAT`, or just WHAT. */
  readonly name: string;
  readonly gates: Gates;
  /** What to call a breakdown that has no code of its own; TOOL_FAILED by default. */
  readonly onBreakdown?: ErrorCode;
}

/**
 * Carries out one check: runs the tool, reads its report, judges it. It never throws, so that no check stops
 * another: whatever breaks is the check's own outcome, `errored`, with the reports that there are.
 */
export async function runCheck(examination: CheckOptions, run: () => Promise<ToolRun>): Promise<CheckResult> {
  const { name, gates, onBreakdown } = examination;
  const start = performance.now() / 1000;
  const seconds = () => performance.now() / 1000 - start;
  let reports = dag.directory();
  try {
    const ran = await run();
    reports = await ran.reports.sync();
    const { evidence, open, lapsed } = await triage(name, await ran.read(), gates);
    const { outcome, reasons: found } = judge(open, gates);
    const caveat = ran.caveat === undefined ? [] : [ran.caveat];
    const besides = found.length === 0 ? lapsed : [...lapsed, ...caveat];
    const reasons = [...found, ...besides.map((text) => ({ text }))];
    const note = [ran.note?.(open) ?? passNote(open), ...suppressedNote(evidence), ...caveat].join(", ");
    return examined(
      { name, outcome, reasons, evidence, start, seconds: seconds(), ...(reasons.length ? {} : { note }) },
      reports,
    );
  } catch (error) {
    const failed = {
      name,
      outcome: "errored",
      reasons: [explain(error, onBreakdown)],
      evidence: nothing,
      start,
    } as const;
    return examined({ ...failed, seconds: seconds() }, withLastWords(reports, error));
  }
}

/** A check that is not carried out, and why. */
export function skippedCheck(name: string, text: string): CheckResult {
  const check = {
    name,
    outcome: "skipped",
    reasons: [{ text }],
    evidence: nothing,
    seconds: 0,
    reports: [],
  } as const;
  return { check, reports: dag.directory() };
}

const nothing: Check["evidence"] = { findings: [] };

async function examined(check: Omit<Check, "reports">, reports: Directory): Promise<CheckResult> {
  const files = withoutPages(await reports.glob("**/*"));
  return { check: { ...check, reports: files.map((file) => `${check.name}/${file}`) }, reports };
}

/** Of a folder with a page of its own, that page stands for the folder. */
function withoutPages(files: readonly string[]): readonly string[] {
  const folders = files.filter((file) => file.endsWith("/index.html")).map((file) => file.slice(0, -10));
  return files.filter((file) =>
    folders.every((folder) => !file.startsWith(folder) || file === `${folder}index.html`),
  );
}

/** What the tool printed before it broke down is a report too. */
function withLastWords(reports: Directory, error: unknown): Directory {
  const failure = execFailureOf(error);
  if (failure === undefined) return reports;
  return reports.withNewFile("output.txt", `${failure.stdout}\n${failure.stderr}`);
}
