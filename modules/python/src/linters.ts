import { type Container, type Directory, ReturnType } from "@dagger.io/dagger";
import { at, type Images, withRuff, withTool } from "./base-container.ts";

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
  return at(withRuff(images, version), source, path).withExec([
    "ruff",
    "check",
    "--exit-zero",
    "--no-cache",
    "--output-format=sarif",
    "--output-file=/reports/ruff.sarif",
    ...(rules.length === 0 ? [] : [`--select=${rules.join(",")}`]),
    ".",
  ]);
}

/** See `Python.format`. */
export function ruffFormat(images: Images, { source, path, version }: RuffRequest): Container {
  const ready = at(withRuff(images, version), source, path);
  const { flags, report } = formatsAsSarif(version)
    ? { flags: ["--check", "--output-format=sarif"], report: "ruff-format.sarif" }
    : { flags: ["--diff"], report: "ruff-format.diff" };
  return ready.withExec(["ruff", "format", ...flags, "--no-cache", "."], {
    expect: ReturnType.Any,
    redirectStdout: `/reports/${report}`,
  });
}

/** Whether a version of ruff tells as SARIF what it would format; none stands for the one in ruff's own image. */
export function formatsAsSarif(version: string | undefined): boolean {
  const [, major = "0", minor = "0"] = /^v?(\d+)\.(\d+)/.exec(version ?? "1.0") ?? [];
  return Number(major) > 0 || Number(minor) >= 16;
}

/** See `Python.black`. */
export function black(images: Images, { source, path, version }: LintRequest): Container {
  return at(withTool(images, "black", version), source, path).withExec(
    ["black", "--check", "--diff", "--quiet", "."],
    { expect: ReturnType.Any, redirectStdout: "/reports/black.diff" },
  );
}

/** See `Python.isort`. */
export function isort(images: Images, { source, path, version }: LintRequest): Container {
  return at(withTool(images, "isort", version), source, path).withExec(
    ["isort", "--check-only", "--diff", "."],
    { expect: ReturnType.Any, redirectStdout: "/reports/isort.diff" },
  );
}

/** See `Python.flake8`. */
export function flake8(
  images: Images,
  request: LintRequest & { readonly environment?: Container; readonly folder: string },
): Container {
  const { source, environment, folder, path, version } = request;
  const format = "--format=%(code)s\t%(row)d\t%(col)d\t%(path)s\t%(text)s";
  return at(environment ?? withTool(images, "flake8", version), source, folder).withExec(
    ["flake8", format, path],
    { expect: ReturnType.Any, redirectStdout: "/reports/flake8.txt" },
  );
}

/** See `Python.bandit`. */
export function bandit(images: Images, request: LintRequest & { readonly settings?: string }): Container {
  const { source, path, settings, version } = request;
  const flag = settings?.endsWith(".toml") ? "--configfile" : "--ini";
  return at(withTool(images, "bandit", version), source, path).withExec(
    [
      "bandit",
      "--quiet",
      "--recursive",
      "--exit-zero",
      "--format=json",
      "--output=/reports/bandit.json",
      ...(settings === undefined ? [] : [flag, `/src/${settings}`]),
      ".",
    ],
    { expect: ReturnType.Any },
  );
}
