import { z } from "zod";
import { instructions } from "#modules/image/src/instructions.ts";
import { jsonIn } from "#pipelines/text/json.ts";
import { goSeconds } from "./go-duration.ts";

/** A HEALTHCHECK in the form of a probe, because Kubernetes does not use HEALTHCHECK. */
export interface Health {
  readonly command: readonly string[];
  /** In whole seconds, like `timeout` and `start`. */
  readonly interval: number;
  readonly timeout: number;
  readonly start: number;
  /** The number of failures in a row after which the container counts as unhealthy. */
  readonly retries: number;
}

/**
 * Docker's defaults for a HEALTHCHECK. Kubernetes' own defaults are stricter: it would kill a container whose check
 * takes two seconds, although Docker calls it healthy.
 * https://docs.docker.com/reference/dockerfile/#healthcheck
 */
const dockersOwn = { interval: 30, timeout: 30, start: 0, retries: 3 } as const;

/** The facts about running an image that its Dockerfile states literally. */
export interface DockerfileFacts {
  readonly user?: string;
  /** The first exposed port. */
  readonly port?: number;
  readonly hasHealthcheck: boolean;
  /** Also absent if the command is in shell form. */
  readonly health?: Health;
}

const command = z.array(z.string()).min(1);
const nothing: DockerfileFacts = { hasHealthcheck: false };

/**
 * Reads the user, port and health check of a stage of a Dockerfile, with the stages on which it builds.
 * https://docs.docker.com/reference/dockerfile/
 *
 * @param target the built stage, as image.target in slipway.yaml names it; default: the last one.
 */
export function dockerfileFacts(text: string, target?: string): DockerfileFacts {
  const stages = new Map<string, DockerfileFacts>();
  let facts = nothing;
  let stage: string | undefined;
  for (const line of instructions(text)) {
    const [, word = "", rest = ""] = /^\s*([A-Za-z]+)\s+(.*?)\s*$/.exec(line) ?? [];
    if (word.toUpperCase() === "FROM") {
      const [, from = "", name] = /^(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?$/i.exec(rest) ?? [];
      facts = stages.get(from.toLowerCase()) ?? nothing;
      stage = name?.toLowerCase();
    } else facts = { ...facts, ...said(word.toUpperCase(), rest, facts) };
    if (stage !== undefined) stages.set(stage, facts);
  }
  return (target === undefined ? undefined : stages.get(target.toLowerCase())) ?? facts;
}

function said(word: string, rest: string, facts: DockerfileFacts): Partial<DockerfileFacts> {
  if (word === "USER") return { user: rest };
  if (word === "EXPOSE" && facts.port === undefined) {
    const port = Number(/^(\d{1,5})(?:\/tcp)?(?:\s|$)/.exec(rest)?.[1]);
    return port >= 1 && port <= 65_535 ? { port } : {};
  }
  if (word !== "HEALTHCHECK") return {};
  if (/^NONE$/i.test(rest)) return { hasHealthcheck: false, health: undefined };
  return { hasHealthcheck: true, health: healthIn(rest) };
}

function healthIn(rest: string): Health | undefined {
  const [, flags = "", argv = ""] = /^((?:--\S+\s+)*)CMD\s+(\[.*\])$/i.exec(rest) ?? [];
  const read = command.safeParse(jsonIn(argv));
  if (!read.success) return undefined;
  const flag = (name: string) => new RegExp(`(?:^|\\s)--${name}=(\\S+)`).exec(flags)?.[1] ?? "";
  const { interval, timeout, start, retries } = dockersOwn;
  // Docker treats a 0 as a missing value.
  return {
    command: read.data,
    interval: goSeconds(flag("interval")) || interval,
    timeout: goSeconds(flag("timeout")) || timeout,
    start: goSeconds(flag("start-period")) ?? start,
    retries: Number(/^\d{1,4}$/.exec(flag("retries"))?.[0] ?? 0) || retries,
  };
}
