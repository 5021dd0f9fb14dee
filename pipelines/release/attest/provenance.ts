import { SlipwayError } from "#pipelines/errors/errors.ts";

/** The type of the predicate that `provenancePredicate` makes. https://slsa.dev/spec/v1.1/provenance */
export const provenanceType = "https://slsa.dev/provenance/v1";

/** The build type, which names this description of the parameters. */
export const buildType = "urn:slipway:image:v1";

/** An input of the build, by digest. */
export interface Material {
  /** git+https://…@COMMIT, or docker://NAME. */
  readonly uri: string;
  /** Algorithm and hexadecimal digits: { sha256: "…" }, { gitCommit: "…" }. */
  readonly digest: Readonly<Record<string, string>>;
  /** Its role in the build: source, configuration, base image, tool. */
  readonly role: string;
}

/** The known facts of a build. Each is measured; none is only claimed. */
export interface Build {
  /** The repository's address, as in git; a login in it is left out. */
  readonly repository: string;
  readonly commit: string;
  /** The requested branch or tag, refs/heads/main; absent for a commit alone. */
  readonly ref?: string;
  /** The digest of the source that the build received: a commit does not describe the files of a working tree. */
  readonly sourceDigest: string;
  /** The digest of the file slipway.yaml; absent if there is no file. */
  readonly configDigest?: string;
  readonly service: string;
  readonly dockerfile: string;
  readonly target?: string;
  readonly arguments: Readonly<Record<string, string>>;
  readonly platforms: readonly string[];
  /** Base images and tools: NAME with its digest at the time of the build, sha256:…. */
  readonly images: readonly {
    readonly name: string;
    readonly digest: string;
    readonly role: "base image" | "tool";
  }[];
  /** Images of the Dockerfile that could not be resolved, as they are written; default: none. */
  readonly unresolvedBases?: readonly string[];
  /** The runner of the build, as a URI: the CI's workflow, or slipway itself on a person's machine. */
  readonly builder: string;
  /** Versions of the parts of the builder, such as slipway and the engine. */
  readonly versions: Readonly<Record<string, string>>;
  /** The id of this one run, as a URI or a word. */
  readonly invocation?: string;
  /** Start and end; absent if the same build must always have the same provenance. */
  readonly started?: Date;
  readonly finished?: Date;
}

/**
 * Writes the known facts of a build as a SLSA v1 provenance predicate. The same facts give the same text.
 *
 * @throws ARGUMENT_INVALID for an invalid commit or digest, or a build that ends before it begins: a wrong
 *   provenance is worse than no provenance.
 */
export function provenancePredicate(build: Build): object {
  check(build);
  return {
    buildDefinition: {
      buildType,
      externalParameters: {
        source: { uri: source(build), digest: { gitCommit: build.commit } },
        service: build.service,
        dockerfile: build.dockerfile,
        ...(build.target === undefined ? {} : { target: build.target }),
        arguments: sorted(build.arguments),
        platforms: [...build.platforms].sort(),
      },
      internalParameters:
        (build.unresolvedBases ?? []).length === 0 ? {} : { unresolvedBases: build.unresolvedBases },
      resolvedDependencies: materials(build).map(({ uri, digest, role }) => ({
        uri,
        digest,
        annotations: { role },
      })),
    },
    runDetails: {
      builder: { id: build.builder, version: sorted(build.versions) },
      metadata: {
        ...(build.invocation === undefined ? {} : { invocationId: build.invocation }),
        ...(build.started === undefined ? {} : { startedOn: second(build.started) }),
        ...(build.finished === undefined ? {} : { finishedOn: second(build.finished) }),
      },
    },
  };
}

/** The inputs of a build: the commit, the passed source, the configuration, base images and tools. */
export function materials(build: Build): readonly Material[] {
  const images = build.images.map(({ name, digest, role }) => ({
    uri: `docker://${name}`,
    digest: { sha256: hex(digest) },
    role,
  }));
  return [
    { uri: source(build), digest: { gitCommit: build.commit }, role: "source" },
    { uri: "slipway:source", digest: { sha256: hex(build.sourceDigest) }, role: "source tree" },
    ...(build.configDigest === undefined
      ? []
      : [
          {
            uri: "slipway:configuration",
            digest: { sha256: hex(build.configDigest) },
            role: "configuration",
          },
        ]),
    ...images.sort((one, other) => compare(one.uri, other.uri) || compare(one.role, other.role)),
  ];
}

function check(build: Build): void {
  const { sourceDigest, configDigest, images } = build;
  const digests = [sourceDigest, configDigest ?? sourceDigest, ...images.map(({ digest }) => digest)];
  const wrong = digests.find((digest) => !/^sha256:[0-9a-f]{64}$/.test(digest));
  if (wrong !== undefined)
    throw refused(
      `${JSON.stringify(wrong)} is not a digest`,
      "a digest of sha256: and 64 hexadecimal digits",
    );
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(build.commit)) {
    throw refused(
      `${JSON.stringify(build.commit)} is not a commit's id`,
      "the full id, as `git rev-parse HEAD` prints it",
    );
  }
  if (build.started !== undefined && build.finished !== undefined && !(build.started <= build.finished)) {
    throw refused("the build ends before it starts", "two times of the same clock");
  }
  if (!URL.canParse(build.builder)) {
    throw refused(
      `${JSON.stringify(build.builder)} is not a URI`,
      "the builder as a URI, such as the URL of the workflow",
    );
  }
}

function refused(what: string, wanted: string): SlipwayError {
  return new SlipwayError(
    "ARGUMENT_INVALID",
    `the provenance cannot be written: ${what}`,
    `Correct the facts of the build: pass ${wanted}.`,
  );
}

/** git+URL@REF, without a login; an scp-like address as ssh. */
function source({ repository, ref, commit }: Build): string {
  if (repository.startsWith("urn:")) return repository;
  const scp = /^(?:[^@/]+@)?([^:/]+):(?!\/\/)(.+)$/.exec(repository);
  const url = scp === null ? repository : `ssh://${scp[1]}/${scp[2]}`;
  return `git+${withoutLogin(url)}@${ref ?? commit}`;
}

function withoutLogin(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  url.username = "";
  url.password = "";
  url.search = "";
  url.hash = "";
  return url.href;
}

function hex(digest: string): string {
  return digest.slice("sha256:".length);
}

function second(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

function sorted(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([one], [other]) => compare(one, other)));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
