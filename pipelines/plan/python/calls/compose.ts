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
}

/** Reads `docker compose up` and its like; undefined for another command. */
export function composeStart(all: readonly string[], folder: string): ComposeStart | undefined {
  const [first = "", second = "", ...others] = all[0] === "sudo" ? all.slice(1) : all;
  const isCompose = first === "docker-compose" || (first === "docker" && second === "compose");
  if (!isCompose) return undefined;
  const rest = withoutValues(first === "docker" ? others : [second, ...others]);
  const at = rest.findIndex(({ word, value }) => value === undefined && !word.startsWith("-"));
  if (!/^(?:up|start)$/.test(rest[at]?.word ?? "")) return undefined;
  const files = rest.slice(0, at).flatMap(({ word, value }) => {
    const [, file = value] = /^(?:-f|--file)(?:=(.*))?$/.exec(word) ?? [undefined, ""];
    return file ? (joinInside(folder, file) ?? []) : [];
  });
  const named = rest.slice(at + 1).flatMap(({ word }) => (/^[A-Za-z][\w.-]*$/.test(word) ? [word] : []));
  return { files, folder, named };
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
  /^(?:-f|--file|-p|--project-name|--profile|--env-file|--project-directory|--ansi|--parallel|--progress|--pull|--scale|-t|--timeout|--wait-timeout|--exit-code-from|--attach|--no-attach)$/;

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
  const each = starts.slice(0, 20).map(async ({ files, folder, named }) => {
    const usual = ["", ".override"].flatMap((kind) => usualFile(paths, folder, kind) ?? []);
    const there = files.length > 0 ? files.filter((file) => paths.has(file)) : usual;
    const texts = await Promise.all(there.map((file) => textOf(tree, file)));
    const place = posix.dirname(there[0] ?? ".");
    const names = [".env", ".env.example", ".env.sample", ".env.dist"].map((name) => join(place, name));
    const example = await variablesIn(
      tree,
      names.find((name) => paths.has(name)),
    );
    return composeContainers(texts, named, { ...example, ...variables }, (file) =>
      variablesIn(tree, joinInside(place, file)),
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
const service = z.looseObject({
  image: z.string(),
  build: none,
  entrypoint: none,
  // A file of the repository is not there.
  volumes: z
    .array(z.union([z.string().regex(/^[\w-]+:/), z.looseObject({ type: z.literal("volume") })]))
    .optional(),
  profiles: z.unknown().optional(),
  env_file: loose(oneOrMore),
  environment: loose(z.union([assignments, texts])),
  ports: loose(
    z.array(z.union([port.transform(({ published, target }) => `${published ?? target}:${target}`), text])),
  ),
  command: loose(words),
});

/**
 * Reads the services of compose files, each over the one before, that have an image of their own.
 *
 * https://docs.docker.com/reference/compose-file/services/
 */
async function composeContainers(
  texts: readonly string[],
  named: readonly string[],
  variables: Readonly<Record<string, string>>,
  fileOf: (path: string) => Promise<Readonly<Record<string, string>>>,
): Promise<JobContainers> {
  const files = texts.map((text) => table.parse(table.parse(valueIn(text)).services));
  const merged = files.reduce((one, other) => merge(one, other, 2), {});
  const started = withNeeded(merged, named);
  const declared = Object.entries(merged).map(async ([name, value]) => {
    const { data } = service.safeParse(value);
    const isStarted = started.has(name) || (named.length === 0 && data?.profiles === undefined);
    if (data === undefined || !isStarted) return [];
    const fromFiles = await Promise.all((data.env_file ?? []).slice(0, 10).map(fileOf));
    const env = Object.assign({}, ...fromFiles, data.environment) as Record<string, string>;
    return [{ hosts: [name], image: data.image, ports: data.ports, command: data.command, env }];
  });
  return containersOf((await Promise.all(declared)).flat(), (value) => interpolated(value, variables));
}

/** The named services, and those that they depend on. */
function withNeeded(services: Table, named: readonly string[]): ReadonlySet<string> {
  const all = new Set(named);
  for (const name of all) {
    const { depends_on: needed } = table.parse(services[name]);
    for (const other of Array.isArray(needed) ? needed : Object.keys(table.parse(needed)))
      all.add(String(other));
  }
  return all;
}

type Table = Readonly<Record<string, unknown>>;

/** Merges maps down to a depth. Lists of ports add up. */
function merge(one: Table, other: Table, depth: number): Table {
  const changed = Object.entries(other).map(([key, value]) => {
    const before = one[key];
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
      const known = variables[name] ?? (operator === "-" ? other : undefined);
      isKnown &&= known !== undefined && operator !== "+";
      return known ?? "";
    },
  );
  return isKnown ? result : undefined;
}
