import { secondsText } from "#pipelines/text/format.ts";
import { clipped, columnsOf, printable } from "#pipelines/text/printable.ts";
import { runLines } from "#pipelines/verdict/run-facts.ts";
import { type Verdict, verdictSentence } from "#pipelines/verdict/verdict.ts";
import { checkLines } from "./check-lines.ts";
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
 * Renders a verdict for a terminal. It begins with what was checked. Each check has a line with mark, name, result,
 * time and reason or note; those that did not pass come first. Then follow the verdict in one sentence and the place of
 * the reports. No line is wider than 110 columns, nothing depends on color, and text from outside is made printable.
 */
export function renderVerdict(verdict: Verdict, { reportsHint }: Rendering = {}): string {
  const lines = checkLines(verdict.checks);
  const checks = lines.map(({ check }) => check);
  const names = checks.map((check) => clipped(printable(check.name), longestName));
  const nameColumns = Math.max(0, ...names.map(columnsOf));
  const times = checks.map((check) => (check.outcome === "skipped" ? "" : secondsText(check.seconds)));
  const timeColumns = Math.max(0, ...times.map(columnsOf));
  const rows = lines.flatMap(({ check, texts }, index) => {
    const name = padded(names[index] ?? "", nameColumns);
    const time = (times[index] ?? "").padStart(timeColumns);
    const head = `${marks[check.outcome]} ${name}  ${check.outcome.padEnd(7)}  ${time}  `;
    const indent = " ".repeat(columnsOf(head));
    const most = check.outcome === "errored" ? reasonLines.error : reasonLines.findings;
    return texts
      .flatMap((text) => wrapped(text, screen - indent.length, most))
      .map((line, at) => ((at === 0 ? head : indent) + line).trimEnd());
  });
  const close = [
    ...wrapped(verdictSentence(verdict), screen),
    ...verdict.notes.flatMap((note) => wrapped(`Note: ${note}`, screen, noteLines)),
    ...(reportsHint === undefined ? [] : wrapped(`Reports: ${reportsHint}`, screen)),
  ];
  const open =
    verdict.run === undefined
      ? []
      : runLines(verdict.run).flatMap((line) => wrapped(line, screen, noteLines));
  const blank = (lines: readonly string[]) => (lines.length === 0 ? [] : [...lines, ""]);
  return [...blank(open), ...blank(rows), ...close, ""].join("\n");
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
  // Errors end with their remedy, which is what the reader needs.
  const end = most < 4 ? [] : lines.slice(3 - most);
  const cut = lines.slice(most - 1 - end.length).join(" ");
  return [...lines.slice(0, most - 1 - end.length), clipped(cut, columns), ...end];
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
