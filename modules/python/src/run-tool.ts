import { type Container, type Directory, ReturnType } from "@dagger.io/dagger";
import { at, type Images, limited, withTool } from "./base-container.ts";
import { errorOf } from "./coded-error.ts";
import { requirement, uv } from "./uv-tool.ts";

/** The arguments of `Python.run`. */
export interface RunRequest {
  readonly source: Directory;
  readonly tool: string;
  readonly command: readonly string[];
  readonly report: string;
  readonly environment?: Container;
  readonly path: string;
  readonly timeout: number;
  readonly beside: readonly string[];
}

/** See `Python.run`. */
export function runTool(images: Images, request: RunRequest): Container {
  const { source, tool, command, report, environment, path, timeout, beside } = request;
  if (!/^[A-Za-z0-9][\w.-]*$/.test(report)) {
    throw errorOf(
      "ARGUMENT_INVALID",
      `report: ${JSON.stringify(report)} is not the name of a file`,
      "Set it to a plain name without a folder, such as pylint.json.",
    );
  }
  const [, name = "", asked = ""] = /^([^<>=!~]*)(.*)$/s.exec(tool) ?? [];
  const version = asked.replace(/^==(?=[^,*]*$)/, "");
  const ready =
    environment?.withExec([uv, "pip", "install", requirement(name, version), ...beside]) ??
    withTool(images, name, version, beside);
  return at(ready, source, path).withExec([...limited(timeout), ...command], {
    expect: ReturnType.Any,
    redirectStdout: `/reports/${report}`,
  });
}
