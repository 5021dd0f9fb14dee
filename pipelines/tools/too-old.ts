import { isBefore } from "#modules/python/src/usages.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { explain } from "#pipelines/errors/explain.ts";
import type { CodeTool, PlannedTool } from "./tool.ts";

/** The error of a tool that failed. If its version is older than all that are known to work, that is the reason. */
export function tooOldOr(
  error: unknown,
  { name, oldest, package: pinned = name }: Pick<CodeTool, "name" | "oldest" | "package">,
  { version }: Pick<PlannedTool, "version">,
): unknown {
  if (version === undefined || oldest === undefined || !isBefore(version, oldest)) return error;
  return new SlipwayError(
    "TOOL_TOO_OLD",
    `${name} ${version} failed, and the oldest version that works is ${oldest}: ${explain(error).text}`,
    `Pin ${pinned} ${oldest} or newer in the lock, the requirements or .pre-commit-config.yaml.`,
  );
}
