import { oldestOf } from "#modules/python/src/usages.ts";
import { readDiff } from "#pipelines/readers/diff.ts";
import { codeTool } from "#pipelines/tools/tool.ts";

/** @see https://black.readthedocs.io/en/stable/usage_and_configuration/the_basics.html */
export const black = codeTool({
  name: "black",
  checks: "code",
  settings: [{ pyproject: "black" }],
  hooks: ["black", "black-jupyter"],
  oldest: oldestOf("black"),
  report: "black.diff",
  ends: [0, 1],
  run: ({ python, source, path, planned }) => python.black(source, path, planned.version),
  read: ({ text, file, exitCode, place }) => readDiff(text, file, { tool: "black", exitCode, place }),
});
