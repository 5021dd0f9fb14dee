import { posix } from "node:path";
import { z } from "zod";
import type { Tree } from "#pipelines/plan/tree.ts";
import { join, joinInside } from "#pipelines/text/path.ts";
import { valueIn } from "#pipelines/yaml/document.ts";
import { containersOf, type JobContainers } from "./job-containers.ts";
import { entriesOf, loose, table, text, texts, words } from "./pipeline-values.ts";

/** A command that starts services of compose files. */
export interface ComposeStart {
  /** The compose files that it names, relative to the source; empty: the one in its folder. */
  readonly files: readonly string[];
  /** The folder in which it runs, relative to the source. */
  readonly folder: string;
  /** The services that it names; empty: all. */
  readonly named: readonly string[];
  readonly profiles: readonly string[];
  /** Whether it runs a command in the named service, so that only what this one needs is started. */
  readonly isRun: boolean;
}

/** Reads `docker compose up`, `run` and their like; undefined for another command. */
export function composeStart(all: readonly string[], folder: string): ComposeStart | undefined {
  const [first = "", second = "", ...others] = all[0] === "sudo" ? all.slice(1) : all;
  const isCompose = first === "docker-compose" || (first === "docker" && second === "compose");
  if (!isCompose) return undefined;
  const rest = withoutValues(first === "docker" ? others : [second, ...others]);
  const at = rest.findIndex(({ word, value }) => value === undefined && !word.startsWith("-"));
  const verb = rest[at]?.word ?? "";
  if (!/^(?:up|start|run)$/.test(verb)) return undefined;
  const valuesOf = (option: RegExp) =>
    rest.slice(0, at).flatMap(({ word, value }) => {
      const [name = "", joined] = word.split("=", 2);
      const given = joined ?? value ?? "";
      return option.test(name) && given !== "" ? [given] : [];
    });
  const files = valuesOf(/^(?:-f|--file)$/).flatMap((file) => joinInside(folder, file) ?? []);
  const profiles = valuesOf(/^--profile$/);
  const after = rest.slice(at + 1);
  const isRun = verb === "run";
  if (isRun && after.some(({ word }) => word === "--no-deps")) return undefined;
  const named = after.flatMap(({ word, value }) =>
    value === undefined && /^[A-Za-z][\w.-]*$/.test(word) ? [word] : [],
  );
  return { files, folder, named: isRun ? named.slice(0, 1) : named, profiles, isRun };
}

/** Options with the values that stand behind them. */
function withoutValues(
  words: readonly string[],
): readonly { readonly word: string; readonly value?: string }[] {
  const result: { word: string; value?: string }[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    const value = valued.test(word) ? words[++at] : undefined;
    result.push({ word, ...(value !== undefined && { value }) });
  }
  return result;
}

const valued =
  /^(?:-f|--file|-p|--project-name|--profile|--env-file|--project-directory|--ansi|--parallel|--progress|--pull|--scale|-t|--timeout|--wait-timeout|--exit-code-from|--attach|--no-attach|-e|--env|-u|--user|-w|--workdir|-v|--volume|--entrypoint|--name|--publish|--label)$/;

/**
 * The containers that these commands start, without those of an image that is built, and those with files, an entrypoint
 * or a profile.
 *
 * @param variables those of the job.
 */
export async function composedContainers(
  tree: Tree,
  starts: readonly ComposeStart[],
  variables: Readonly<Record<string, string>>,
): Promise<JobContainers> {
  const paths = starts.length === 0 ? new Set<string>() : await tree.paths();
  const each = starts.slice(0, 20).map(async ({ files, folder, ...start }) => {
    const usual = ["", ".override"].flatMap((kind) => usualFile(paths, folder, kind) ?? []);
    const there = files.length > 0 ? files.filter((file) => paths.has(file)) : usual;
    const texts = await Promise.all(there.map((file) => textOf(tree, file)));
    const place = posix.dirname(there[0] ?? ".");
    const names = [".env", ".env.example", ".env.sample", ".env.dist"].map((name) => join(place, name));
    const example = await variablesIn(
      tree,
      names.find((name) => paths.has(name)),
    );
    return composeContainers(
      texts,
      start,
      { ...example, ...variables },
      {
        has: (file) => paths.has(joinInside(place, file) ?? ""),
        variablesIn: (file) => variablesIn(tree, joinInside(place, file)),
      },
    );
  });
  return Object.assign({}, ...(await Promise.all(each))) as JobContainers;
}

/** The text of a file; empty if it is none. */
function textOf(tree: Tree, file: string): Promise<string> {
  return tree.read(file).catch(() => "");
}

/** https://docs.docker.com/compose/how-tos/multiple-compose-files/merge/ */
function usualFile(paths: ReadonlySet<string>, folder: string, kind: string): string | undefined {
  return ["compose", "docker-compose"]
    .flatMap((name) => [".yaml", ".yml"].map((end) => join(folder, `${name}${kind}${end}`)))
    .find((file) => paths.has(file));
}

/** The variables of a file such as `.env`. Most repositories keep only an example of it. */
async function variablesIn(tree: Tree, file: string | undefined): Promise<Readonly<Record<string, string>>> {
  const text = file === undefined ? "" : (await textOf(tree, file)).slice(0, 100_000);
  const lines = text.matchAll(/^(?:export )?([A-Za-z_]\w*)=(?:"([^"\n]*)"|'([^'\n]*)'|([^\s#]*))/gm);
  return Object.fromEntries([...lines].map(([, key, ...values]) => [key, values.find((each) => each) ?? ""]));
}

/** A list of `NAME=VALUE`, as compose has it for variables beside maps. */
const assignments = z
  .array(z.string())
  .transform((all) =>
    Object.fromEntries(all.map((line) => [line.replace(/=.*$/s, ""), line.replace(/^[^=]*=?/, "")])),
  );
const port = z.looseObject({ target: text, published: loose(text) });
const none = z.undefined().optional();
const oneOrMore = z.union([z.string().transform((each) => [each]), z.array(z.string())]);
/** The path outside of the container; empty for a volume. */
const volume = z.union([
  z.string().transform((all) => (/^[.~/$][^:]*(?=:)/.exec(all) ?? [""])[0]),
  z
    .looseObject({ type: z.string(), source: loose(z.string()) })
    .transform(({ type, source = "/" }) => (type === "bind" ? source : "")),
]);
const service = z.looseObject({
  image: z.string(),
  build: none,
  entrypoint: none,
  volumes: loose(z.array(volume)),
  profiles: loose(z.array(z.string())),
  env_file: loose(oneOrMore),
  environment: loose(z.union([assignments, texts])),
  ports: loose(
    z.array(z.union([port.transform(({ published, target }) => `${published ?? target}:${target}`), text])),
  ),
  command: loose(words),
});

/** The folder of a compose file. */
interface Place {
  readonly has: (path: string) => boolean;
  readonly variablesIn: (path: string) => Promise<Readonly<Record<string, string>>>;
}

/**
 * Reads the services of compose files, each over the one before, that have an image of their own.
 *
 * https://docs.docker.com/reference/compose-file/services/
 */
async function composeContainers(
  texts: readonly string[],
  { named, profiles, isRun }: Pick<ComposeStart, "named" | "profiles" | "isRun">,
  variables: Readonly<Record<string, string>>,
  place: Place,
): Promise<JobContainers> {
  const files = texts.map((text) => table.parse(table.parse(valueIn(text)).services));
  const merged = files.reduce((one, other) => merge(one, other, 2), {});
  const started = withNeeded(merged, named);
  const declared = Object.entries(merged).map(async ([name, value]) => {
    const { data } = service.safeParse(value);
    const isOfProfile = data?.profiles?.some((each) => profiles.includes(each)) ?? true;
    const isNamed = started.has(name) && !(isRun && named.includes(name));
    if (data === undefined || !(isNamed || (named.length === 0 && isOfProfile))) return [];
    // A file of the repository is not there. A folder that is not in the source is made empty.
    const needsFiles = (data.volumes ?? []).some(
      (path) => /^[~/$]/.test(path) || (path !== "" && place.has(path)),
    );
    if (needsFiles) return [];
    const fromFiles = await Promise.all((data.env_file ?? []).slice(0, 10).map(place.variablesIn));
    const env = Object.assign({}, ...fromFiles, data.environment) as Record<string, string>;
    return [{ hosts: [name], image: data.image, ports: data.ports, command: data.command, env }];
  });
  return containersOf((await Promise.all(declared)).flat(), (value) => interpolated(value, variables));
}

/** The named services, and those that they depend on. */
function withNeeded(services: Table, named: readonly string[]): ReadonlySet<string> {
  const all = new Set(named);
  for (const name of all) {
    const { depends_on: needed } = table.parse(Object.hasOwn(services, name) ? services[name] : {});
    for (const other of Array.isArray(needed) ? needed : Object.keys(table.parse(needed)))
      all.add(String(other));
  }
  return all;
}

type Table = Readonly<Record<string, unknown>>;

/** Merges maps down to a depth. Lists of ports add up. */
function merge(one: Table, other: Table, depth: number): Table {
  const changed = Object.entries(other).map(([key, value]) => {
    const before = Object.hasOwn(one, key) ? one[key] : undefined;
    if (Array.isArray(before) && Array.isArray(value) && key !== "command")
      return [key, [...before, ...value]];
    const isTable = [before, value].every((each) => entriesOf(each).length > 0);
    return [key, isTable && depth > 0 ? merge(table.parse(before), table.parse(value), depth - 1) : value];
  });
  return { ...one, ...Object.fromEntries(changed) };
}

/** https://docs.docker.com/reference/compose-file/interpolation/ */
function interpolated(value: string, variables: Readonly<Record<string, string>>): string | undefined {
  let isKnown = true;
  const result = value.replace(
    /\$(?:(\$)|(\w+)|\{(\w+)(?::?([-?+])([^{}]*))?\})/g,
    (_, dollar?: string, bare?: string, name = bare ?? "", operator?: string, other = "") => {
      if (dollar !== undefined) return "$";
      const own = Object.hasOwn(variables, name) ? variables[name] : undefined;
      const known = own ?? (operator === "-" ? other : undefined);
      isKnown &&= known !== undefined && operator !== "+";
      return known ?? "";
    },
  );
  return isKnown ? result : undefined;
}
