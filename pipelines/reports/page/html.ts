import { printableLines } from "#pipelines/text/printable.ts";

/** HTML that is already escaped; only the `html` template makes it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Html | undefined | readonly Part[];

/**
 * A template that escapes every inserted value, both as text and as a quoted attribute, and makes control and
 * direction marks visible. Its own markup is inserted unchanged; lists are inserted one item after the other.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((string, index) => string + markupOf(parts[index])).join(""));
}

/** A link's target for a path below the page: each segment is encoded, so it never has a scheme or another host. */
export function relativeUrl(path: string): string {
  const segments = path
    .replace(/\p{Cs}/gu, "\ufffd")
    .split("/")
    .filter((segment) => segment !== "" && segment !== "." && segment !== "..");
  return `./${segments.map(encodeURIComponent).join("/")}`;
}

function markupOf(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(markupOf).join("");
  return printableLines(String(part)).replace(/[&<>"'`]/g, (char) => `&#${char.charCodeAt(0)};`);
}
