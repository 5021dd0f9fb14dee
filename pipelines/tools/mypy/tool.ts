import { oldestOf } from "#modules/python/src/usages.ts";
import { codeTool } from "#pipelines/tools/tool.ts";
import { readMypy } from "./reader.ts";
import { readMypyText } from "./text-reader.ts";

/** In seconds. */
const limit = 600;

/** @see https://mypy.readthedocs.io/en/stable/config_file.html */
export const mypy = codeTool({
  name: "mypy",
  checks: "types",
  settings: [
    { file: "mypy.ini" },
    { file: ".mypy.ini" },
    { pyproject: "mypy" },
    { ini: "mypy", only: "setup.cfg" },
  ],
  hooks: ["mypy"],
  oldest: oldestOf("mypy"),
  report: "mypy.jsonl",
  ends: [0, 1, 2],
  limit,
  run: async ({ python, source, path, environment }) =>
    python.types(source, await environment(), path, limit),
  isBroken: ({ exitCode, text }) => exitCode === 2 && !/^(?:\{|.+:\d+: error: )/.test(text),
  read: ({ text, file, exitCode, place }) => readMypy(text, file, { exitCode, place }),
  older: { "mypy.txt": ({ text, file, exitCode, place }) => readMypyText(text, file, { exitCode, place }) },
});
