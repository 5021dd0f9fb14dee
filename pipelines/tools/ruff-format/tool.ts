import { oldestOf } from "#modules/python/src/usages.ts";
import { readDiff } from "#pipelines/readers/diff.ts";
import { codeTool } from "#pipelines/tools/tool.ts";
import { readRuffFormat } from "./reader.ts";

/** @see https://docs.astral.sh/ruff/formatter/ */
export const ruffFormat = codeTool({
  name: "ruff-format",
  checks: "code",
  settings: [{ file: ".ruff.toml" }, { file: "ruff.toml" }, { pyproject: "ruff" }],
  hooks: ["ruff-format"],
  package: "ruff",
  oldest: oldestOf("ruff-format"),
  report: "ruff-format.sarif",
  ends: [0, 1],
  run: ({ python, source, path, planned }) => python.format(source, path, planned.version),
  read: ({ text, file, place }) => readRuffFormat(text, file, place),
  older: {
    "ruff-format.diff": ({ text, file, exitCode, place }) =>
      readDiff(text, file, { tool: "ruff format", exitCode, place }),
  },
});
