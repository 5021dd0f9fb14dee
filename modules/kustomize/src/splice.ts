/** Text that replaces `[start, end)`. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Applies splices in the order of their places; those of one place in the given order. Everything else stays. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  const ordered = splices.toSorted((a, b) => a.start - b.start || a.end - b.end);
  let out = "";
  let done = 0;
  for (const { start, end, text: replacement } of ordered) {
    if (start < done) throw new RangeError(`splices overlap at ${start}`);
    out += text.slice(done, start) + replacement;
    done = end;
  }
  return out + text.slice(done);
}

/** The offset where the line of `at` begins, after a byte order mark. */
export function lineStart(text: string, at: number): number {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  return text.startsWith("\uFEFF", start) ? start + 1 : start;
}

/** The number of characters before `at` in its line. */
export function column(text: string, at: number): number {
  return at - lineStart(text, at);
}

/**
 * The offset where the line of `at` ends, before its line break. A place just after a line break belongs to the line
 * before.
 */
export function lineEnd(text: string, at: number): number {
  const newline = at > 0 && text[at - 1] === "\n" ? at - 1 : text.indexOf("\n", at);
  if (newline < 0) return text.length;
  return text[newline - 1] === "\r" ? newline - 1 : newline;
}

/** The line break that the text uses around `at`. */
export function lineBreak(text: string, at: number): string {
  const next = text.indexOf("\n", at);
  const newline = next < 0 ? text.lastIndexOf("\n") : next;
  return newline > 0 && text[newline - 1] === "\r" ? "\r\n" : "\n";
}

/** The offset for a value that is missing: right after the colon, before any spaces that lead to `at`. */
export function emptyValue(text: string, at: number): number {
  return text.slice(0, at).trimEnd().length;
}
