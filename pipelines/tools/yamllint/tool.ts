import { fileTool } from "#pipelines/tools/tool.ts";
import { readYamllint } from "./reader.ts";
import { yamllintReferences } from "./settings.ts";

const settings = /^\.yamllint(?:\.ya?ml)?$/;

/** @see https://yamllint.readthedocs.io/en/stable/quickstart.html#running-yamllint */
export const yamllint = fileTool({
  name: "yamllint",
  checks: "files",
  inputs: async (own) => {
    const found = own.paths.filter((path) => settings.test(path));
    const referred = await yamllintReferences(own, found[0]);
    return {
      paths: own.paths.filter((path) => /\.ya?ml$/.test(path)),
      besides: [...found, ...own.paths.filter((path) => referred.includes(path))],
    };
  },
  onRequest: { settings, hook: "yamllint" },
  isVersioned: true,
  policyFiles: [{ path: ".yamllint" }, { path: ".yamllint.yaml" }, { path: ".yamllint.yml" }],
  report: "yamllint.txt",
  ends: [0, 1],
  run: ({ files, source, planned }) => files.yamllint(source, planned.version),
  // It also ends with 1 on a file that it cannot decode, in the middle of the report.
  isBroken: ({ stderr }) => stderr.includes("Traceback (most recent call last)"),
  read: ({ text, file, exitCode, place }) => readYamllint(text, file, exitCode, place),
});
