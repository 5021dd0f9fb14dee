import { secondsText } from "#pipelines/text/format.ts";
import { clipped, columnsOf, printable } from "#pipelines/text/printable.ts";
import { reasonTexts } from "#pipelines/verdict/reason-text.ts";
import { type Verdict, verdictSentence } from "#pipelines/verdict/verdict.ts";

import { marks } from "./marks.ts";

export interface Rendering {
  /** The place of the reports, or the command that exports them. */
  readonly reportsHint?: string;
}

const screen = 110;
const longestName = 36;
/**
 * The most lines for one reason, so that one check does not push the others off the screen. Findings begin with
 * their number and are all in the reports. An error gets more lines, because it ends with its remedy.
 */
const noteLines = 3;
const reasonLines = { findings: 2, error: 6 } as const;

/**
 * Renders a verdict for a terminal. Each check has a line with mark, name, result, time and reason or note. Then
 * follow the verdict in one sentence and the place of the reports. No line is wider than 110 columns, nothing
 * depends on color, and text from outside is made printable.
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
    return reasonTexts(check)
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

function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}

/** Breaks text at spaces, and words that are too long at any place; text after the last allowed line becomes …. */
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
