import { readFileSync } from "node:fs";

/** A report as the real tool wrote it; see recorded/README.md. */
export function recorded(name: string): string {
  return readFileSync(new URL(`./recorded/${name}`, import.meta.url), "utf8");
}
