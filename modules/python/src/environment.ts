import type { Container, Directory, Secret } from "@dagger.io/dagger";
import { at, baseContainer, type Images } from "./base-container.ts";
import { withCredentials } from "./credentials.ts";
import { pins } from "./pins.ts";
import { withUvCache } from "./uv-tool.ts";

/** The arguments of `Python.environment`. */
export interface EnvironmentRequest {
  readonly source: Directory;
  readonly install: readonly string[];
  readonly path: string;
  readonly onto?: Container;
  readonly variables: readonly string[];
  readonly secrets: readonly Secret[];
}

/** See `Python.environment`. */
export function installed(
  images: Images,
  { source, install, path, onto, variables, secrets }: EnvironmentRequest,
): Container {
  return withCredentials(onto ?? baseContainer(images), variables, secrets, (ready) => {
    const tools = onto === undefined ? withTestTools(images, ready) : ready;
    if (install.length === 0) return tools;
    return at(tools, source, path)
      .withExec(["uv", ...install])
      .withoutMount("/src")
      .withWorkdir("/");
  });
}

/** An environment with the pinned test tools, which is the same for every project. The project installs without a cache. */
function withTestTools(images: Images, clean: Container): Container {
  return withUvCache(images, clean, (ready) =>
    ready.withExec(["uv", "venv", "/opt/venv"]).withExec(["uv", "pip", "install", ...pins.testTools]),
  );
}
