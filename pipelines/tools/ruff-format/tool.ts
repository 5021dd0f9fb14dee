import { formatsAsSarif } from "#modules/python/src/linters.ts";
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
  report: "ruff-format.sarif",
  ends: [0, 1],
  run: ({ python, source, path, planned }) => python.format(source, path, planned.version),
  older: (version) =>
    formatsAsSarif(version)
      ? undefined
      : {
          report: "ruff-format.diff",
          read: ({ text, file, exitCode, place }) =>
            readDiff(text, file, { tool: "ruff format", exitCode, place }),
        },
  read: ({ text, file, place }) => readRuffFormat(text, file, place),
});
