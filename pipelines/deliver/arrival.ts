import { splitReference } from "#modules/kustomize/src/reference.ts";
import { plain, quote } from "#pipelines/text/quote.ts";
import { type Application, sourcesOf } from "./application.ts";
import type { WishedImage } from "./image.ts";
import type { Pod } from "./pods.ts";
import { type Followed, followedSource } from "./suitable.ts";

/** One look at an Application. */
export interface Look {
  readonly application: Application;
  readonly pods: readonly Pod[];
}

/** What an environment waits for. */
export interface Awaited {
  readonly followed: Followed;
  readonly commit: string;
  /** The images with digests that Git wishes at that commit. */
  readonly images: readonly WishedImage[];
  /** Whether a revision is the commit, or has it in its history. */
  readonly contains: (revision: string) => Promise<boolean>;
}

/**
 * The state of one Application. `degraded` and `failed` are about this commit: the first may still recover.
 */
export type Arrival =
  | { readonly state: "arrived"; readonly revision: string; readonly digests: ReadonlySet<string> }
  | { readonly state: "waiting" | "degraded" | "failed"; readonly why: string };

/**
 * Decides whether what Git wishes runs: Argo CD has compared the cluster with the commit, found them equal and well, and
 * every ready Pod runs exactly the images with these digests.
 *
 * A Pod counts by what its node reports, because a healthy Application may be one of the old image. What cannot be seen
 * is waited for.
 */
export async function judgeArrival({ application, pods }: Look, awaited: Awaited): Promise<Arrival> {
  const { metadata, operation, status } = application;
  const at = followedSource(application, awaited.followed) ?? 0;
  const { sync, health, operationState: ran } = status;
  if (metadata.annotations["argocd.argoproj.io/refresh"] !== undefined)
    return waiting("Argo CD has not compared it yet");
  const failing = status.conditions?.find(({ type }) => type.endsWith("Error"));
  const synced = ran?.syncResult?.revisions?.[at] ?? ran?.syncResult?.revision ?? "";
  if (
    (ran?.phase === "Failed" || ran?.phase === "Error") &&
    synced !== "" &&
    (await awaited.contains(synced))
  ) {
    if (sync.status !== "Synced")
      return { state: "failed", why: `the synchronisation failed: ${quote(ran.message)}` };
  }
  if (failing !== undefined) return waiting(`${plain(failing.type)}: ${quote(failing.message)}`);
  if (operation !== undefined && operation !== null) return waiting("a synchronisation is about to begin");
  if (ran?.phase === "Running" || ran?.phase === "Terminating")
    return waiting(`it is being synchronised: ${quote(ran.message)}`);
  if (!isOfToday(application)) return waiting("its status is about other settings of the Application");
  const revision = sync.revisions?.[at] ?? sync.revision;
  if (revision === "" || !(await awaited.contains(revision)))
    return waiting(`Argo CD has seen ${revision === "" ? "no commit" : plain(revision.slice(0, 12))}`);
  if (sync.status !== "Synced")
    return waiting(`it is ${sync.status === "" ? "of unknown state" : plain(sync.status)}`);
  if (health.status !== "Healthy") {
    const is = health.status === "" ? "of unknown health" : plain(health.status);
    const why = `it is ${is}${health.message === "" ? "" : `: ${quote(health.message)}`}`;
    return health.status === "Degraded" ? { state: "degraded", why } : waiting(why);
  }
  return podsRun(pods, awaited.images, revision);
}

/** Whether the status is about the sources that the Application has now. */
function isOfToday({ spec, status }: Application): boolean {
  const compared = status.sync.comparedTo;
  if (compared === undefined || compared === null) return false;
  const key = (of: Parameters<typeof sourcesOf>[0]) =>
    JSON.stringify(
      sourcesOf(of).map(({ repoURL, path, targetRevision, chart }) => [repoURL, path, targetRevision, chart]),
    );
  return key(compared) === key(spec);
}

function podsRun(pods: readonly Pod[], images: readonly WishedImage[], revision: string): Arrival {
  const wanted = new Map<string, Set<string>>();
  for (const { name, digest } of images) {
    if (digest !== undefined) wanted.set(name, (wanted.get(name) ?? new Set()).add(digest));
  }
  const digests = new Set<string>();
  for (const { name: pod, isReady, isOver, containers } of pods) {
    if (isOver) continue;
    for (const { image, imageId } of containers) {
      const { name, digest } = splitReference(image);
      const wished = wanted.get(name);
      if (wished === undefined) continue;
      const runs = digestIn(imageId);
      const where = `Pod ${plain(pod)}`;
      if (digest === undefined || !wished.has(digest)) {
        const has = digest === undefined ? "no digest" : shortened(digest);
        return waiting(`${where} still has ${plain(name)} with ${has}`);
      }
      if (runs === undefined) return waiting(`${where} does not run ${plain(name)} yet`);
      if (runs !== digest)
        return waiting(`${where} runs ${shortened(runs)} of ${plain(name)}, not ${shortened(digest)}`);
      if (!isReady) return waiting(`${where} is not ready`);
      digests.add(runs);
    }
  }
  return { state: "arrived", revision, digests };
}

/** The digest of what a node reports, as in docker.io/library/a@sha256:…; undefined if it names none. */
function digestIn(imageId: string): string | undefined {
  return /(?:^|@)(sha256:[0-9a-f]{64})$/.exec(imageId)?.[1];
}

function shortened(digest: string): string {
  return digest.slice(0, "sha256:".length + 12);
}

function waiting(why: string): Arrival {
  return { state: "waiting", why };
}
