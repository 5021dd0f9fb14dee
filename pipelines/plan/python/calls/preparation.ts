import { posix } from "node:path";
import type { Test } from "#pipelines/config/config.ts";
import type { Dependencies, FurtherInstall } from "#pipelines/plan/python/dependencies.ts";
import { localPathIn } from "#pipelines/plan/python/local-requirement.ts";
import { normalizedName } from "#pipelines/plan/python/normalized-name.ts";
import { filesOf } from "#pipelines/plan/python/requirements.ts";
import type { Tree } from "#pipelines/plan/tree.ts";
import { isWithin, joinInside } from "#pipelines/text/path.ts";
import { isLiteral } from "./expressions.ts";
import { pipInstall } from "./pip-install.ts";
import { packagesIn, preparingCommand } from "./preparing-command.ts";
import { isProjectRunner, runsFile } from "./tasks/script-runners.ts";
import type { StartedTests } from "./test-calls.ts";
import { type EarlierCommand, earlierCommands, type ToolCall } from "./tool-call.ts";

/** What a pipeline does for a service's tests before it runs them. */
export interface Preparation {
  /** The pipeline's file, relative to the source. */
  readonly by: string;
  /** The Debian packages that it installs. */
  readonly packages: readonly string[];
  /** What it installs by pip, besides the service's own dependencies. */
  readonly installs: readonly FurtherInstall[];
  /** The commands that it runs, for the service's folder. */
  readonly before: readonly string[];
  /** Commands for a database that is not among the tests' containers. */
  readonly withDatabase: readonly string[];
  /** Whether variables of its jobs are not known here, such as secrets, so that a migration may fail. */
  readonly isUncertain?: boolean;
}

/** The service that is prepared. */
interface PreparedService {
  readonly path: string;
  readonly test: Test | false;
  readonly dependencies: Dependencies;
}

/**
 * Finds what the job that runs a service's tests does before, without what it does only under a condition, unless
 * slipway.yaml says what they need. What may fail there may fail here. Undefined if it does nothing that Slipway knows.
 *
 * @param started its tests, and the calls in pipelines that start them.
 */
export async function preparationOf(
  tree: Tree,
  service: PreparedService,
  started: readonly StartedTests[],
): Promise<Preparation | undefined> {
  const { test } = service;
  const [first] = started;
  if (first === undefined || test === false || test.packages.length + test.before.length > 0)
    return undefined;
  const commands = commandsBefore(started.map(({ starter }) => starter));
  const packages = [...new Set(commands.flatMap(({ words }) => packagesIn(words)))];
  const inside = started.filter(
    ({ call: { file }, starter: { tool } }) =>
      !isProjectRunner(tool) && !runsFile("tox", file) && !runsFile("nox", file),
  );
  const forPip = commandsBefore(inside.map(({ starter }) => starter));
  const installs = await installsOf(tree, service, forPip);
  const lines = linesFor(service, commands);
  const forDatabase = lines.filter(({ isForDatabase }) => isForDatabase);
  const hasDatabase = Object.values(test.containers).some(({ image }) => databases.test(image));
  const now = hasDatabase ? lines : lines.filter((line) => !forDatabase.includes(line));
  const all = {
    by: first.starter.file,
    packages: [...new Set([...packages, ...forDatabase.flatMap(({ line }) => clientOf(line) ?? [])])],
    installs,
    before: now.map(({ line }) => line),
    withDatabase: hasDatabase ? [] : forDatabase.map(({ line }) => line),
  };
  const { by: _, ...lists } = all;
  if (Object.values(lists).every(({ length }) => length === 0)) return undefined;
  const isUncertain = commands.some(({ variables }) => !Object.values(variables).every(isLiteral));
  return { ...all, ...(isUncertain && { isUncertain }) };
}

const databases =
  /postgres|postgis|pgvector|timescale|mysql|mariadb|percona|mongo|mssql|cockroach|clickhouse|oracle|\bdb\b/i;

const mostCommands = 300;

/** What jobs do before these calls, each command once, without what they do only under a condition. */
function commandsBefore(starters: readonly ToolCall[]): readonly EarlierCommand[] {
  const found = new Map<string, EarlierCommand>();
  for (const command of starters.slice(0, mostStarters).flatMap(earlierCommands)) {
    const key = [command.isIgnored, command.folder, ...command.words].join("\0");
    if (command.isConditional !== true && !found.has(key)) found.set(key, command);
  }
  return [...found.values()].slice(0, mostCommands);
}

const mostStarters = 20;

/** The calls of pip, without files that the dependencies have already, and those with local paths. */
async function installsOf(
  tree: Tree,
  { path, dependencies }: PreparedService,
  commands: readonly EarlierCommand[],
): Promise<readonly FurtherInstall[]> {
  if (dependencies.kind === "none") return [];
  const isLocked = dependencies.kind === "lock" || dependencies.kind === "uv-lock";
  const found: FurtherInstall[] = [];
  const own = await namesIn(tree);
  for (const { words, folder } of commands) {
    const call = pipInstall({ words });
    // Beside a lock, pip alone is for what the job itself needs.
    if (call === undefined || (isLocked && !call.isInside)) continue;
    const { requirements, files, options } = call;
    const named = await Promise.all(
      files.map(async (file) => {
        const at = joinInside(folder, file);
        const isKnown = at === undefined || dependencies.reads.includes(at);
        return isKnown || !isWithin(at, path) ? undefined : readable(tree, at);
      }),
    );
    const whole = named.flatMap((each) => each ?? []);
    // A name of the repository's own would be another package in the index.
    const others = requirements.filter((each) => !own.has(normalizedName(each.replace(/[^\w.-].*$/s, ""))));
    if (others.length + whole.length > 0) {
      const reads = [...new Set(whole.flatMap((each) => each.reads))];
      found.push({
        requirements: others,
        files: whole.map(({ file }) => file),
        reads,
        ...(options.length > 0 && { options }),
      });
    }
  }
  return found.slice(0, 10);
}

/** A file of requirements with those that it names; undefined if one is not there, or names a local path. */
async function readable(
  tree: Tree,
  file: string,
): Promise<{ readonly file: string; readonly reads: readonly string[] } | undefined> {
  const reads = await tree
    .hasFile(file)
    .then((isThere) => (isThere ? filesOf(tree, file) : []))
    .catch(() => []);
  const texts = await Promise.all(reads.map((each) => tree.read(each)));
  const hasLocal = texts.some((text) => text.split("\n").some((line) => localPathIn(line) !== undefined));
  return reads.length === 0 || hasLocal ? undefined : { file, reads };
}

/**
 * The names of the source's own projects and of the folders of code at its top, as an index of packages compares them.
 */
async function namesIn(tree: Tree): Promise<ReadonlySet<string>> {
  const all = await tree.all();
  const manifests = all
    .filter((file) => /(?:^|\/)(?:pyproject\.toml|setup\.(?:cfg|py))$/.test(file))
    .slice(0, 200);
  const texts = await Promise.all(manifests.map((file) => tree.read(file).catch(() => "")));
  const declared = texts.flatMap((text) => [
    ...text.slice(0, 100_000).matchAll(/\bname[ \t]{0,20}=[ \t]{0,20}["']?([\w.-]{1,100})/g),
  ]);
  const folders = manifests.map((file) => posix.basename(posix.dirname(file)));
  const tops = all.flatMap((file) => /^([^/]+)\/[^/]+\.py$/.exec(file)?.[1] ?? []);
  return new Set([...declared.map(([, name = ""]) => name), ...folders, ...tops].map(normalizedName));
}

/** The commands that prepare, each once, for a shell in the service's folder. */
function linesFor(
  { path, test }: PreparedService,
  commands: readonly EarlierCommand[],
): readonly { readonly line: string; readonly isForDatabase: boolean }[] {
  const given = test === false ? {} : test.env;
  const lines = commands.flatMap(({ words, folder, variables, isIgnored, hasInput = false }) => {
    const found = preparingCommand(words);
    const at = found && joinInside(folder, found.folder);
    if (found === undefined || at === undefined || !isWithin(at, path)) return [];
    // What it would read is not there.
    if (hasInput && /^(?:psql|mysql)$/.test(found.words[0] ?? "")) return [];
    const below = posix.relative(path, at);
    const set = Object.entries(variables).flatMap(([name, value]) =>
      given[name] === value || !/^[A-Za-z_]\w*$/.test(name) || !isLiteral(value)
        ? []
        : [`${name}=${quoted(value)}`],
    );
    const into = below === "" ? [] : ["cd", quoted(below), "&&"];
    const line = [...into, ...set, ...found.words.map(quoted), ...(isIgnored ? ["|| true"] : [])];
    return [{ line: line.join(" "), isForDatabase: found.isForDatabase }];
  });
  return [...new Map(lines.map((each) => [each.line, each])).values()];
}

function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The client of a database that a command calls, as its Debian package. */
function clientOf(line: string): string | undefined {
  if (/(?:^| )(?:psql|createdb|createuser) /.test(line)) return "postgresql-client";
  return /(?:^| )mysql(?:admin)? /.test(line) ? "default-mysql-client" : undefined;
}
