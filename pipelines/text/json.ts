/**
 * Writes a value as JSON, with every character that could move a cursor, change the direction of writing or end a
 * line as its number. A program reads the same value, and a terminal shows every character.
 *
 * @param indent the columns of each level; default: all on one line.
 */
export function plainJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    [...character].map(escaped).join(""),
  );
}

/** The same, safe in a script element of a page: no text in it can end the element or begin a comment. */
export function scriptJson(value: unknown): string {
  return plainJson(value).replace(/[<>&]/g, escaped);
}

/** Reads a text as JSON; undefined if it is not JSON. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    const unit = character.charCodeAt(index).toString(16).padStart(4, "0");
    return `\\u${unit}`;
  }).join("");
}
