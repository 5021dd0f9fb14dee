import { BuildArg, Container, Directory, func, object, Platform } from "@dagger.io/dagger";

/** Builds an image from a Dockerfile, as `docker build` would. */
@object()
export class Image {
  /**
   * Builds an image from its Dockerfile. Fails when a step of the Dockerfile does, with that step's output.
   * https://docs.docker.com/reference/dockerfile/
   *
   * @param context the folder that COPY and ADD read; a .dockerignore in it holds
   * @param dockerfile the Dockerfile, relative to context
   * @param target the stage to build; the last one by default
   * @param args build arguments as NAME=VALUE; never a secret, since an image keeps them
   * @param labels labels as NAME=VALUE
   * @param platform operating system and architecture, e.g. linux/arm64; the engine's own by default
   */
  @func()
  build(
    context: Directory,
    dockerfile: string = "Dockerfile",
    target: string = "",
    args: string[] = [],
    labels: string[] = [],
    platform?: Platform,
  ): Container {
    const buildArgs: BuildArg[] = args.map((arg) => pair(arg, "build argument"));
    const built = context.dockerBuild({ dockerfile, target, buildArgs, ...(platform ? { platform } : {}) });
    return labels
      .map((label) => pair(label, "label"))
      .reduce((image, { name, value }) => image.withLabel(name, value), built);
  }
}

function pair(text: string, what: string): { name: string; value: string } {
  const at = text.indexOf("=");
  if (at < 1) {
    throw new Error(`ARGUMENT_INVALID: the ${what} '${text}' has no name. Write it as NAME=VALUE.`);
  }
  return { name: text.slice(0, at), value: text.slice(at + 1) };
}
