import { posix } from "node:path";
import { oldestOf } from "#modules/python/src/usages.ts";
import { codeTool, type PlannedTool } from "#pipelines/tools/tool.ts";
import { readFlake8 } from "./reader.ts";

/** @see https://flake8.pycqa.org/en/latest/user/configuration.html */
export const flake8 = codeTool({
  name: "flake8",
  checks: "code",
  settings: [{ ini: "flake8" }, { file: ".flake8" }],
  hooks: ["flake8"],
  oldest: oldestOf("flake8"),
  report: "flake8.txt",
  ends: [0, 1],
  folder: folderOfSettings,
  run: async ({ python, source, path, planned, environment }) => {
    const folder = folderOfSettings(path, planned);
    const installed = planned.isInstalled ? await environment() : undefined;
    return python.flake8(source, installed, folder, posix.relative(folder, path) || ".", planned.version);
  },
  isBroken: ({ exitCode, text }) => exitCode === 1 && text === "",
  read: ({ text, file, exitCode, place }) => readFlake8(text, file, exitCode, place),
});

/** The folder in which flake8 runs, because it reads only the settings of that folder. */
function folderOfSettings(path: string, { settings }: PlannedTool): string {
  return settings === undefined ? path : posix.dirname(settings);
}
