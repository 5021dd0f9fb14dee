import { SlipwayError } from "#pipelines/errors/errors.ts";
import { columnsOf, printable, printableLines } from "#pipelines/text/printable.ts";
import type { Diagnosis, Grade } from "./diagnosis.ts";

const grades: readonly Grade[] = ["wrong", "advice", "ok"];

const signs = { wrong: "✘", advice: "!", ok: "✔" } as const;

/** The most lines of one grade that are shown. */
const mostShown = 40;

/**
 * Returns the diagnoses as one screen.
 *
 * @throws SETUP_WRONG with the same screen when something is wrong, so that the call exits non-zero.
 */
export function doctorScreen(diagnoses: readonly Diagnosis[]): string {
  const screen = renderDiagnoses(diagnoses);
  const count = diagnoses.filter(({ grade }) => grade === "wrong").length;
  if (count === 0) return `\n${screen}\n`;
  throw new SlipwayError(
    "SETUP_WRONG",
    `${count} ${count === 1 ? "problem" : "problems"} found`,
    `Fix each line marked ✘:\n\n${screen}\n`,
  );
}

/** The diagnoses, most severe first, then by their subject; each has its remedy on the next line. */
export function renderDiagnoses(diagnoses: readonly Diagnosis[]): string {
  const width = Math.max(...diagnoses.map(({ about }) => columnsOf(printable(about))), 0);
  return grades
    .flatMap((grade) => {
      const lines = [
        ...new Set(diagnoses.filter((each) => each.grade === grade).map((each) => lineOf(each, width))),
      ].sort();
      const more = lines.length - mostShown;
      return more > 0 ? [...lines.slice(0, mostShown), `  and ${more} more`] : lines;
    })
    .join("\n");
}

function lineOf({ grade, about, text, remedy }: Diagnosis, width: number): string {
  const subject = printable(about);
  const pad = " ".repeat(Math.max(0, Math.min(width, 40) - columnsOf(subject)));
  const first = `${signs[grade]} ${grade.padEnd(6)} ${subject}${pad}  ${indented(text)}`;
  return remedy === undefined ? first : `${first}\n         → ${indented(remedy)}`;
}

function indented(text: string): string {
  return printableLines(text.trimEnd()).replaceAll("\n", "\n           ");
}
