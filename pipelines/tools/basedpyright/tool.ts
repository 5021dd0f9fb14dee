import { oldestOf } from "#modules/python/src/usages.ts";
import { readPyright } from "#pipelines/tools/pyright/reader.ts";
import { runInEnvironment } from "#pipelines/tools/run-in-environment.ts";
import { codeTool } from "#pipelines/tools/tool.ts";

/** In seconds. */
const limit = 600;

/** @see https://docs.basedpyright.com/latest/configuration/config-files/ */
export const basedpyright = codeTool({
  name: "basedpyright",
  checks: "types",
  settings: [{ pyproject: "basedpyright" }],
  hooks: ["basedpyright"],
  oldest: oldestOf("basedpyright"),
  report: "basedpyright.json",
  ends: [0, 1],
  limit,
  runsAsked: true,
  run: (run) => runInEnvironment("basedpyright", limit, run),
  read: ({ text, file, exitCode, place }) => readPyright(text, file, { exitCode, place }, "basedpyright"),
});
