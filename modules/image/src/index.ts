import { BuildArg, Container, Directory, dag, File, func, object, Platform, Secret } from "@dagger.io/dagger";
import { baseLayers } from "./base-layers.ts";
import { createdAt } from "./created.ts";
import { codedError, shown } from "./errors.ts";
import { annotation, pair } from "./pair.ts";
import { withPlainHistory } from "./plain-history.ts";
import { checkPlatforms } from "./platforms.ts";
import { checkMounts } from "./ssh-mount.ts";

/** Pinned here and nowhere else. */
export const pins = { image: "ghcr.io/regclient/regctl:v0.11.7", base: "gcr.io/distroless/static-debian12" };

/**
 * What files of a reproducible image are dated, and what its steps are told is the time, if they ask: the same for every
 * commit, so that a layer stays the same while what is in it does. The first day that a zip file knows.
 */
const layerTime = { iso: "1980-01-01T00:00:00Z", seconds: "315532800" };

/** Where an image layout lies in a container, and its one entry. */
const [layoutPath, entry] = ["/layout", "image"];

/** Builds images from Dockerfiles, as `docker build` would, for one platform or several. */
@object()
export class Image {
  private image: string;
  private base: string;

  /**
   * @param image image with regctl at /regctl
   * @param base image that regctl runs in; needs no shell
   */
  constructor(image: string = pins.image, base: string = pins.base) {
    this.image = image;
    this.base = base;
  }

  /**
   * Builds an image from its Dockerfile. Fails when a step of the Dockerfile does, with that step's output; with
   * ARGUMENT_INVALID on an argument without a name, SSH_UNSUPPORTED on RUN --mount=type=ssh.
   * https://docs.docker.com/reference/dockerfile/
   *
   * @param context the folder that COPY and ADD read; a .dockerignore in it holds
   * @param dockerfile the Dockerfile, relative to context
   * @param target the stage to build; the last one by default
   * @param args build arguments as NAME=VALUE; never a secret, since an image keeps them
   * @param labels labels as NAME=VALUE
   * @param platform operating system and architecture, e.g. linux/arm64; the engine's own by default
   * @param secretIds what the Dockerfile calls each secret: RUN --mount=type=secret,id=…
   * @param secrets the secrets, in the same order; there while a step runs that mounts one, and in no layer
   */
  @func()
  async build(
    context: Directory,
    dockerfile: string = "Dockerfile",
    target: string = "",
    args: string[] = [],
    labels: string[] = [],
    platform?: Platform,
    secretIds: string[] = [],
    secrets: Secret[] = [],
  ): Promise<Container> {
    await checkSteps(context, dockerfile, target);
    return built(context, {
      dockerfile,
      target,
      args,
      labels,
      secrets: await named(secretIds, secrets),
      ...(platform ? { platform } : {}),
    });
  }

  /**
   * Builds an image and lays it out as a folder: an OCI image layout with one entry, the image, or an index when there are
   * several platforms. What is scanned, pushed and signed by that entry's digest is the same everywhere.
   *
   * With `created` the same context and arguments give the same digest, on any engine and whatever is cached, as far as the
   * Dockerfile's own steps do the same each time: its steps get the build argument SOURCE_DATE_EPOCH, 1980-01-01 unless
   * `args` says otherwise, files are dated 1980-01-01 in all layers but the base image's, and the configuration bears
   * `created`. Fails as build does, and with ARGUMENT_INVALID on annotations, platforms or a time that are none.
   * https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
   * https://reproducible-builds.org/docs/source-date-epoch/
   *
   * @param context the folder that COPY and ADD read; a .dockerignore in it holds
   * @param dockerfile the Dockerfile, relative to context
   * @param target the stage to build; the last one by default
   * @param args build arguments as NAME=VALUE; never a secret, since an image keeps them
   * @param labels labels as NAME=VALUE
   * @param annotations annotations as NAME=VALUE, of the image of each platform and of the index
   * @param platforms e.g. linux/amd64 and linux/arm64, in the order that the index has; the engine's own by default
   * @param secretIds what the Dockerfile calls each secret: RUN --mount=type=secret,id=…
   * @param secrets the secrets, in the same order; there while a step runs that mounts one, and in no layer
   * @param created when the image was made, which is best the commit's time: 2026-01-02T03:04:05Z; without it the image is
   *   as the engine makes it, another one each time
   */
  @func()
  async layout(
    context: Directory,
    dockerfile: string = "Dockerfile",
    target: string = "",
    args: string[] = [],
    labels: string[] = [],
    annotations: string[] = [],
    platforms: string[] = [],
    secretIds: string[] = [],
    secrets: Secret[] = [],
    created: string = "",
  ): Promise<Directory> {
    checkPlatforms(platforms);
    const notes = annotations.map(annotation).map(({ name, value }) => `--annotation=${name}=${value}`);
    const time = created === "" ? undefined : createdAt(created);
    await checkSteps(context, dockerfile, target);
    const isDated = args.some((arg) => arg.startsWith("SOURCE_DATE_EPOCH="));
    const allArgs =
      time === undefined || isDated ? args : [...args, `SOURCE_DATE_EPOCH=${layerTime.seconds}`];
    const given = { dockerfile, target, args: allArgs, labels, secrets: await named(secretIds, secrets) };
    const builds = (platforms.length === 0 ? [undefined] : platforms).map((platform) => {
      // The engine's type for what is a string in its schema.
      const image = built(context, platform ? { ...given, platform: platform as Platform } : given);
      return this.normalised(image.asTarball(), notes, time);
    });
    const [first, ...others] = await Promise.all(builds);
    if (first === undefined || others.length === 0) return first ?? dag.directory();
    const all = [first, ...others];
    const mounted = all.reduce(
      (tool, each, index) => tool.withMountedDirectory(`/built/${index}`, each),
      this.tool(time),
    );
    const refs = all.map((_, index) => `--ref=ocidir:///built/${index}:${entry}`);
    return mounted
      .withExec(["/regctl", "index", "create", `ocidir://${layoutPath}:${entry}`, ...refs, ...notes])
      .directory(layoutPath);
  }

  /**
   * Packs the image of one platform as an OCI archive, for tools that read no layout; its digest stays. Fails when the
   * layout has no such platform.
   *
   * @param layout an image layout, as layout makes it
   * @param platform e.g. linux/arm64; for a layout of one platform that one
   */
  @func()
  archive(layout: Directory, platform: string = ""): File {
    const wanted = platform === "" ? [] : [`--platform=${platform}`];
    if (platform !== "") checkPlatforms([platform]);
    return this.tool()
      .withMountedDirectory(layoutPath, layout)
      .withExec(["/regctl", "image", "export", ...wanted, `ocidir://${layoutPath}:${entry}`, "/image.tar"])
      .file("/image.tar");
  }

  /** Names the image that regctl is taken from, with the digest that its name stands for. */
  @func()
  reference(): Promise<string> {
    return dag.container().from(this.image).imageRef();
  }

  /** The image as a layout of our own: with annotations, and without what another build would make otherwise. */
  private async normalised(archive: File, notes: readonly string[], time?: string): Promise<Directory> {
    const imported = this.tool(time)
      .withMountedFile("/input.tar", archive)
      .withExec(["/regctl", "image", "import", `ocidir:///imported:${entry}`, "/input.tar"]);
    const mod = [
      "/regctl",
      "image",
      "mod",
      `ocidir:///imported:${entry}`,
      `--create=ocidir://${layoutPath}:${entry}`,
    ];
    if (time === undefined) return imported.withExec([...mod, ...notes]).directory(layoutPath);
    const config = imported.withExec([
      "/regctl",
      "image",
      "inspect",
      "--format={{jsonPretty .}}",
      `ocidir:///imported:${entry}`,
    ]);
    const pulled = baseLayers(await config.stdout());
    const times = [`--config-time=set=${time}`, `--layer-time=set=${layerTime.iso},base-layers=${pulled}`];
    const dated = imported.withExec([...mod, ...times, "--reproducible", ...notes]).directory(layoutPath);
    return withPlainHistory(dated, pulled);
  }

  private tool(time?: string): Container {
    const tool = dag
      .container()
      .from(this.base)
      .withUser("0")
      .withFile("/regctl", dag.container().from(this.image).file("/regctl"))
      .withEnvVariable("HOME", "/tmp")
      .withWorkdir("/");
    // As regctl spells it: when the layout's entry was made.
    return time === undefined
      ? tool
      : tool.withEnvVariable("SOURCE_DATE_EPOC", String(Date.parse(time) / 1000));
  }
}

interface Build {
  readonly dockerfile: string;
  readonly target: string;
  readonly args: readonly string[];
  readonly labels: readonly string[];
  readonly secrets: Secret[];
  readonly platform?: Platform;
}

/** Of a Dockerfile that cannot be read the build itself says so. */
async function checkSteps(context: Directory, dockerfile: string, target: string): Promise<void> {
  const text = await context
    .file(dockerfile)
    .contents()
    .catch(() => "");
  checkMounts(text, target);
}

function built(context: Directory, { args, labels, ...options }: Build): Container {
  const buildArgs: BuildArg[] = args.map((arg) => pair(arg, "build argument"));
  const pairs = labels.map((label) => pair(label, "label"));
  const image = context.dockerBuild({ ...options, buildArgs });
  return pairs.reduce((labelled, { name, value }) => labelled.withLabel(name, value), image);
}

/** Gives each secret the name that the Dockerfile calls it by. */
async function named(ids: readonly string[], secrets: readonly Secret[]): Promise<Secret[]> {
  if (ids.length !== secrets.length) {
    throw codedError(
      "ARGUMENT_INVALID",
      `there are ${ids.length} ids but ${secrets.length} secrets`,
      "Give each secret its id.",
    );
  }
  const wrong = ids.find(
    (id, at) => !/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(id) || ids.indexOf(id) !== at,
  );
  if (wrong !== undefined) {
    throw codedError(
      "ARGUMENT_INVALID",
      `the secret's id ${shown(wrong)} is none, or there twice`,
      "Use letters, digits, '_', '.' and '-', as in RUN --mount=type=secret,id=token.",
    );
  }
  return Promise.all(
    secrets.map(async (secret, at) => dag.setSecret(ids[at] ?? "", await secret.plaintext())),
  );
}
