import { action, workflow } from "#pipelines/tools/github-files.ts";
import { fileTool } from "#pipelines/tools/tool.ts";
import { readZizmor } from "./reader.ts";

const settings = /^(?:\.github\/)?zizmor\.ya?ml$/;
const dependabot = /^\.github\/dependabot\.ya?ml$/;

/** @see https://docs.zizmor.sh/usage/ */
export const zizmor = fileTool({
  name: "zizmor",
  checks: "files",
  inputs: async ({ paths }) => ({
    paths: paths.filter((path) => workflow.test(path) || action.test(path)),
    besides: paths.filter((path) => settings.test(path) || dependabot.test(path)),
  }),
  isVersioned: true,
  policyFiles: [
    { path: "zizmor.yml" },
    { path: "zizmor.yaml" },
    { path: ".github/zizmor.yml" },
    { path: ".github/zizmor.yaml" },
  ],
  report: "zizmor.sarif",
  ends: [0],
  run: ({ files, source, planned }) => files.zizmor(source, planned.version),
  read: ({ text, file, place }) => readZizmor(text, file, place),
});
