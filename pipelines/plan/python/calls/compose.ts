import { posix } from "node:path";
import { z } from "zod";
import type { Tree } from "#pipelines/plan/tree.ts";
import { joinInside } from "#pipelines/text/path.ts";
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
  const each = starts.map(async ({ files, folder, named }) => {
    const [usual] = usualFiles.filter((name) => tree.has(folder, name));
    const there = files.length > 0 ? files : usual === undefined ? [] : [posix.join(folder, usual)];
    const found = there.filter((file) => tree.has(posix.dirname(file), posix.basename(file)));
    const all = found.map(async (file) =>
      composeContainers(await tree.read(file), named, await variablesBeside(tree, file)),
    );
    return Object.assign({}, ...(await Promise.all(all))) as JobContainers;
  });
  return Object.assign({}, ...(await Promise.all(each))) as JobContainers;
}

const usualFiles = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

/** The variables for a compose file: `.env` beside it, which most repositories keep only as an example. */
async function variablesBeside(tree: Tree, file: string): Promise<Readonly<Record<string, string>>> {
  const folder = posix.dirname(file);
  const [name] = [".env", ".env.example", ".env.sample", ".env.dist"].filter((each) =>
    tree.has(folder, each),
  );
  const text = name === undefined ? "" : await tree.read(posix.join(folder, name));
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
 * Reads the services of a compose file that have an image of their own.
 *
 * https://docs.docker.com/reference/compose-file/services/
 */
function composeContainers(
  text: string,
  named: readonly string[],
  variables: Readonly<Record<string, string>>,
): JobContainers {
  const { services } = z.looseObject({ services: z.unknown() }).catch({ services: {} }).parse(valueIn(text));
  const declared = entriesOf(services).flatMap(([name, value]) => {
    const { data } = service.safeParse(value);
    const isStarted = named.length === 0 || named.includes(name);
    return data === undefined || !isStarted ? [] : [{ hosts: [name], ...data, env: data.environment }];
  });
  return containersOf(declared, (value) => interpolated(value, variables));
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
