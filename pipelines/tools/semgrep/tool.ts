import type { Tool } from "#pipelines/tools/tool.ts";
import { readSemgrep } from "./reader.ts";

/**
 * Ends with another code than 0 if a rule could not run; its report then has the findings of the other rules.
 *
 * @see https://semgrep.dev/docs/cli-reference
 */
export const semgrep: Tool = {
  name: "semgrep",
  report: "semgrep.json",
  ends: [0],
  read: ({ text, file, place }) => readSemgrep(text, file, place),
};
