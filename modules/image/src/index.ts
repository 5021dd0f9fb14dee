import { BuildArg, Container, Directory, dag, File, func, object, Platform, Secret } from "@dagger.io/dagger";
import { baseLayers } from "./base-layers.ts";
import { createdAt } from "./created.ts";
import { codedError, shown } from "./errors.ts";
import { annotation, pair } from "./pair.ts";
import { withPlainHistory } from "./plain-history.ts";
import { checkPlatforms } from "./platforms.ts";
import { checkMounts } from "./ssh-mount.ts";

/** Pinned here only. */
export const pins = { image: "ghcr.io/regclient/regctl:v0.11.7", base: "gcr.io/distroless/static-debian12" };

/**
 * The date of files in a reproducible image, and the time that its steps see, if they ask. It is the same for every
 * commit, so that a layer with the same contents stays the same. It is the first day that a zip file can express.
 */
const layerTime = { iso: "1980-01-01T00:00:00Z", seconds: "315532800" };

/** The folder of an image layout in a container, and the name of its one entry. */
const [layoutPath, entry] = ["/layout", "image"];

/** Builds images from Dockerfiles by BuildKit, for one platform or several. */
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
   * Builds an image from its Dockerfile and returns it as a container.
   *
   * When a step of the Dockerfile fails, the call fails. The error names the step; the output of the step is in the
   * call's log only. Fails with ARGUMENT_INVALID on an invalid argument, and with SSH_UNSUPPORTED on RUN
   * --mount=type=ssh. Cached as the engine caches Dockerfiles. The image has no HEALTHCHECK, ONBUILD and SHELL,
   * because the engine keeps none of them. Kubernetes uses none either.
   * https://docs.docker.com/reference/dockerfile/
   *
   * @param context the folder that COPY and ADD read; its .dockerignore applies
   * @param dockerfile the Dockerfile, relative to context
   * @param target the stage to build; default: the last one
   * @param args build arguments as NAME=VALUE; never a secret, because the image keeps them
   * @param labels labels as NAME=VALUE
   * @param platform operating system and architecture, e.g. linux/arm64; default: the engine's own
   * @param secretIds the name of each secret in the Dockerfile: RUN --mount=type=secret,id=…
   * @param secrets the secrets, in the same order; only steps that mount a secret can read it, and no layer keeps it
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
   * Builds an image and returns it as an OCI image layout.
   *
   * The layout has one entry: the image, or an index for several platforms. The digest of this entry is the same when
   * the image is scanned, pushed and signed.
   *
   * With created, the same context and arguments give the same digest, on any engine and with any cache. For that,
   * the Dockerfile's own steps must do the same each time. The build differs as follows:
   * - Steps get the build argument SOURCE_DATE_EPOCH for 1980-01-01, unless args sets it.
   * - Files are dated 1980-01-01 in all layers except the base image's.
   * - The configuration has created as its time.
   *
   * Fails as build does. Also fails with ARGUMENT_INVALID on invalid annotations, platforms or times.
   * https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
   * https://reproducible-builds.org/docs/source-date-epoch/
   *
   * @param context the folder that COPY and ADD read; its .dockerignore applies
   * @param dockerfile the Dockerfile, relative to context
   * @param target the stage to build; default: the last one
   * @param args build arguments as NAME=VALUE; never a secret, because the image keeps them
   * @param labels labels as NAME=VALUE
   * @param annotations annotations as NAME=VALUE, for the image of each platform and for the index
   * @param platforms e.g. linux/amd64 and linux/arm64, in the order of the index; default: the engine's own
   * @param secretIds the name of each secret in the Dockerfile: RUN --mount=type=secret,id=…
   * @param secrets the secrets, in the same order; only steps that mount a secret can read it, and no layer keeps it
   * @param created the image's time in UTC, preferably the commit's, as 2026-01-02T03:04:05Z; default: the engine's
   *   own times, so that each build has another digest
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
   * Packs the image of one platform as an OCI archive, for tools that read no layout.
   *
   * The digest stays the same. Fails when the layout has no such platform, and with ARGUMENT_INVALID on an invalid
   * platform.
   * https://regclient.org/cli/regctl/image/export/
   *
   * @param layout an image layout, as the function layout returns it
   * @param platform e.g. linux/arm64; default: the only platform of the layout
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

  /** Names the image that regctl comes from, with its current digest. */
  @func()
  reference(): Promise<string> {
    return dag.container().from(this.image).imageRef();
  }

  /** The image as a layout with annotations, without the parts that differ between two builds. */
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
    // The time of the layout's entry; regctl spells the variable like this.
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

/** Checks the mounts. Skips a Dockerfile that cannot be read: the build itself reports that. */
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

/** Gives each secret the name that the Dockerfile uses. */
async function named(ids: readonly string[], secrets: readonly Secret[]): Promise<Secret[]> {
  if (ids.length !== secrets.length) {
    throw codedError(
      "ARGUMENT_INVALID",
      `there are ${ids.length} secret-ids and ${secrets.length} secrets`,
      "Pass one of --secret-ids for each of --secrets.",
    );
  }
  const wrong = ids.find(
    (id, at) => !/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(id) || ids.indexOf(id) !== at,
  );
  if (wrong !== undefined) {
    throw codedError(
      "ARGUMENT_INVALID",
      `secret-ids: ${shown(wrong)} is not a valid id, or it is listed twice`,
      "Use letters, digits, '_', '.' and '-', as in RUN --mount=type=secret,id=token, and list each id once.",
    );
  }
  return Promise.all(
    secrets.map(async (secret, at) => dag.setSecret(ids[at] ?? "", await secret.plaintext())),
  );
}
