import { clipped, printable } from "./printable.ts";

/** Writes a text from outside in quotes, on one line of at most 60 columns, with every character visible. */
export function quote(text: string): string {
  return `'${clipped(printable(text.slice(0, 200)), 60)}'`;
}

/** The same without quotes for a name that is one word; any other name is quoted. */
export function plain(text: string): string {
  return /^[\w./-]{1,200}$/.test(text) ? text : quote(text);
}
