// Copied from ci/scripts/copied/uv-tool.ts by `npm run generate`: change it there.
import { createHash } from "node:crypto";
import { type Container, dag } from "@dagger.io/dagger";
import { errorOf } from "./coded-error.ts";

/** The images that Python and uv come from. */
export interface UvImages {
  /** With Python at /usr/local/bin/python, Debian-based. */
  readonly image: string;
  /** With uv at /uv. */
  readonly uv: string;
}

/** uv by its path: a project may install another one, which comes first on PATH. */
export const uv = "/usr/local/bin/uv";

/** uv's folder for its cache. */
const cache = "/root/.cache/uv";

/** A container with uv, which installs each tool in an environment of its own. */
export function withUv({ image, uv: from }: UvImages): Container {
  return dag
    .container()
    .from(image)
    .withFile(uv, dag.container().from(from).file("/uv"))
    .withEnvVariable("UV_SYSTEM_CERTS", "true")
    .withEnvVariable("UV_PYTHON_DOWNLOADS", "never")
    .withEnvVariable("UV_TOOL_DIR", "/opt/tools")
    .withEnvVariable("UV_TOOL_BIN_DIR", "/usr/local/bin");
}

/**
 * Runs steps with a cache that outlives the call. uv does not check what it unpacked before, so no code of a project may
 * ever run there: the container must have no file of a project, and uv installs wheels only, because a source
 * distribution runs its own code to be built. Each pair of images has a cache of its own, since a project can name them.
 */
export function withUvCache(
  { image, uv: from }: UvImages,
  clean: Container,
  steps: (ready: Container) => Container,
): Container {
  const key = createHash("sha256").update(`${image} ${from}`).digest("hex").slice(0, 16);
  const ready = clean
    .withMountedCache(cache, dag.cacheVolume(`slipway-uv-${key}`))
    .withEnvVariable("UV_LINK_MODE", "copy")
    .withEnvVariable("UV_NO_BUILD", "true");
  return steps(ready)
    .withoutMount(cache)
    .withoutEnvVariable("UV_LINK_MODE")
    .withoutEnvVariable("UV_NO_BUILD");
}

/**
 * A container with a tool in an environment of its own, apart from a project's dependencies.
 *
 * @param beside requirements that are installed into the same environment, also those without a wheel; default: none
 */
export function withUvTool(
  images: UvImages,
  name: string,
  version: string,
  beside: readonly string[] = [],
): Container {
  const others = beside.map((each) => `--with=${each}`);
  const install = [uv, "tool", "install", requirement(name, version), ...others];
  if (beside.length === 0) return withUvCache(images, withUv(images), (ready) => ready.withExec(install));
  // A plugin may have no wheel. It is built without the cache, which its code could change.
  const tried = withUvCache(images, withUv(images), (ready) =>
    ready.withExec(["sh", "-c", `"$@" || touch ${unbuilt}`, "sh", ...install]),
  );
  return tried.withExec(["sh", "-c", `[ ! -e ${unbuilt} ] || "$@"`, "sh", ...install, "--no-cache"]);
}

/** There if a tool could not be installed from wheels alone. */
const unbuilt = "/opt/unbuilt";

/** A range of versions, such as `>=1.10,<2`: uv takes the newest of them. */
const range = /^(?:[<>]=?|[=!~]=)\d[\w.!+*-]{0,60}(?:,(?:[<>]=?|[=!~]=)\d[\w.!+*-]{0,60}){0,11}$/;

/**
 * Joins a package's name and its version, or a range of them. Fails with ARGUMENT_INVALID on anything else: a URL, a path or an option
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
  if (range.test(version)) return `${name}${version}`;
  throw errorOf(
    "ARGUMENT_INVALID",
    `${JSON.stringify(version)} is not a version of ${name}`,
    "Pass a version, for example 1.2.3.",
  );
}
