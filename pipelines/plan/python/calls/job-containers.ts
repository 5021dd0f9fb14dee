import { posix } from "node:path";
import { z } from "zod";
import type { TestContainer } from "#pipelines/config/config.ts";
import type { ContainerPort } from "#pipelines/config/container.ts";
import { imagePattern, withoutTag } from "#pipelines/config/image-name.ts";
import { hostName } from "#pipelines/config/test.ts";
import { entriesOf, loose, text, texts, words } from "./pipeline-values.ts";

/** The containers that run beside the commands of a job, by host name. */
export type JobContainers = Readonly<Record<string, TestContainer>>;

/** Puts values in place of a pipeline's expressions; undefined if one of them is only known when the pipeline runs. */
export type Resolve = (text: string) => string | undefined;

/** A container as a file of the repository declares it, with expressions. */
export interface DeclaredContainer {
  readonly hosts: readonly string[];
  readonly image: string;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** As in `5432`, `5433:5432`, `127.0.0.1:5433:5432/tcp`. */
  readonly ports?: readonly string[] | undefined;
  readonly command?: readonly string[] | undefined;
}

/**
 * The containers that can be started as they are declared. One is left out if its image or a variable is only known
 * later, or if it needs Docker itself.
 */
export function containersOf(all: readonly DeclaredContainer[], resolve: Resolve): JobContainers {
  const locals = new Set<number>();
  const entries = all.flatMap(({ hosts, image: named, env = {}, ports = [], command = [] }) => {
    const image = resolve(named)?.replace(/^docker:\/\//, "");
    if (image === undefined || !imagePattern.test(image) || /(?:^|\/)docker(?:[:@]|$)/.test(image)) return [];
    const variables = Object.entries(env).map(([name, value]) => [name, resolve(value)] as const);
    const args = command.map(resolve);
    if ([...variables.map(([, value]) => value), ...args].includes(undefined)) return [];
    const container = {
      image,
      env: Object.fromEntries(
        variables.flatMap(([name, value = ""]) => (isName(name) ? [[name, value]] : [])),
      ),
      ports: (ports.length > 0
        ? ports.flatMap((port) => portOf(resolve(port) ?? "") ?? [])
        : usualPorts(image)
      ).map((each) => ({ ...each, local: freeLocal(each.local, locals) })),
      args: args.flatMap((arg) => arg ?? []),
    };
    return hosts.flatMap((host) => hostOf(host) ?? []).map((host) => [host, container] as const);
  });
  return Object.fromEntries(entries);
}

function isName(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name);
}

/** A port of localhost that no other container has: of two that ask for the same one, the second gets another. */
function freeLocal(port: number, taken: Set<number>): number {
  let free = port;
  while (taken.has(free) && free < 65_535) free += 1;
  taken.add(free);
  return free;
}

/** The port of an image for which a pipeline names none. */
function usualPorts(image: string): readonly ContainerPort[] {
  const name = posix.basename(withoutTag(image));
  const [, port] = ports.find(([names]) => names.test(name)) ?? [];
  return port === undefined ? [] : [{ local: port, port }];
}

const ports: readonly (readonly [names: RegExp, port: number])[] = [
  [/^(?:postgres|postgresql|postgis|pgvector|timescaledb)$/, 5432],
  [/^(?:redis|redis-stack|redis-stack-server|valkey|keydb)$/, 6379],
  [/^(?:mysql|mariadb|percona)$/, 3306],
  [/^mongo(?:db)?$/, 27_017],
  [/^rabbitmq$/, 5672],
  [/^memcached$/, 11_211],
  [/^(?:elasticsearch|opensearch)$/, 9200],
  [/^minio$/, 9000],
  [/^nats$/, 4222],
  [/^localstack$/, 4566],
];

/** A name as host name, which has no underscore. */
export function hostOf(name: string): string | undefined {
  const host = name.toLowerCase().replaceAll("_", "-");
  return hostName.safeParse(host).success ? host : undefined;
}

function portOf(written: string): ContainerPort | undefined {
  const [, local, port] = /^(?:\d+(?:\.\d+){3}:)?(?:(\d{1,5}):)?(\d{1,5})(?:\/tcp)?$/.exec(written) ?? [];
  return port === undefined ? undefined : { local: Number(local ?? port), port: Number(port) };
}

const githubService = z.looseObject({
  image: z.string(),
  env: loose(texts),
  ports: loose(z.array(text)),
  command: loose(words),
  credentials: z.undefined().optional(),
});

/**
 * Reads `services` of a job of GitHub, without those that need a login.
 *
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idservices
 */
export function githubContainers(services: unknown, resolve: Resolve): JobContainers {
  const all = entriesOf(services).flatMap(([name, value]) => {
    const { data } = githubService.safeParse(value);
    return data === undefined ? [] : [{ hosts: [name], ...data }];
  });
  return containersOf(all, resolve);
}

function isKnown(value: string): boolean {
  return !value.includes("$");
}

const gitlabService = z.preprocess(
  (value) => (typeof value === "string" ? { name: value } : value),
  z.looseObject({ name: z.string(), alias: loose(text), command: loose(words), variables: loose(texts) }),
);

/**
 * Reads `services` of a job of GitLab, which get the job's variables too.
 *
 * https://docs.gitlab.com/ci/services/
 */
export function gitlabContainers(
  services: unknown,
  variables: Readonly<Record<string, string>>,
): JobContainers {
  const all = z.array(gitlabService).catch([]).parse(services);
  const declared = all.map(({ name, alias = "", command, variables: own }) => {
    const hosts = [...alias.split(/[\s,]+/), withoutTag(name).replaceAll("/", "-")];
    const all = Object.entries({ ...variables, ...own }).filter(([, value]) => isKnown(value));
    return { hosts, image: name, env: Object.fromEntries(all), command };
  });
  return containersOf(declared, (value) => (isKnown(value) ? value : undefined));
}
