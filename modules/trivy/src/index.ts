import { createHash } from "node:crypto";
import { CacheSharingMode, Container, Directory, dag, File, func, object } from "@dagger.io/dagger";
import { errorOf } from "./coded-error.ts";
import { findArchive } from "./database-archive.ts";

/** Pinned here only. */
export const pins = {
  image: "aquasec/trivy:0.65.0",
  base: "gcr.io/distroless/static-debian12",
  unpacker: "debian:bookworm-slim",
  repositories: ["mirror.gcr.io/aquasec/trivy-db:2", "ghcr.io/aquasecurity/trivy-db:2"],
};

/**
 * Scans a folder or an image with Trivy for vulnerabilities, secrets and misconfiguration.
 *
 * Both scans return the container after Trivy ran. Reports: /reports/trivy.json (Trivy's own) and
 * /reports/trivy.sarif, with all findings of every severity. A call fails when Trivy fails, and never because of a
 * finding.
 */
@object()
export class Trivy {
  private image: string;
  private base: string;
  private unpacker: string;

  /**
   * @param image image with Trivy at /usr/local/bin/trivy
   * @param base image that Trivy runs in; needs no shell, only root certificates and /tmp
   * @param unpacker image with tar and gzip, to unpack a database that is passed as an archive
   */
  constructor(image: string = pins.image, base: string = pins.base, unpacker: string = pins.unpacker) {
    this.image = image;
    this.base = base;
    this.unpacker = unpacker;
  }

  /**
   * Downloads the vulnerability database.
   *
   * Returns a folder with db/trivy.db and db/metadata.json; UpdatedAt in the latter is the date of the database.
   * Fails with Trivy's own words when no repository has it. The engine keeps the database: another call with the same
   * window does not download it again.
   * https://trivy.dev/docs/latest/configuration/db/
   *
   * @param repositories the repositories to try, in this order; default: Aqua's two
   * @param window any text, such as the current hour: a call with another text downloads the database again
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
   * Prepares a vulnerability database that you pass, for scans without a network.
   *
   * Returns a folder as database does. Fails with DATABASE_UNAVAILABLE when the folder has no database. Cached by
   * content.
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
   * Scans a folder: lock files, secrets, Dockerfiles, Kubernetes and Terraform files.
   *
   * A .trivyignore and a trivy.yaml in the folder apply, but for severities and unfixed vulnerabilities: all are
   * reported.
   * https://trivy.dev/docs/latest/target/filesystem/
   *
   * @param source the folder to scan
   * @param database a database from database or database-from; default: downloads it, if scanners has vuln
   * @param scanners any of vuln, secret, misconfig
   * @param skip folders and files to leave out, relative to source
   * @param timeout limit in seconds; default: 600
   * @param ignore a .trivyignore.yaml to apply instead of the folder's .trivyignore
   */
  @func()
  filesystem(
    source: Directory,
    database?: Directory,
    scanners: string[] = ["vuln", "secret", "misconfig"],
    skip: string[] = [],
    timeout: number = 600,
    ignore?: File,
  ): Container {
    const tool = this.ready(scanners, database).withMountedDirectory("/src", source).withWorkdir("/src");
    const skipped = skip.flatMap((path) => [`--skip-dirs=${path}`, `--skip-files=${path}`]);
    return report(
      tool,
      ["filesystem", ...scan(scanners, timeout), "--cache-backend=memory", ...skipped, "."],
      ignore,
    );
  }

  /**
   * Scans an image: the packages in its layers, and secrets in its files and configuration.
   *
   * A cache volume keeps what Trivy found in each layer, so that it scans a base image once.
   * https://trivy.dev/docs/latest/target/container_image/
   *
   * @param archive the image as an OCI archive (Container.asTarball)
   * @param database a database from database or database-from; default: downloads it, if scanners has vuln
   * @param scanners any of vuln, secret, misconfig
   * @param timeout limit in seconds; default: 600
   * @param ignore a .trivyignore.yaml with accepted findings; default: none
   */
  @func()
  imageArchive(
    archive: File,
    database?: Directory,
    scanners: string[] = ["vuln", "secret"],
    timeout: number = 600,
    ignore?: File,
  ): Container {
    const tool = this.ready(scanners, database)
      .withMountedFile("/input/image.tar", archive)
      .withMountedCache("/cache/fanal", dag.cacheVolume(this.layers()), {
        sharing: CacheSharingMode.Locked,
      })
      .withWorkdir("/input");
    return report(
      tool,
      ["image", ...scan(scanners, timeout), "--cache-backend=fs", "--input=/input/image.tar"],
      ignore,
    );
  }

  /**
   * Returns Trivy's version, such as 0.65.0.
   *
   * Fails with TOOL_FAILED when Trivy does not print it.
   */
  @func()
  async version(): Promise<string> {
    const said = await this.tool().withExec(["/usr/local/bin/trivy", "--version"]).stdout();
    const version = /^Version: (\d\S*)$/m.exec(said)?.[1];
    if (version !== undefined) return version;
    throw errorOf(
      "TOOL_FAILED",
      "`trivy --version` printed no version",
      "Set --image to an image with Trivy at /usr/local/bin/trivy.",
    );
  }

  /** Names the image that Trivy comes from, with its current digest. */
  @func()
  reference(): Promise<string> {
    return dag.container().from(this.image).imageRef();
  }

  /** The volume of these images alone: a project can name others, which could change what the scans of others find. */
  private layers(): string {
    const key = createHash("sha256").update(`${this.image} ${this.base}`).digest("hex").slice(0, 16);
    return `slipway-trivy-layers-${key}`;
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

const everySeverity = "--severity=UNKNOWN,LOW,MEDIUM,HIGH,CRITICAL";

/** Reports every finding: the reader of the report decides which ones matter. */
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
    // A trivy.yaml could leave some out.
    everySeverity,
    "--ignore-unfixed=false",
    "--exit-code=0",
    "--format=json",
    "--output=/reports/trivy.json",
  ];
}

function report(tool: Container, args: string[], ignore: File | undefined): Container {
  const ready = ignore === undefined ? tool : tool.withMountedFile(ignoreFile, ignore);
  const ignoring = ignore === undefined ? [] : [`--ignorefile=${ignoreFile}`];
  return ready
    .withExec(["/usr/local/bin/trivy", ...args, ...ignoring])
    .withExec([
      "/usr/local/bin/trivy",
      "convert",
      everySeverity,
      "--format=sarif",
      "--output=/reports/trivy.sarif",
      "/reports/trivy.json",
    ]);
}

/** Trivy reads YAML only from a file of that ending. */
const ignoreFile = "/slipway/trivyignore.yaml";
