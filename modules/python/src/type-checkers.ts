import { type Container, type Directory, ReturnType } from "@dagger.io/dagger";
import { at, type Images, limited, withTool } from "./base-container.ts";
import { mypyTargets } from "./mypy-targets.ts";

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

/** The folder of pyright, and of what it downloads at its first run. */
const folder = "/opt/tools/pyright";

/** See `Python.pyright`. It is installed apart, because code of the environment could run while uv looks at it. */
export function pyright(
  images: Images,
  environment: Container,
  { source, path, timeout, version }: TypeRequest & { readonly version: string },
): Container {
  const set = (container: Container) =>
    container
      .withEnvVariable("PYRIGHT_PYTHON_FORCE_VERSION", version)
      .withEnvVariable("PYRIGHT_PYTHON_CACHE_DIR", `${folder}/downloaded`);
  const tool = set(withTool(images, "pyright[nodejs]", version)).withExec(["pyright", "--version"]);
  const ready = set(environment).withDirectory(folder, tool.directory(folder));
  return at(ready, source, path).withExec(
    [...limited(timeout), `${folder}/bin/pyright`, "--outputjson", "--pythonpath=/opt/venv/bin/python"],
    { expect: ReturnType.Any, redirectStdout: "/reports/pyright.json" },
  );
}
