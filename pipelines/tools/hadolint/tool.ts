import { fileTool } from "#pipelines/tools/tool.ts";
import { isDockerfile } from "./dockerfiles.ts";
import { readHadolint } from "./reader.ts";
import { hadolintThreshold, isHadolintLevel } from "./settings.ts";

const settings = /^\.hadolint\.ya?ml$/;

/** @see https://github.com/hadolint/hadolint#cli */
export const hadolint = fileTool({
  name: "hadolint",
  checks: "files",
  inputs: async (own) => {
    const besides = own.paths.filter((path) => settings.test(path));
    const threshold = await hadolintThreshold(own, besides[0]);
    return {
      paths: own.paths.filter(isDockerfile),
      besides,
      ...(threshold !== undefined && { threshold }),
    };
  },
  policyFiles: [{ path: ".hadolint.yaml" }, { path: ".hadolint.yml" }],
  report: "hadolint.json",
  ends: [0, 1],
  run: ({ files, source, planned }) => files.hadolint(source, [...planned.paths]),
  // It continues without settings that it cannot read.
  isBroken: ({ exitCode, text, stderr }) =>
    stderr.includes("Error parsing your config file") || (exitCode === 1 && text === ""),
  read: ({ text, file, exitCode, place, planned: { threshold } }) =>
    readHadolint(text, file, { exitCode, place, ...(isHadolintLevel(threshold) && { least: threshold }) }),
});
