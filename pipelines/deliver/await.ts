import { setTimeout } from "node:timers/promises";
import { argocdFrom } from "#modules/argocd/src/from-settings.ts";
import type { Argocd } from "#modules/argocd/src/index.ts";
import { parseDuration } from "#pipelines/config/duration.ts";
import { codeOf, SlipwayError } from "#pipelines/errors/errors.ts";
import { explain } from "#pipelines/errors/explain.ts";
import { tell } from "#pipelines/verdict/progress.ts";
import { named } from "#pipelines/workspace/secrets.ts";
import { readApplication } from "./application.ts";
import { type Arrival, type Awaited, judgeArrival } from "./arrival.ts";
import { shortImage, type WishedImage } from "./image.ts";
import { readPods } from "./pods.ts";
import {
  configFile,
  type GitopsRepository,
  openRepository,
  placesOf,
  reopened,
  type Stage,
  stageOf,
} from "./repository.ts";
import type { AwaitRequest } from "./request.ts";
import { assertSuitable } from "./suitable.ts";
import { wishedImages } from "./wished.ts";

/** An environment that runs what Git wishes. */
export interface ArrivedEnvironment {
  readonly environment: string;
  readonly commit: string;
  readonly applications: readonly { readonly name: string; readonly revision: string }[];
  readonly images: readonly WishedImage[];
  readonly seconds: number;
}

/** Milliseconds between two looks. */
const pause = 1000;
/** Seconds for one request to Argo CD. */
const requestLimit = 30;
/** Milliseconds for which an Application of this commit stays degraded before the wait ends. */
const degradedFor = 20_000;
/** Milliseconds after which a line says again what the call waits for. */
const silence = 30_000;

/**
 * Waits until an environment runs exactly what the branch of the GitOps repository wishes: Argo CD has compared each
 * Application with the branch's commit, found it equal and healthy, and its Pods report the digests.
 *
 * @throws ARGUMENT_INVALID, ENVIRONMENT_NOT_FOUND, ENVIRONMENT_UNPINNED, CONFIG_INVALID, SECRET_MISSING; the errors of the
 *   repository; APPLICATION_DENIED, APPLICATION_UNSUITABLE, DELIVERY_FAILED, DELIVERY_TIMED_OUT.
 */
export async function awaitEnvironment(request: AwaitRequest): Promise<ArrivedEnvironment> {
  const seconds = timeoutOf(request.timeout);
  const repository = await openRepository(request);
  return awaitStage(repository, stageOf(repository, request.environment), request, seconds);
}

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

/** The same for an open repository. @param seconds how long it waits at most. */
export async function awaitStage(
  repository: GitopsRepository,
  stage: Stage,
  request: Pick<AwaitRequest, "secrets" | "argocdAccess">,
  seconds: number,
): Promise<ArrivedEnvironment> {
  const start = Date.now();
  const { name, settings } = stage;
  const argocd = await argocdOf(repository, stage, request);
  const images = await wishedImages(repository.kustomize, repository.tree, settings);
  if (!images.some(({ digest }) => digest !== undefined)) throw unpinned(name);
  const awaited = {
    followed: {
      repository: settings.argocd?.repository ?? repository.url,
      branch: repository.branch,
      places: placesOf(stage),
    },
    commit: repository.commit,
    images,
    contains: containing(repository),
  };
  const names = settings.argocd?.applications ?? [];
  const wait = waiting(name);
  const degraded = new Map<string, number>();
  for (;;) {
    const arrivals = await Promise.all(names.map((each) => lookedAt(argocd, each, awaited)));
    for (const [at, arrival] of arrivals.entries()) {
      const application = names[at] ?? "";
      if (arrival.state === "failed") throw failed(application, arrival.why);
      if (arrival.state !== "degraded") degraded.delete(application);
      else if (Date.now() - (degraded.get(application) ?? Date.now()) > degradedFor)
        throw failed(application, arrival.why);
      else degraded.set(application, degraded.get(application) ?? Date.now());
    }
    const missing = missingIn(names, arrivals, images);
    if (missing.length === 0) {
      const revisions = arrivals.map((arrival, at) => ({
        name: names[at] ?? "",
        revision: arrival.state === "arrived" ? arrival.revision : "",
      }));
      const { commit } = repository;
      return {
        environment: name,
        commit,
        applications: revisions,
        images,
        seconds: (Date.now() - start) / 1000,
      };
    }
    wait(missing);
    if (Date.now() - start >= seconds * 1000) {
      throw new SlipwayError(
        "DELIVERY_TIMED_OUT",
        `${name} does not run commit ${repository.commit.slice(0, 12)} after ${seconds} s: ${missing.join("; ")}`,
        "Correct what is missing, or wait longer with --timeout; the same call goes on.",
      );
    }
    await setTimeout(pause);
  }
}

/** What is missing until all have arrived, each a clause. */
function missingIn(
  names: readonly string[],
  arrivals: readonly Arrival[],
  images: readonly WishedImage[],
): readonly string[] {
  const waits = arrivals.flatMap((arrival, at) =>
    arrival.state === "arrived" ? [] : `${names[at]}: ${arrival.why}`,
  );
  if (waits.length > 0) return waits;
  const seen = new Set(
    arrivals.flatMap((arrival) => (arrival.state === "arrived" ? [...arrival.digests] : [])),
  );
  return images
    .filter(({ runs, digest }) => runs && digest !== undefined && !seen.has(digest))
    .map((image) => `no Pod of ${names.join(", ")} runs ${shortImage(image)}`);
}

/** One look. An answer that cannot be had is waited for; what no wait can change ends the call. */
async function lookedAt(argocd: Argocd, name: string, awaited: Awaited): Promise<Arrival> {
  try {
    const application = readApplication(await (await argocd.application(name, true)).contents(), name);
    assertSuitable(name, application, awaited.followed);
    // Pods that are read before the status could belong to an earlier state.
    const pods = readPods(await (await argocd.pods(name)).contents(), name);
    return await judgeArrival({ application, pods }, awaited);
  } catch (error) {
    const code = codeOf(error);
    if (code !== "SERVER_UNREACHABLE" && code !== "TOOL_FAILED") throw error;
    return { state: "waiting", why: explain(error).text };
  }
}

/**
 * Tells whether revisions contain the commit. One that the checkout lacks was pushed later, so it fetches once more.
 */
function containing(repository: GitopsRepository): (revision: string) => Promise<boolean> {
  const { commit, gitops } = repository;
  const known = new Map([[commit, Promise.resolve(true)]]);
  const asked = async (revision: string) => {
    if (!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(revision)) return false;
    const answer = await gitops.contains(repository.checkout, commit, revision);
    if (answer !== "unknown") return answer === "yes";
    const { checkout } = await reopened(repository);
    return (await gitops.contains(checkout, commit, revision)) === "yes";
  };
  return (revision) => {
    const answer = known.get(revision) ?? asked(revision);
    known.set(revision, answer);
    return answer;
  };
}

async function argocdOf(
  { config }: GitopsRepository,
  { name, settings: { argocd } }: Stage,
  { secrets, argocdAccess: { ca, service } }: Pick<AwaitRequest, "secrets" | "argocdAccess">,
): Promise<Argocd> {
  if (argocd === undefined) {
    throw new SlipwayError(
      "CONFIG_INVALID",
      `\`environments.${name}\` of ${configFile} has no \`argocd\``,
      "Add its server and its Applications.",
    );
  }
  const [token] = await named(secrets, [argocd.token], `environments.${name}.argocd.token`);
  if (token === undefined) throw new Error("named returns a secret for each name");
  const { server, plaintext } = argocd;
  return argocdFrom({
    server,
    token,
    plaintext,
    limit: requestLimit,
    ...(ca !== undefined && { ca }),
    ...(service !== undefined && { service }),
    ...(config.tools.argocd !== undefined && { image: config.tools.argocd }),
    ...(config.tools.curl !== undefined && { base: config.tools.curl }),
  });
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

function failed(application: string, why: string): SlipwayError {
  return new SlipwayError(
    "DELIVERY_FAILED",
    `the Application ${application}: ${why}`,
    "Correct it in Git, or go back by reverting the commit.",
  );
}

function unpinned(name: string): SlipwayError {
  return new SlipwayError(
    "ENVIRONMENT_UNPINNED",
    `no image of ${name} has a digest`,
    "Set its images by digest, as a release and a promotion do.",
  );
}
