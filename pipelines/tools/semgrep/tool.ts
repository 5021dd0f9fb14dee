import { contradictory } from "#pipelines/readers/report.ts";
import type { Tool } from "#pipelines/tools/tool.ts";
import { readSemgrep } from "./reader.ts";

/** The exit codes for a pattern, YAML, a rule or a language that is invalid; the report then names it. */
const invalidRules = [2, 4, 5, 7, 8];

/**
 * Ends with 0 whether it finds something or not.
 *
 * @see https://semgrep.dev/docs/cli-reference
 */
export const semgrep: Tool = {
  name: "semgrep",
  policyFiles: [
    { path: ".semgrepignore", anywhere: true },
    { path: ".semgrep/", are: "rules" },
    ...[".semgrep.yml", ".semgrep.yaml", "semgrep.yml", "semgrep.yaml"].map(
      (path) => ({ path, are: "rules" }) as const,
    ),
  ],
  report: "semgrep.json",
  ends: [0, ...invalidRules],
  read: ({ text, file, place, exitCode }) => {
    const findings = readSemgrep(text, file, place);
    if (exitCode === 0) return findings;
    const fault = `Semgrep ended with exit code ${exitCode}, and the report names no error`;
    throw contradictory(file, fault, "Run Semgrep by hand over the rules to see which is invalid.");
  },
};
