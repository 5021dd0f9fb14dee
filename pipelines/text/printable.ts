/**
 * Makes text from outside safe to print on one line. Control characters, terminal escapes, marks that change the
 * direction of writing and characters without width become visible; a line's end becomes ⏎.
 *
 * @param text any text: a path, a test's name, a tool's message.
 * @returns the text without any character that could move a cursor or hide another. A second call changes nothing.
 */
export function printable(text: string): string {
  return text.replace(/\r\n|[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, visible);
}

/** The same for text of several lines: line feeds stay, a tab becomes two spaces. */
export function printableLines(text: string): string {
  return text
    .split(/\r\n|\n/)
    .map((line) => printable(line.replaceAll("\t", "  ")))
    .join("\n");
}

/** Cuts text to a number of columns of a terminal, with … as the last one if something was left out. */
export function clipped(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = "";
  let used = 0;
  for (const char of text) {
    used += columnsOf(char);
    if (used > columns - 1) break;
    kept += char;
  }
  return `${kept}…`;
}

/**
 * The number of columns of a text on a terminal: combining marks take none, East Asian characters and emoji take
 * two.
 */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const char of text) columns += /\p{M}/u.test(char) ? 0 : wide.test(char) ? 2 : 1;
  return columns;
}

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Shows C0 as its control picture (␛), line ends as ⏎, and every other character as its number. */
function visible(char: string): string {
  if (char === "\n" || char === "\r" || char === "\r\n") return "⏎";
  if (char === "\t") return " ";
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "␡";
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}
