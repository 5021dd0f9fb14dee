import { oldestOf } from "#modules/python/src/usages.ts";
import { codeTool } from "#pipelines/tools/tool.ts";
import { readPyright } from "./reader.ts";

/** In seconds. */
const limit = 600;

/** @see https://microsoft.github.io/pyright/#/configuration */
export const pyright = codeTool({
  name: "pyright",
  checks: "types",
  settings: [{ file: "pyrightconfig.json" }, { pyproject: "pyright" }],
  hooks: ["pyright"],
  oldest: oldestOf("pyright"),
  report: "pyright.json",
  ends: [0, 1],
  limit,
  runsAsked: true,
  run: async ({ python, source, path, planned, environment }) => {
    const { folder = path, args = [], files = [] } = planned.asked ?? {};
    const all = [...args, ...files];
    return python.pyright(source, await environment(), folder, planned.version, limit, all);
  },
  read: ({ text, file, exitCode, place }) => readPyright(text, file, { exitCode, place }),
});
