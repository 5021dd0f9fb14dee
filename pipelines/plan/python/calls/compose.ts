import { posix } from "node:path";
import { z } from "zod";
import type { Tree } from "#pipelines/plan/tree.ts";
import { join, joinInside } from "#pipelines/text/path.ts";
import { valueIn } from "#pipelines/yaml/document.ts";
import { containersOf, entriesOf, type JobContainers, loose, texts, words } from "./job-containers.ts";

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
  const line = all.join(" ").replace(/^sudo /, "");
  const [, before, after = ""] = /^docker[ -]compose\b(.*?) (?:up|start)(?: (.*))?$/.exec(line) ?? [];
  if (before === undefined) return undefined;
  const files = [...before.matchAll(/ (?:-f|--file)[ =](\S+)/g)].map(([, file = ""]) =>
    joinInside(folder, file),
  );
  const named = after.split(" ").filter((word) => /^[A-Za-z][\w.-]*$/.test(word));
  return { files: files.filter((file) => file !== undefined), folder, named };
}

/** The containers that these commands start, without those of an image that is built. */
export async function composedContainers(
  tree: Tree,
  starts: readonly ComposeStart[],
): Promise<JobContainers> {
  const paths = starts.length === 0 ? new Set<string>() : await tree.paths();
  const each = starts.map(async ({ files, folder, named }) => {
    const usual = ["", ".override"].flatMap((kind) => usualFile(paths, folder, kind) ?? []);
    const there = files.length > 0 ? files.filter((file) => paths.has(file)) : usual;
    const texts = await Promise.all(there.map((file) => tree.read(file)));
    const variables = await variablesIn(tree, paths, posix.dirname(there[0] ?? "."));
    return composeContainers(texts, named, variables);
  });
  return Object.assign({}, ...(await Promise.all(each))) as JobContainers;
}

/** https://docs.docker.com/compose/how-tos/multiple-compose-files/merge/ */
function usualFile(paths: ReadonlySet<string>, folder: string, kind: string): string | undefined {
  return ["compose", "docker-compose"]
    .flatMap((name) => [".yaml", ".yml"].map((end) => join(folder, `${name}${kind}${end}`)))
    .find((file) => paths.has(file));
}

/** The variables for a compose file: `.env` beside it, which most repositories keep only as an example. */
async function variablesIn(
  tree: Tree,
  paths: ReadonlySet<string>,
  folder: string,
): Promise<Readonly<Record<string, string>>> {
  const names = [".env", ".env.example", ".env.sample", ".env.dist"].map((name) => join(folder, name));
  const file = names.find((name) => paths.has(name));
  const text = file === undefined ? "" : await tree.read(file);
  const lines = text.matchAll(/^(?:export )?([A-Za-z_]\w*)=(?:"([^"\n]*)"|'([^'\n]*)'|([^\s#]*))/gm);
  return Object.fromEntries([...lines].map(([, key, ...values]) => [key, values.find((each) => each) ?? ""]));
}

/** A list of `NAME=VALUE`, as compose has it for variables beside maps. */
const assignments = z
  .array(z.string())
  .transform((all) =>
    Object.fromEntries(all.map((line) => [line.replace(/=.*$/s, ""), line.replace(/^[^=]*=?/, "")])),
  );
const port = z.looseObject({ target: z.coerce.string(), published: loose(z.coerce.string()) });
const service = z.looseObject({
  image: z.string(),
  build: z.undefined().optional(),
  environment: loose(z.union([assignments, texts])),
  ports: loose(
    z.array(
      z.union([
        port.transform(({ published, target }) => `${published ?? target}:${target}`),
        z.coerce.string(),
      ]),
    ),
  ),
  command: loose(words),
});

/**
 * Reads the services of compose files, each over the one before, that have an image of their own.
 *
 * https://docs.docker.com/reference/compose-file/services/
 */
function composeContainers(
  texts: readonly string[],
  named: readonly string[],
  variables: Readonly<Record<string, string>>,
): JobContainers {
  const files = texts.map((text) => table.parse(table.parse(valueIn(text)).services));
  const merged = files.reduce((one, other) => merge(one, other, 2), {});
  const declared = Object.entries(merged).flatMap(([name, value]) => {
    const { data } = service.safeParse(value);
    const isStarted = named.length === 0 || named.includes(name);
    return data === undefined || !isStarted ? [] : [{ hosts: [name], ...data, env: data.environment }];
  });
  return containersOf(declared, (value) => interpolated(value, variables));
}

const table = z.record(z.string(), z.unknown()).catch({});

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
