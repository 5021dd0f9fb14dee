import { readFileSync } from "node:fs";

/**
 * Reads the reports that real tools wrote, in the folder `recorded` beside a test.
 *
 * @param url the test's own, `import.meta.url`.
 */
export function recordedBeside(url: string): (name: string) => string {
  return (name) => readFileSync(new URL(`recorded/${name}`, url), "utf8");
}
