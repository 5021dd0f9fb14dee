import { type Container, type Directory, ReturnType } from "@dagger.io/dagger";
import { at, type Images, withRuff, withTool } from "./base-container.ts";
import { usageOf, type VersionedTool } from "./usages.ts";
import { requirement, uv } from "./uv-tool.ts";

/** The code, the folder of it to check, and the linter's version. */
export interface LintRequest {
  readonly source: Directory;
  readonly path: string;
  readonly version: string;
}

/** Without a version, ruff comes from its own image. */
type RuffRequest = Omit<LintRequest, "version"> & { readonly version?: string };

/** See `Python.lint`. */
export function ruff(
  images: Images,
  { source, path, version, rules }: RuffRequest & { readonly rules: readonly string[] },
): Container {
  const { command, report } = usageOf("ruff", version);
  const select = rules.length === 0 ? [] : [`--select=${rules.join(",")}`];
  return at(withRuff(images, version), source, path).withExec([...command, ...select, "."], {
    redirectStdout: `/reports/${report}`,
  });
}

/** See `Python.format`. */
export function ruffFormat(images: Images, { source, path, version }: RuffRequest): Container {
  const { command, report } = usageOf("ruff-format", version);
  return at(withRuff(images, version), source, path).withExec([...command, "."], {
    expect: ReturnType.Any,
    redirectStdout: `/reports/${report}`,
  });
}

/** See `Python.black` and `Python.isort`. */
export function formatter(
  images: Images,
  tool: VersionedTool & ("black" | "isort"),
  { source, path, version }: LintRequest,
): Container {
  const { command, report } = usageOf(tool, version);
  return at(withTool(images, tool, version), source, path).withExec([...command, "."], {
    expect: ReturnType.Any,
    redirectStdout: `/reports/${report}`,
  });
}

/** See `Python.flake8`. */
export function flake8(
  images: Images,
  request: LintRequest & { readonly environment?: Container; readonly folder: string },
): Container {
  const { source, environment, folder, path, version } = request;
  const { command, report } = usageOf("flake8", version);
  const ready =
    environment?.withExec([uv, "pip", "install", requirement("flake8", version)]) ??
    withTool(images, "flake8", version);
  return at(ready, source, folder).withExec([...command, path], {
    expect: ReturnType.Any,
    redirectStdout: `/reports/${report}`,
  });
}

/** See `Python.bandit`. */
export function bandit(images: Images, request: LintRequest & { readonly settings?: string }): Container {
  const { source, path, settings, version } = request;
  const { command, report, beside } = usageOf("bandit", version);
  const flag = settings?.endsWith(".toml") ? "--configfile" : "--ini";
  const own = settings === undefined ? [] : [flag, `/src/${settings}`];
  return at(withTool(images, "bandit", version, beside), source, path).withExec([...command, ...own, "."], {
    expect: ReturnType.Any,
    redirectStdout: `/reports/${report}`,
  });
}
