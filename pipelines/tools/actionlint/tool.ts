import { action, workflow } from "#pipelines/tools/github-files.ts";
import { fileTool } from "#pipelines/tools/tool.ts";
import { readActionlint } from "./reader.ts";

const settings = /^\.github\/actionlint\.ya?ml$/;

/** @see https://github.com/rhysd/actionlint/blob/v1.7.12/docs/usage.md */
export const actionlint = fileTool({
  name: "actionlint",
  checks: "files",
  inputs: async ({ paths }) => ({
    paths: paths.filter((path) => workflow.test(path)),
    besides: paths.filter((path) => settings.test(path) || action.test(path)),
  }),
  policyFiles: [{ path: ".github/actionlint.yaml" }, { path: ".github/actionlint.yml" }],
  report: "actionlint.json",
  ends: [0, 1],
  run: ({ files, source }) => files.actionlint(source),
  read: ({ text, file, exitCode, place }) => readActionlint(text, file, exitCode, place),
});
