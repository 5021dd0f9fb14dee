import { oldestOf } from "#modules/python/src/usages.ts";
import { runInEnvironment } from "#pipelines/tools/run-in-environment.ts";
import { codeTool } from "#pipelines/tools/tool.ts";
import { readTy } from "./reader.ts";

/** In seconds. */
const limit = 600;

/** @see https://docs.astral.sh/ty/reference/configuration/ */
export const ty = codeTool({
  name: "ty",
  checks: "types",
  settings: [{ file: "ty.toml" }, { pyproject: "ty" }],
  hooks: ["ty", "ty-check"],
  oldest: oldestOf("ty"),
  report: "ty.json",
  ends: [0, 1],
  limit,
  runsAsked: true,
  run: (run) => runInEnvironment("ty", limit, run),
  isBroken: ({ exitCode, text, stderr }) =>
    (exitCode !== 0 && text === "") || /no python files found/i.test(stderr),
  read: ({ text, file, exitCode, place }) => readTy(text, file, exitCode, place),
});
