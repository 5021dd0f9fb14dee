import { type Container, type Directory, ReturnType } from "@dagger.io/dagger";
import { at, limited } from "./base-container.ts";
import { mypyTargets } from "./mypy-targets.ts";
import { requirement } from "./uv-tool.ts";

/** The code, the folder that the checker runs in, and its limit in seconds. */
export interface TypeRequest {
  readonly source: Directory;
  readonly path: string;
  readonly timeout: number;
}

/** See `Python.types`. */
export async function mypy(
  environment: Container,
  { source, path, timeout }: TypeRequest,
): Promise<Container> {
  const targets = await mypyTargets(source.directory(path));
  return at(environment, source, path)
    .withEnvVariable("MYPY_CACHE_DIR", "/tmp/mypy")
    .withExec([...limited(timeout), "mypy", "--output=json", "--no-error-summary", ...targets], {
      expect: ReturnType.Any,
      redirectStdout: "/reports/mypy.jsonl",
    });
}

/** See `Python.pyright`. */
export function pyright(
  environment: Container,
  { source, path, timeout, version }: TypeRequest & { readonly version: string },
): Container {
  const ready = environment
    .withEnvVariable("PYRIGHT_PYTHON_FORCE_VERSION", version)
    .withExec(["uv", "tool", "install", requirement("pyright[nodejs]", version)])
    .withExec(["pyright", "--version"]);
  return at(ready, source, path).withExec(
    [...limited(timeout), "pyright", "--outputjson", "--pythonpath=/opt/venv/bin/python"],
    { expect: ReturnType.Any, redirectStdout: "/reports/pyright.json" },
  );
}
