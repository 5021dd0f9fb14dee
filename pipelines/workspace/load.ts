import { posix } from "node:path";
import { type Directory, dag, ExistsType } from "@dagger.io/dagger";
import type { Config, Tools } from "#pipelines/config/config.ts";
import { readConfig } from "#pipelines/config/read.ts";
import { codeOf, SlipwayError } from "#pipelines/errors/errors.ts";
import { type Lock, lockFile, noLock, readLock } from "#pipelines/lock/lock.ts";
import { lockedTools } from "#pipelines/lock/references.ts";
import { type Plan, plan } from "#pipelines/plan/plan.ts";
import { filesOfInterest, type SourceFacts } from "#pipelines/plan/source-facts.ts";
import type { Request } from "#pipelines/request.ts";
import { refuseArgumentDefaults } from "#pipelines/source/env-file.ts";
import { printable } from "#pipelines/text/printable.ts";
import { kustomizeBy } from "./tools.ts";

/** The default path of the configuration. */
export const configFile = "slipway.yaml";

/**
 * The largest configuration file that is read at all, in bytes. The parser has a lower limit with a better message.
 */
const largestConfig = 16 * 1024 * 1024;

/** The largest file whose first line is read to find scripts, in bytes. */
const largestScript = 1024 * 1024;

/** The source with its configuration. */
export interface LoadedConfig {
  readonly source: Directory;
  /** The folder of the source in the passed one: `.`, or the folder that the configuration's `root` names. */
  readonly root: string;
  /** The configuration, with each tool's image by its digest in the lock. */
  readonly config: Config;
  /** The tools as slipway.yaml names them. */
  readonly named: Tools;
  readonly lock: Lock;
}

/**
 * Reads the configuration, and follows its `root` into the folder that it names.
 *
 * @throws CONFIG_NOT_FOUND when the request names a missing file; CONFIG_INVALID, CONFIG_UNREADABLE, LOCK_INVALID;
 *   PATH_NOT_FOUND when `root` names a missing folder; DEFAULTS_IN_SOURCE when the source sets arguments of the call.
 */
export async function loadConfig(request: Request): Promise<LoadedConfig> {
  await refuseArgumentDefaults(request.source);
  return readConfiguration(request);
}

/** Reads the configuration of a source that no call runs in. @throws as `loadConfig`, but for DEFAULTS_IN_SOURCE. */
export async function readConfiguration(request: Pick<Request, "source" | "config">): Promise<LoadedConfig> {
  const file = request.config ?? configFile;
  const config = readConfig(await textOf(request.source, file, request.config !== undefined), file);
  if (config.root === undefined) return locked({ source: request.source, root: ".", config });
  const source = await folderOf(request.source, config.root);
  const inner = posix.join(config.root, configFile);
  const inside = readConfig(await textOf(source, configFile, false), inner, "root");
  return locked({ source, root: config.root, config: inside });
}

async function locked(configured: Omit<LoadedConfig, "lock" | "named">): Promise<LoadedConfig> {
  const text = await textOf(configured.source, lockFile, false);
  const lock = text === undefined ? noLock : readLock(text);
  const { config } = configured;
  const { tools } = config;
  return { ...configured, config: { ...config, tools: lockedTools(tools, lock) }, named: tools, lock };
}

/** The source with its facts and its plan. */
export interface LoadedSource extends LoadedConfig {
  readonly facts: SourceFacts;
  readonly plan: Plan;
}

/**
 * Reads the configuration and plans the checks of the source.
 *
 * @throws SERVICE_NOT_FOUND when the request names an unknown service; the errors of `loadConfig` and `plan`.
 */
export async function loadSource(request: Request): Promise<LoadedSource> {
  return narrowToService(await planSource(await loadConfig(request)), request.service);
}

/** Plans all checks of a source, by a configuration of it. @throws the errors of `plan`. */
export async function planSource(configured: LoadedConfig): Promise<LoadedSource> {
  const { source, config } = configured;
  const facts = await factsOf(source, config);
  return { ...configured, facts, plan: await plan(facts, config) };
}

/** Leaves the plan of one service; of all, if none is named. @throws SERVICE_NOT_FOUND. */
export function narrowToService<Loaded extends LoadedSource>(
  loaded: Loaded,
  service: string | undefined,
): Loaded {
  if (service === undefined) return loaded;
  const { plan: whole } = loaded;
  const services = whole.services.filter(({ name }) => name === service);
  const faults = whole.faults.filter(({ id }) => id.service === service);
  if (services.length > 0 || faults.length > 0) return { ...loaded, plan: { ...whole, services, faults } };
  throw new SlipwayError(
    "SERVICE_NOT_FOUND",
    `the source has no service '${printable(service)}'`,
    `Use one of ${whole.services.map(({ name }) => name).join(", ")}.`,
  );
}

/** Whether an error says that a source, such as a base, has nothing to check. */
export function hasNothing(error: unknown): boolean {
  const code = codeOf(error);
  return code === "SOURCE_EMPTY" || code === "SOURCE_NOT_PYTHON" || code === "SERVICE_NOT_FOUND";
}

/** The path of the configuration, relative to the passed source. */
export function settingsPath(root: string, named: string | undefined): string {
  return root === "." ? (named ?? configFile) : posix.join(root, configFile);
}

/** Reads only the configuration, which is enough to set images. */
export async function listOverlays(request: Request) {
  const { source, config } = await loadConfig(request);
  return { source, kustomize: kustomizeBy(config), overlays: config.bump.overlays };
}

async function factsOf(source: Directory, config: Config): Promise<SourceFacts> {
  const files = await Promise.all([".", ...unlisted(config)].map((folder) => listed(source, folder)));
  return {
    files: [...new Set(files.flat())].sort(),
    all: async () => (await source.glob("**")).filter((path) => !path.endsWith("/")).sort(),
    firstLine: (path) => firstLineOf(source, path),
    read: (path) => source.file(path).contents(),
    hasFile: (path) => source.exists(path, { expectedType: ExistsType.RegularType }),
    hasFolder: (path) => source.exists(path, { expectedType: ExistsType.DirectoryType }),
    isEmpty: async () => (await source.entries()).length === 0,
  };
}

/** The first line of a file; empty for a link that leads to no file: the reader of that file reports it. */
async function firstLineOf(source: Directory, path: string): Promise<string> {
  try {
    const file = source.file(path);
    return (await file.size()) > largestScript ? "" : await file.contents({ limitLines: 1 });
  } catch (error) {
    if (await source.exists(path, { expectedType: ExistsType.RegularType })) throw error;
    return "";
  }
}

/**
 * Lists the files of interest. It does not use `Directory.filter`, which fails if the same folder was seen at
 * another place.
 */
async function listed(source: Directory, folder: string): Promise<string[]> {
  const files = await dag
    .directory()
    .withDirectory("/", source.directory(folder), { include: [...filesOfInterest] })
    .glob("**");
  return files.filter((file) => !file.endsWith("/")).map((file) => posix.join(folder, file));
}

/** Folders whose files the engine's patterns cannot match, because `*` does not match a line end. */
function unlisted({ services = {} }: Config): string[] {
  return Object.values(services)
    .map(({ path }) => path)
    .filter((path) => /[\r\n]/.test(path));
}

async function textOf(source: Directory, file: string, named: boolean): Promise<string | undefined> {
  if (await source.exists(file, { expectedType: ExistsType.RegularType })) {
    const content = source.file(file);
    if ((await content.size()) <= largestConfig) return content.contents();
    throw new SlipwayError(
      "CONFIG_UNREADABLE",
      `${printable(file)} is larger than ${largestConfig} bytes`,
      "Make the file smaller, or pass another configuration file with --config.",
    );
  }
  if (!named) return undefined;
  throw new SlipwayError(
    "CONFIG_NOT_FOUND",
    `no such file in the source: ${printable(file)}`,
    "Pass the path relative to the source, or remove --config to use slipway.yaml.",
  );
}

async function folderOf(source: Directory, path: string): Promise<Directory> {
  if (await source.exists(path, { expectedType: ExistsType.DirectoryType })) return source.directory(path);
  throw new SlipwayError(
    "PATH_NOT_FOUND",
    `\`root: ${printable(path)}\`: no such folder in the source`,
    "Set `root` to a folder of the repository, or remove it.",
  );
}
