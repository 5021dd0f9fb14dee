import type { Container, Directory, Secret } from "@dagger.io/dagger";
import { at, baseContainer, type Images } from "./base-container.ts";
import { errorOf, shown } from "./coded-error.ts";
import { withCredentials } from "./credentials.ts";
import { pins } from "./pins.ts";
import { uv, withUvCache } from "./uv-tool.ts";

/** The arguments of `Python.environment`. */
export interface EnvironmentRequest {
  readonly source: Directory;
  readonly install: readonly string[];
  readonly path: string;
  readonly onto?: Container;
  readonly variables: readonly string[];
  readonly secrets: readonly Secret[];
  readonly packages: readonly string[];
}

/** See `Python.environment`. */
export function installed(
  images: Images,
  { source, install, path, onto, variables, secrets, packages }: EnvironmentRequest,
): Container {
  return withCredentials(onto ?? baseContainer(images), variables, secrets, (ready) => {
    const tools = onto === undefined ? withPackages(withTestTools(images, ready), packages) : ready;
    if (install.length === 0) return tools;
    return at(tools, source, path)
      .withExec([uv, ...install])
      .withoutMount("/src")
      .withWorkdir("/");
  });
}

/** An environment with the pinned test tools, which is the same for every project. The project installs without a cache. */
function withTestTools(images: Images, clean: Container): Container {
  return withUvCache(images, clean, (ready) =>
    ready.withExec([uv, "venv", "/opt/venv"]).withExec([uv, "pip", "install", ...pins.testTools]),
  );
}

/** https://manpages.debian.org/stable/apt/apt-get.8.en.html */
function withPackages(container: Container, packages: readonly string[]): Container {
  if (packages.length === 0) return container;
  const wrong = packages.find((each) => !/^[a-z0-9][A-Za-z0-9+.:~=-]*$/.test(each));
  if (wrong !== undefined) {
    throw errorOf(
      "ARGUMENT_INVALID",
      `packages: ${shown(wrong)} is not the name of a Debian package`,
      "Pass names as in libpq-dev, or with a version as in git=1:2.47.3-0+deb13u1.",
    );
  }
  return container
    .withEnvVariable("DEBIAN_FRONTEND", "noninteractive")
    .withExec(["apt-get", "update", "--quiet", "--error-on=any"])
    .withExec(["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", ...packages])
    .withoutEnvVariable("DEBIAN_FRONTEND");
}
