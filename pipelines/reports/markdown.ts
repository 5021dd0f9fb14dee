import { printable } from "#pipelines/text/printable.ts";

/**
 * Writes text from outside as code within Markdown, on one line. No character keeps its meaning in Markdown or
 * HTML, and no link or mention of a user or issue arises.
 *
 * @param longest the number of characters that are kept; default: 200.
 */
export function code(text: string, longest = 200): string {
  const shown = printable(text);
  const cut = [...shown].length > longest ? `${[...shown].slice(0, longest - 1).join("")}…` : shown;
  return cut === "" ? "" : `<code>${escaped(cut)}</code>`;
}

/** Writes a block of text from outside, line by line. */
export function codeBlock(lines: readonly string[]): string {
  // A blank line would end the block for Markdown.
  const shown = lines.map((line) => (line.trim() === "" ? "&#32;" : escaped(printable(line))));
  return `<pre>${shown.join("\n")}</pre>`;
}

function escaped(text: string): string {
  return text.replace(/[!-+.:-@[-`{-~]/g, (character) => `&#${character.charCodeAt(0)};`);
}
