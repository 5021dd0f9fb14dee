import { CacheSharingMode, Container, Directory, dag, File, func, object } from "@dagger.io/dagger";
import { errorOf } from "./coded-error.ts";
import { findArchive } from "./database-archive.ts";

/** Pinned here and nowhere else. */
export const pins = {
  image: "aquasec/trivy:0.65.0",
  base: "gcr.io/distroless/static-debian12",
  unpacker: "debian:bookworm-slim",
  repositories: ["mirror.gcr.io/aquasec/trivy-db:2", "ghcr.io/aquasecurity/trivy-db:2"],
};

/**
 * Scans with Trivy: a folder or an image, for vulnerabilities, secrets and misconfiguration. Each scan returns the
 * container after Trivy ran, with everything it found, of every severity, in /reports/trivy.json (Trivy's own) and
 * trivy.sarif; it fails when Trivy does, never because of what was found.
 */
@object()
export class Trivy {
  private image: string;
  private base: string;
  private unpacker: string;

  /**
   * @param image image with Trivy at /usr/local/bin/trivy
   * @param base image that Trivy runs in; needs no shell, only root certificates and /tmp
   * @param unpacker image with tar and gzip; used for a database that is handed in as an archive
   */
  constructor(image: string = pins.image, base: string = pins.base, unpacker: string = pins.unpacker) {
    this.image = image;
    this.base = base;
    this.unpacker = unpacker;
  }

  /**
   * Downloads the vulnerability database: a folder with db/trivy.db and db/metadata.json, whose UpdatedAt is its
   * date. Fails with Trivy's own words when no repository has it. Kept by the engine, so the same `window` downloads
   * nothing again.
   * https://trivy.dev/docs/latest/configuration/db/
   *
   * @param repositories where to look, in order; Aqua's two by default
   * @param window any text, such as the hour; another text downloads anew
   */
  @func({ cache: "session" })
  database(repositories: string[] = pins.repositories, window: string = ""): Directory {
    return this.tool()
      .withEnvVariable("SLIPWAY_WINDOW", window)
      .withExec([
        "/usr/local/bin/trivy",
        "image",
        "--download-db-only",
        "--no-progress",
        "--cache-dir=/database",
        ...repositories.map((repository) => `--db-repository=${repository}`),
      ])
      .directory("/database");
  }

  /**
   * Makes a database that was handed in, for want of a network, into the folder that `database` gives. Fails with
   * DATABASE_UNAVAILABLE when the folder holds none.
   * https://trivy.dev/docs/latest/advanced/air-gap/
   *
   * @param from a folder with metadata.json and trivy.db, or with db.tar.gz, or an OCI layout of the database's image
   */
  @func()
  async databaseFrom(from: Directory): Promise<Directory> {
    if ((await from.exists("metadata.json")) && (await from.exists("trivy.db"))) {
      return dag.directory().withDirectory("db", from, { include: ["metadata.json", "trivy.db"] });
    }
    const archive = await findArchive(from);
    const unpacked = dag
      .container()
      .from(this.unpacker)
      .withMountedFile("/input.tar.gz", archive)
      .withDirectory("/database/db", dag.directory())
      .withExec([
        "tar",
        "--extract",
        "--gzip",
        "--no-same-owner",
        "--file=/input.tar.gz",
        "--directory=/database/db",
      ]);
    return unpacked.directory("/database");
  }

  /**
   * Scans a folder: what its lock files declare, secrets in its files, misconfiguration in Dockerfiles, Kubernetes
   * and Terraform files. A .trivyignore in it holds.
   * https://trivy.dev/docs/latest/target/filesystem/
   *
   * @param source the folder
   * @param database what database or databaseFrom gave; downloaded by default, and only where vuln is asked for
   * @param scanners any of vuln, secret, misconfig; all three by default
   * @param skip paths left out, relative to source; a folder or a file each
   * @param timeout limit in seconds
   */
  @func()
  filesystem(
    source: Directory,
    database?: Directory,
    scanners: string[] = ["vuln", "secret", "misconfig"],
    skip: string[] = [],
    timeout: number = 600,
  ): Container {
    const tool = this.ready(scanners, database).withMountedDirectory("/src", source).withWorkdir("/src");
    const skipped = skip.flatMap((path) => [`--skip-dirs=${path}`, `--skip-files=${path}`]);
    return report(tool, [
      "filesystem",
      ...scan(scanners, timeout),
      "--cache-backend=memory",
      ...skipped,
      ".",
    ]);
  }

  /**
   * Scans an image: the packages in its layers, secrets in its files and configuration. What Trivy found in a layer is
   * kept in a cache volume, so that a base is looked through once.
   * https://trivy.dev/docs/latest/target/container_image/
   *
   * @param archive the image as an OCI archive (Container.asTarball)
   * @param database what database or databaseFrom gave; downloaded by default, and only where vuln is asked for
   * @param scanners any of vuln, secret, misconfig; vuln and secret by default
   * @param timeout limit in seconds
   */
  @func()
  imageArchive(
    archive: File,
    database?: Directory,
    scanners: string[] = ["vuln", "secret"],
    timeout: number = 600,
  ): Container {
    const tool = this.ready(scanners, database)
      .withMountedFile("/input/image.tar", archive)
      .withMountedCache("/cache/fanal", dag.cacheVolume("slipway-trivy-layers"), {
        sharing: CacheSharingMode.Locked,
      })
      .withWorkdir("/input");
    return report(tool, [
      "image",
      ...scan(scanners, timeout),
      "--cache-backend=fs",
      "--input=/input/image.tar",
    ]);
  }

  /** Tells Trivy's version, such as 0.65.0. Fails when the image has no Trivy that says it. */
  @func()
  async version(): Promise<string> {
    const said = await this.tool().withExec(["/usr/local/bin/trivy", "--version"]).stdout();
    const version = /^Version: (\d\S*)$/m.exec(said)?.[1];
    if (version !== undefined) return version;
    throw errorOf("TOOL_FAILED", "trivy --version names none", "Check the image that Trivy is taken from.");
  }

  /** Names the image that Trivy is taken from, with the digest that its name stands for. */
  @func()
  reference(): Promise<string> {
    return dag.container().from(this.image).imageRef();
  }

  private ready(scanners: string[], database: Directory | undefined): Container {
    if (!scanners.includes("vuln")) return this.tool();
    return this.tool().withMountedDirectory("/cache", database ?? this.database());
  }

  private tool(): Container {
    return dag
      .container()
      .from(this.base)
      .withUser("0")
      .withFile("/usr/local/bin/trivy", dag.container().from(this.image).file("/usr/local/bin/trivy"))
      .withEnvVariable("TRIVY_DISABLE_TELEMETRY", "true")
      .withEnvVariable("TRIVY_SKIP_VERSION_CHECK", "true")
      .withDirectory("/reports", dag.directory());
  }
}

/** Everything is reported; what gates is for the reader of the report to say. */
function scan(scanners: string[], timeout: number): string[] {
  return [
    "--cache-dir=/cache",
    "--skip-db-update",
    "--skip-java-db-update",
    "--skip-check-update",
    "--offline-scan",
    "--no-progress",
    `--scanners=${scanners.join(",")}`,
    `--timeout=${timeout}s`,
    "--exit-code=0",
    "--format=json",
    "--output=/reports/trivy.json",
  ];
}

function report(tool: Container, args: string[]): Container {
  return tool
    .withExec(["/usr/local/bin/trivy", ...args])
    .withExec([
      "/usr/local/bin/trivy",
      "convert",
      "--format=sarif",
      "--output=/reports/trivy.sarif",
      "/reports/trivy.json",
    ]);
}
