import { type Container, type Directory, ReturnType } from "@dagger.io/dagger";
import { at, type Images, limited, withTool } from "./base-container.ts";
import { mypyTargets } from "./mypy-targets.ts";
import { usageOf } from "./usages.ts";

/** The code, the folder that the checker runs in, and its limit in seconds. */
export interface TypeRequest {
  readonly source: Directory;
  readonly path: string;
  readonly timeout: number;
}

/** A request for pyright, with its version and further arguments. */
export interface PyrightRequest extends TypeRequest {
  readonly version: string;
  readonly args: readonly string[];
}

/** See `Python.types`. */
export async function mypy(
  environment: Container,
  { source, path, timeout }: TypeRequest,
): Promise<Container> {
  const targets = await mypyTargets(source.directory(path));
  const { command, report } = usageOf("mypy", await installedVersion(environment));
  return at(environment, source, path)
    .withEnvVariable("MYPY_CACHE_DIR", "/tmp/mypy")
    .withExec([...limited(timeout), ...command, ...targets], {
      expect: ReturnType.Any,
      redirectStdout: `/reports/${report}`,
    });
}

/** The version of mypy in an environment, which the project's own dependencies decide. */
async function installedVersion(environment: Container): Promise<string | undefined> {
  const script = "import importlib.metadata as m; print(m.version('mypy'))";
  const asked = environment.withExec(["python", "-c", script], { expect: ReturnType.Any });
  return (await asked.exitCode()) === 0 ? (await asked.stdout()).trim() : undefined;
}

/** The folder of pyright, and of what it downloads at its first run. */
const folder = "/opt/tools/pyright";

/** See `Python.pyright`. It is installed apart, because code of the environment could run while uv looks at it. */
export function pyright(
  images: Images,
  environment: Container,
  { source, path, timeout, version, args }: PyrightRequest,
): Container {
  const set = (container: Container) =>
    container
      .withEnvVariable("PYRIGHT_PYTHON_FORCE_VERSION", version)
      .withEnvVariable("PYRIGHT_PYTHON_CACHE_DIR", `${folder}/downloaded`);
  const tool = set(withTool(images, "pyright[nodejs]", version)).withExec(["pyright", "--version"]);
  const ready = set(environment).withDirectory(folder, tool.directory(folder));
  const { command, report } = usageOf("pyright", version);
  return at(ready, source, path).withExec(
    [...limited(timeout), `${folder}/bin/${command[0]}`, ...command.slice(1), ...args],
    { expect: ReturnType.Any, redirectStdout: `/reports/${report}` },
  );
}
