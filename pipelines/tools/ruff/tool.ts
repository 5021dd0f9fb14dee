import { oldestOf } from "#modules/python/src/usages.ts";
import { readSarif } from "#pipelines/readers/sarif.ts";
import { codeTool } from "#pipelines/tools/tool.ts";
import { readRuffJson } from "./reader.ts";

/** @see https://docs.astral.sh/ruff/linter/ */
export const ruff = codeTool({
  name: "ruff",
  checks: "code",
  // https://docs.astral.sh/ruff/configuration/#config-file-discovery
  settings: [{ file: ".ruff.toml" }, { file: "ruff.toml" }, { pyproject: "ruff" }],
  hooks: ["ruff", "ruff-check"],
  oldest: oldestOf("ruff"),
  report: "ruff.sarif",
  ends: [0],
  run: ({ python, source, path, planned }) =>
    python.lint(source, path, planned.version, [...(planned.select ?? [])]),
  read: ({ text, file, place }) => readSarif(text, file, { tool: "ruff", kind: "lint", place }),
  older: { "ruff.json": ({ text, file, place }) => readRuffJson(text, file, place) },
});
