import { pins } from "#modules/python/src/pins.ts";
import type { VersionedTool } from "#modules/python/src/usages.ts";

/**
 * The version of a tool that runs if the repository names none.
 *
 * @param python the version of Python, `3.Y`, which decides for tools that run inside the service's environment.
 */
export function ownVersion(tool: VersionedTool, python: string): string {
  if (tool === "ruff" || tool === "ruff-format") return pins.ruff.replace(/^.*:/, "");
  if (tool !== "mypy") return pins[tool];
  const isOld = Number(python.split(".")[1]) < 10;
  const pinned = pins.testTools.filter((line) => line.startsWith("mypy=="));
  const line = pinned.find((each) => each.includes("<") === isOld) ?? "";
  return /^mypy==([\d.]+)/.exec(line)?.[1] ?? "";
}
