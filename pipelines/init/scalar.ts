import { stringify } from "yaml";

/** Writes a text as YAML on one line: bare if it is a plain word, else in double quotes, with line ends escaped. */
export function scalar(text: string): string {
  const isWord = /^[\w./-]+$/.test(text);
  const written = stringify(text, { lineWidth: 0, defaultStringType: isWord ? "PLAIN" : "QUOTE_DOUBLE" });
  return written.trimEnd();
}
