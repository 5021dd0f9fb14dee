import { setTimeout } from "node:timers/promises";
import { parseDuration } from "#pipelines/config/duration.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { tell } from "#pipelines/verdict/progress.ts";
import type { WishedImage } from "./image.ts";
import { assertPinned, type EnvironmentLook, lookerFor } from "./look.ts";
import { type GitopsRepository, reopened } from "./repository.ts";
import type { AwaitRequest } from "./request.ts";
import type { Stage } from "./stage.ts";
import { imagesIn, type PlacedImages, wishedImages } from "./wished.ts";

/** An environment that runs what Git wishes. */
export interface ArrivedEnvironment {
  readonly environment: string;
  readonly commit: string;
  readonly applications: readonly { readonly name: string; readonly revision: string }[];
  readonly images: readonly WishedImage[];
  readonly seconds: number;
}

/** An environment, and what Git wishes there. */
export interface PlacedStage {
  readonly stage: Stage;
  readonly places: readonly PlacedImages[];
}

/** Milliseconds between two looks. */
const pause = 1000;
/** Milliseconds for which an Application of this commit stays degraded before the wait ends. */
const degradedFor = 20_000;
/** Milliseconds after which a line says again what the call waits for. */
const silence = 30_000;

/** Reads a time limit, in seconds. @throws ARGUMENT_INVALID */
export function timeoutOf(text: string): number {
  const seconds = parseDuration(text);
  if (seconds !== undefined && seconds > 0) return seconds;
  throw new SlipwayError(
    "ARGUMENT_INVALID",
    `--timeout: ${JSON.stringify(text.slice(0, 40))} is not a duration`,
    "Write it as in 90s, 10m or 2h.",
  );
}

/**
 * Waits until an environment runs exactly what the branch of the GitOps repository wishes: Argo CD has compared each
 * Application with the branch's commit, found it equal and healthy, and its Pods report the digests.
 *
 * @param seconds how long it waits at most.
 * @throws ENVIRONMENT_UNPINNED, CONFIG_INVALID, SECRET_MISSING; the errors of the repository; APPLICATION_DENIED,
 *   APPLICATION_UNSUITABLE, DELIVERY_FAILED, DELIVERY_SUPERSEDED, DELIVERY_TIMED_OUT.
 */
export async function awaitStage(
  repository: GitopsRepository,
  { stage, places }: PlacedStage,
  request: Pick<AwaitRequest, "secrets" | "argocdAccess">,
  seconds: number,
): Promise<ArrivedEnvironment> {
  const start = Date.now();
  const { images, look } = await lookerFor(repository, stage, places, request);
  assertPinned(stage, images);
  const wait = waiting(stage.name);
  const assertHealing = healing();
  const assertCurrent = current(repository, stage, images);
  for (;;) {
    const { arrivals, missing } = await look();
    assertHealing(arrivals);
    if (missing.length === 0) {
      return {
        environment: stage.name,
        commit: repository.commit,
        applications: arrivals.map(({ application: name, arrival }) => ({
          name,
          revision: arrival.state === "arrived" ? arrival.revision : "",
        })),
        images,
        seconds: (Date.now() - start) / 1000,
      };
    }
    wait(missing);
    await assertCurrent();
    if (Date.now() - start >= seconds * 1000) {
      throw new SlipwayError(
        "DELIVERY_TIMED_OUT",
        `${stage.name} does not run commit ${repository.commit.slice(0, 12)} after ${seconds} s: ${missing.join("; ")}`,
        "Correct what is missing, or wait longer with --timeout; the same call goes on.",
      );
    }
    await setTimeout(pause);
  }
}

/** Ends the wait when the branch wishes other images now: nobody will bring the awaited ones. */
function current(
  repository: GitopsRepository,
  stage: Stage,
  images: readonly WishedImage[],
): () => Promise<void> {
  const key = (all: readonly WishedImage[]) =>
    all
      .map(({ name, tag, digest }) => `${name}:${tag}@${digest}`)
      .sort()
      .join(" ");
  let last = { commit: repository.commit, at: Date.now() };
  return async () => {
    if (Date.now() - last.at < silence) return;
    const now = await reopened(repository);
    if (now.commit !== last.commit) {
      const wished = imagesIn(await wishedImages(now.kustomize, now.tree, stage));
      if (key(wished) !== key(images)) throw superseded(stage.name, now.commit);
    }
    last = { commit: now.commit, at: Date.now() };
  };
}

/** Ends the wait for an Application that failed, or that stays degraded. @throws DELIVERY_FAILED */
function healing(): (arrivals: EnvironmentLook["arrivals"]) => void {
  const since = new Map<string, number>();
  return (arrivals) => {
    for (const { application, arrival } of arrivals) {
      if (arrival.state === "failed") throw failed(application, arrival.why);
      if (arrival.state !== "degraded") {
        since.delete(application);
        continue;
      }
      const first = since.get(application) ?? Date.now();
      since.set(application, first);
      if (Date.now() - first > degradedFor) throw failed(application, arrival.why);
    }
  };
}

/** Says what the call waits for, when that changes and from time to time. */
function waiting(environment: string): (missing: readonly string[]) => void {
  let said = "";
  let at = 0;
  return (missing) => {
    const line = `${environment}: waiting: ${missing.join("; ")}`;
    if (line === said && Date.now() - at < silence) return;
    tell(line);
    said = line;
    at = Date.now();
  };
}

/** The error for images that somebody has replaced while a call waited for them. */
export function superseded(name: string, commit: string): SlipwayError {
  return new SlipwayError(
    "DELIVERY_SUPERSEDED",
    `commit ${commit.slice(0, 12)} sets other images in ${name} than those that this call waits for`,
    `Run \`await --environment=${name}\` to wait for what is wished now.`,
  );
}

function failed(application: string, why: string): SlipwayError {
  return new SlipwayError(
    "DELIVERY_FAILED",
    `the Application ${application}: ${why}`,
    "Correct it in Git, or go back with `rollback`.",
  );
}
