import { pins } from "#modules/python/src/pins.ts";
import { oldestOf, usageOf } from "#modules/python/src/usages.ts";
import { codeTool } from "#pipelines/tools/tool.ts";
import { readOldPylint, readPylint } from "./reader.ts";

/** In seconds; pylint infers types over all imports. */
const limit = 900;

/** Exit codes are sums of bits, 1 to 31 for sorts of messages; 32 alone is an error in its arguments. */
const ends = Array.from({ length: 32 }, (_, code) => code);

/** @see https://pylint.readthedocs.io/en/stable/user_guide/usage/run.html */
export const pylint = codeTool({
  name: "pylint",
  checks: "code",
  // https://pylint.readthedocs.io/en/stable/user_guide/usage/run.html#command-line-options
  settings: [
    { file: "pylintrc" },
    { file: "pylintrc.toml" },
    { file: ".pylintrc" },
    { file: ".pylintrc.toml" },
    { pyproject: "pylint" },
    { ini: "pylint" },
    { ini: "pylint.main" },
  ],
  hooks: ["pylint"],
  report: "pylint.json",
  ends,
  limit,
  oldest: oldestOf("pylint"),
  run: async ({ python, source, path, planned, environment }) => {
    const version = planned.version ?? pins.pylint;
    const { command, report } = usageOf("pylint", version);
    const own = planned.settings === undefined ? [] : [`--rcfile=/src/${planned.settings}`];
    const all = [...command, ...own, "."];
    return python.run(source, `pylint==${version}`, all, report, await environment(), path, limit);
  },
  isBroken: ({ exitCode, text }) => exitCode !== 0 && text === "",
  read: ({ text, file, exitCode, place }) => readPylint(text, file, exitCode, place),
  older: {
    "pylint-messages.json": ({ text, file, exitCode, place }) => readOldPylint(text, file, exitCode, place),
  },
});
