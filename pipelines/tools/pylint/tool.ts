import { codeTool } from "#pipelines/tools/tool.ts";
import { readPylint } from "./reader.ts";

/** The version that runs if the repository pins none. */
const pin = "4.1.4";

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
  run: async ({ python, source, path, planned, environment }) =>
    python.run(
      source,
      `pylint==${planned.version ?? pin}`,
      [
        "pylint",
        ...(planned.settings === undefined ? [] : [`--rcfile=/src/${planned.settings}`]),
        "--output-format=json2",
        "--recursive=y",
        ".",
      ],
      "pylint.json",
      await environment(),
      path,
      limit,
    ),
  isBroken: ({ exitCode, text }) => exitCode !== 0 && text === "",
  read: ({ text, file, exitCode, place }) => readPylint(text, file, exitCode, place),
});
