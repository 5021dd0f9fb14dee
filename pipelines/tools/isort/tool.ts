import { oldestOf } from "#modules/python/src/usages.ts";
import { readDiff } from "#pipelines/readers/diff.ts";
import { codeTool } from "#pipelines/tools/tool.ts";

/** @see https://pycqa.github.io/isort/docs/configuration/config_files.html */
export const isort = codeTool({
  name: "isort",
  checks: "code",
  settings: [{ file: ".isort.cfg" }, { pyproject: "isort" }, { ini: "isort" }, { ini: "tool:isort" }],
  hooks: ["isort"],
  oldest: oldestOf("isort"),
  report: "isort.diff",
  ends: [0, 1],
  run: ({ python, source, path, planned }) => python.isort(source, path, planned.version),
  read: ({ text, file, exitCode, place }) => readDiff(text, file, { tool: "isort", exitCode, place }),
});
