import type { Tool } from "#pipelines/tools/tool.ts";
import { readGitleaks } from "./reader.ts";

/** Ends with 10 when it found something. @see https://github.com/gitleaks/gitleaks#usage */
export const gitleaks: Tool = {
  name: "gitleaks",
  policyFiles: [{ path: ".gitleaks.toml" }, { path: ".gitleaksignore", are: "entries" }],
  report: "gitleaks.json",
  ends: [0, 10],
  read: ({ text, file, exitCode, place }) => readGitleaks(text, file, exitCode, place),
};
