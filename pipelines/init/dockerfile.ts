import { z } from "zod";
import { instructions } from "#modules/image/src/instructions.ts";
import { jsonIn } from "#pipelines/text/json.ts";
import { goSeconds } from "./go-duration.ts";

/** How Kubernetes, which knows no HEALTHCHECK, can ask the same. */
export interface Health {
  readonly command: readonly string[];
  /** In whole seconds, these three. */
  readonly interval: number;
  readonly timeout: number;
  readonly start: number;
  /** After how many failures in a row it counts as ill. */
  readonly retries: number;
}

/**
 * What Docker takes where a HEALTHCHECK says nothing. Kubernetes' own defaults are stricter: a check that takes two
 * seconds would have it kill what Docker calls healthy.
 * https://docs.docker.com/reference/dockerfile/#healthcheck
 */
const dockersOwn = { interval: 30, timeout: 30, start: 0, retries: 3 } as const;

/** What an image says of how it is run, as far as its Dockerfile says so in plain words. */
export interface DockerfileFacts {
  readonly user?: string;
  /** The first port that is exposed. */
  readonly port?: number;
  readonly hasHealthcheck: boolean;
  /** Absent too where the command is one for a shell. */
  readonly health?: Health;
}

const command = z.array(z.string()).min(1);
const nothing: DockerfileFacts = { hasHealthcheck: false };

/**
 * Reads what a stage of a Dockerfile, with the stages that it builds on, says of user, ports and health.
 * https://docs.docker.com/reference/dockerfile/
 *
 * @param target the stage that is built, as slipway.yaml's image.target names it; the last by default.
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
  // Docker takes a 0 for nothing said.
  return {
    command: read.data,
    interval: goSeconds(flag("interval")) || interval,
    timeout: goSeconds(flag("timeout")) || timeout,
    start: goSeconds(flag("start-period")) ?? start,
    retries: Number(/^\d{1,4}$/.exec(flag("retries"))?.[0] ?? 0) || retries,
  };
}
