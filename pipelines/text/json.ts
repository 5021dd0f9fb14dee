/**
 * Writes a value as JSON in which every character that could move a cursor, turn the direction of writing or end a
 * line is written as its number: what reads it gets the same value, and what prints it shows what is there.
 *
 * @param indent how far each level stands in, in columns; all on one line by default.
 */
export function plainJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    [...character].map(escaped).join(""),
  );
}

/** The same, fit to stand in a script element of a page: nothing in it can end the element or begin a comment. */
export function scriptJson(value: unknown): string {
  return plainJson(value).replace(/[<>&]/g, escaped);
}

/** Reads a text as JSON; undefined where it is none. */
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
