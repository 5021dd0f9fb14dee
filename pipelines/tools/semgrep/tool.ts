import type { Tool } from "#pipelines/tools/tool.ts";
import { readSemgrep } from "./reader.ts";

/** Ends with another code than 0 where a rule could not be run, with what it found by the others in its report. @see https://semgrep.dev/docs/cli-reference */
export const semgrep: Tool = {
  name: "semgrep",
  report: "semgrep.json",
  ends: [0],
  read: ({ text, file, place }) => readSemgrep(text, file, place),
};
