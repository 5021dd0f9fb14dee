import { type Container, dag } from "@dagger.io/dagger";
import { errorOf } from "./coded-error.ts";

/**
 * A container in which uv installs tools from the package index, each in an environment of its own.
 *
 * @param image image with Python at /usr/local/bin/python, Debian-based
 * @param uv image with uv at /uv
 */
export function withUv(image: string, uv: string): Container {
  return dag
    .container()
    .from(image)
    .withFile("/usr/local/bin/uv", dag.container().from(uv).file("/uv"))
    .withMountedCache("/root/.cache/uv", dag.cacheVolume("slipway-uv"))
    .withEnvVariable("UV_LINK_MODE", "copy")
    .withEnvVariable("UV_SYSTEM_CERTS", "true")
    .withEnvVariable("UV_PYTHON_DOWNLOADS", "never")
    .withEnvVariable("UV_TOOL_DIR", "/opt/tools")
    .withEnvVariable("UV_TOOL_BIN_DIR", "/usr/local/bin");
}

/** Installs a tool in an environment of its own, apart from a project's dependencies. */
export function withUvTool(container: Container, name: string, version: string): Container {
  return container.withExec(["uv", "tool", "install", requirement(name, version)]);
}

/**
 * Joins a package's name and its version. Fails with ARGUMENT_INVALID on anything else: a URL, a path or an option
 * would install something else.
 */
export function requirement(name: string, version: string): string {
  if (!/^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?(?:\[[\w.,-]+\])?$/.test(name)) {
    throw errorOf(
      "ARGUMENT_INVALID",
      `${JSON.stringify(name)} is not a package's name`,
      "Pass the name of a package, for example pylint.",
    );
  }
  if (/^\d[0-9A-Za-z.!+_-]{0,60}$/.test(version)) return `${name}==${version}`;
  throw errorOf(
    "ARGUMENT_INVALID",
    `${JSON.stringify(version)} is not a version of ${name}`,
    "Pass a version, for example 1.2.3.",
  );
}
