import type { Check, Outcome } from "#pipelines/findings/evidence.ts";
import { countText, secondsText } from "#pipelines/text/format.ts";
import { clipped, columnsOf, printable } from "#pipelines/text/printable.ts";

/** What a run comes to. */
export interface Verdict {
  /** `failed` when a check failed, else `errored` when one could not be carried out or none ran. */
  readonly outcome: Exclude<Outcome, "skipped">;
  readonly checks: readonly Check[];
  /** What else is to be known of the run, a sentence each: a waiver that nothing needs, findings left out of a report. */
  readonly notes: readonly string[];
}

/** Sums checks up. No check at all, or skipped ones only, is not passed: nothing would be known. */
export function verdictOf(checks: readonly Check[], notes: readonly string[] = []): Verdict {
  const any = (outcome: Outcome) => checks.some((check) => check.outcome === outcome);
  const outcome = any("failed") ? "failed" : any("errored") || !any("passed") ? "errored" : "passed";
  return { outcome, checks, notes };
}

/** Sums a shard's checks up. That it had none, or skipped ones only, is nothing against it: the others' are for the merge. */
export function shardVerdict(
  checks: readonly Check[],
  notes: readonly string[],
  { index, run }: { readonly index: number; readonly run: { readonly of: number } },
): Verdict {
  const { outcome } = verdictOf(checks);
  const isQuiet = checks.every((check) => check.outcome === "skipped");
  const which = `this is shard ${index} of ${run.of}; merge-reports has the verdict over all`;
  return { outcome: isQuiet ? "passed" : outcome, checks, notes: [which, ...notes] };
}

/** The verdict in one sentence, naming each check that failed or errored. */
export function verdictSentence({ outcome, checks }: Pick<Verdict, "outcome" | "checks">): string {
  const named = (wanted: Outcome) =>
    checks.filter((check) => check.outcome === wanted).map((check) => printable(check.name));
  const [passed, failed, errored, skipped] = (["passed", "failed", "errored", "skipped"] as const).map(named);
  if (outcome === "errored" && !errored?.length) {
    const why = checks.length === 0 ? "there was no check to carry out" : "every check was skipped";
    return `Errored: ${why}, so nothing is known.`;
  }
  const rest = skipped?.length ? `, ${skipped.length} skipped` : "";
  if (outcome === "passed") return `Passed: ${countText(passed?.length ?? 0, "check")}${rest}.`;
  const faults = [
    failed?.length ? `${listed(failed)} failed` : "",
    errored?.length ? `${listed(errored)} could not be carried out` : "",
  ];
  const sentence = faults.filter((fault) => fault !== "").join("; ");
  return `${outcome === "failed" ? "Failed" : "Errored"}: ${sentence}; ${passed?.length ?? 0} passed${rest}.`;
}

export interface Rendering {
  /** Where the reports are, or the command that brings them. */
  readonly reportsHint?: string;
}

const marks: Readonly<Record<Outcome, string>> = { passed: "✔", failed: "✘", errored: "!", skipped: "–" };
const screen = 110;
const longestName = 36;
/**
 * So many lines at most for one reason, so that one check does not push the others off the screen. Findings
 * begin with their number and are all in the reports; an error ends with its remedy and needs the room.
 */
const noteLines = 3;
const reasonLines = { findings: 2, error: 6 } as const;

/**
 * Renders a verdict for a terminal: a line a check with mark, name, result, time and reason or note, then
 * the verdict in one sentence, then where the reports are. No line is wider than 110 columns, nothing
 * depends on colour, and text from outside is made printable.
 */
export function renderVerdict(verdict: Verdict, { reportsHint }: Rendering = {}): string {
  const names = verdict.checks.map((check) => clipped(printable(check.name), longestName));
  const nameColumns = Math.max(0, ...names.map(columnsOf));
  const times = verdict.checks.map((check) =>
    check.outcome === "skipped" ? "" : secondsText(check.seconds),
  );
  const timeColumns = Math.max(0, ...times.map(columnsOf));
  const rows = verdict.checks.flatMap((check, index) => {
    const name = padded(names[index] ?? "", nameColumns);
    const time = (times[index] ?? "").padStart(timeColumns);
    const head = `${marks[check.outcome]} ${name}  ${check.outcome.padEnd(7)}  ${time}  `;
    const indent = " ".repeat(columnsOf(head));
    const most = check.outcome === "errored" ? reasonLines.error : reasonLines.findings;
    return textsOf(check)
      .flatMap((text) => wrapped(text, screen - indent.length, most))
      .map((line, at) => ((at === 0 ? head : indent) + line).trimEnd());
  });
  const close = [
    ...wrapped(verdictSentence(verdict), screen),
    ...verdict.notes.flatMap((note) => wrapped(`Note: ${note}`, screen, noteLines)),
    ...(reportsHint === undefined ? [] : wrapped(`Reports: ${reportsHint}`, screen)),
  ];
  return [...rows, ...(rows.length === 0 ? [] : [""]), ...close, ""].join("\n");
}

/** What a check's line says: its reasons, else its note; code and text of a reason are said once. */
export function textsOf({ reasons, note }: Check): readonly string[] {
  if (reasons.length === 0) return [note ?? ""];
  return reasons.map(({ code, text }) =>
    code === undefined || text.startsWith(`${code}: `) ? text : `${code}: ${text}`,
  );
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}

/** Breaks text at spaces, and words that are too long anywhere; what is over the last line becomes …. */
function wrapped(text: string, columns: number, most = Number.POSITIVE_INFINITY): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of printable(text)
    .split(" ")
    .flatMap((each) => pieces(each, columns))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (columnsOf(longer) <= columns) {
      line = longer;
    } else {
      lines.push(line);
      line = word;
    }
  }
  lines.push(line);
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), clipped(`${lines.slice(most - 1).join(" ")}`, columns)];
}

function pieces(word: string, columns: number): readonly string[] {
  const found: string[] = [];
  let piece = "";
  for (const char of word) {
    if (columnsOf(piece + char) > columns) {
      found.push(piece);
      piece = "";
    }
    piece += char;
  }
  return [...found, piece];
}
