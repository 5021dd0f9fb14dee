import type { Container, Directory } from "@dagger.io/dagger";
import { at, type Images, withRuff, withTool } from "./base-container.ts";
import { errorOf } from "./coded-error.ts";
import { pins } from "./pins.ts";

/** The arguments of `Python.fix`. */
export interface FixRequest {
  readonly source: Directory;
  readonly tools: readonly string[];
  readonly path: string;
}

/** See `Python.fix`. */
export function fixed(images: Images, { source, tools, path }: FixRequest): Directory {
  return tools.reduce((code, tool) => {
    const [name = "", version] = tool.split("==", 2);
    return at(fixer(images, name, version), code, path)
      .withExec(fixing(name))
      .directory("/src");
  }, source);
}

function fixer(images: Images, name: string, version?: string): Container {
  if (name === "ruff" || name === "ruff-format") return withRuff(images, version);
  return withTool(images, name, version ?? (name === "isort" ? pins.isort : pins.black));
}

/** The command that rewrites. Fails with ARGUMENT_INVALID for a tool that cannot rewrite. */
function fixing(name: string): string[] {
  switch (name) {
    case "ruff":
      return ["ruff", "check", "--fix", "--exit-zero", "--no-cache", "."];
    case "ruff-format":
      return ["ruff", "format", "--no-cache", "."];
    case "isort":
      return ["isort", "--quiet", "."];
    case "black":
      return ["black", "--quiet", "."];
    default:
      throw errorOf(
        "ARGUMENT_INVALID",
        `tools: ${JSON.stringify(name)} is not a tool that rewrites code`,
        "Set it to ruff, ruff-format, isort or black.",
      );
  }
}
