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
  report: "pyright.json",
  ends: [0, 1],
  limit,
  run: async ({ python, source, path, planned, environment }) =>
    python.pyright(source, await environment(), path, planned.version, limit),
  read: ({ text, file, exitCode, place }) => readPyright(text, file, { exitCode, place }),
});
