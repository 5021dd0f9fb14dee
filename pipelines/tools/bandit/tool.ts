import { oldestOf } from "#modules/python/src/usages.ts";
import { codeTool } from "#pipelines/tools/tool.ts";
import { readBandit } from "./reader.ts";

/** @see https://bandit.readthedocs.io/en/latest/config.html */
export const bandit = codeTool({
  name: "bandit",
  checks: "code",
  settings: [{ file: ".bandit" }, { pyproject: "bandit" }],
  hooks: ["bandit"],
  policyFiles: [{ path: ".bandit", anywhere: true }],
  oldest: oldestOf("bandit"),
  report: "bandit.json",
  ends: [0],
  run: ({ python, source, path, planned }) => python.bandit(source, path, planned.settings, planned.version),
  read: ({ text, file, place }) => readBandit(text, file, place),
});
