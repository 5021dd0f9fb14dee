import { fileTool } from "#pipelines/tools/tool.ts";
import { readShellcheck } from "./reader.ts";
import { scriptsAmong } from "./scripts.ts";

const settings = /(?:^|\/)\.?shellcheckrc$/;

/** @see https://github.com/koalaman/shellcheck/blob/v0.11.0/shellcheck.1.md */
export const shellcheck = fileTool({
  name: "shellcheck",
  checks: "files",
  inputs: async (own) => ({
    paths: await scriptsAmong(own),
    besides: own.paths.filter((path) => settings.test(path)),
  }),
  policyFiles: [
    { path: ".shellcheckrc", anywhere: true },
    { path: "shellcheckrc", anywhere: true },
  ],
  report: "shellcheck.json",
  ends: [0, 1],
  run: ({ files, source, planned }) => files.shellcheck(source, [...planned.paths]),
  read: ({ text, file, exitCode, place }) => readShellcheck(text, file, exitCode, place),
});
