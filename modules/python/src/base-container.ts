import { type Container, type Directory, dag } from "@dagger.io/dagger";
import { withUv, withUvTool } from "./uv-tool.ts";

/** The images that every container here is built from. */
export interface Images {
  readonly image: string;
  readonly uv: string;
  readonly ruff: string;
}

/** Python and uv, and the folder for reports. */
export function baseContainer(images: Images): Container {
  return prepared(withUv(images));
}

function prepared(container: Container): Container {
  return container
    .withEnvVariable("UV_PROJECT_ENVIRONMENT", "/opt/venv")
    .withEnvVariable("VIRTUAL_ENV", "/opt/venv")
    .withEnvVariable("PATH", "/opt/venv/bin:/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin")
    .withEnvVariable("PYTHONDONTWRITEBYTECODE", "1")
    .withEnvVariable("PYTHONUNBUFFERED", "1")
    .withEnvVariable("CI", "true")
    .withDirectory("/reports", dag.directory());
}

/**
 * A tool in an environment of its own, apart from the project's dependencies.
 *
 * @param beside requirements that are installed into the same environment; default: none
 */
export function withTool(
  images: Images,
  name: string,
  version: string,
  beside: readonly string[] = [],
): Container {
  return prepared(withUvTool(images, name, version, beside));
}

/** ruff from its own image, or from the package index if a version is named. */
export function withRuff(images: Images, version?: string): Container {
  if (version !== undefined) return withTool(images, "ruff", version);
  return dag
    .container()
    .from(images.image)
    .withFile("/usr/local/bin/ruff", dag.container().from(images.ruff).file("/ruff"))
    .withDirectory("/reports", dag.directory());
}

/** Mounts the source, and changes to a folder in it. */
export function at(container: Container, source: Directory, path: string): Container {
  return container.withMountedDirectory("/src", source).withWorkdir(path === "." ? "/src" : `/src/${path}`);
}

/** coreutils' timeout ends the whole process group. It exits with 124 at the limit. */
export function limited(seconds: number): string[] {
  return ["timeout", "--kill-after=10s", `${seconds}s`];
}
