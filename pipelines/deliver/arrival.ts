import { splitReference } from "#modules/kustomize/src/reference.ts";
import { plain, quote } from "#pipelines/text/quote.ts";
import { type Application, sourcesOf } from "./application.ts";
import type { WishedImage } from "./image.ts";
import type { Pod } from "./pods.ts";
import { type Followed, sourcesFollowed } from "./suitable.ts";
import { imagesIn, type PlacedImages } from "./wished.ts";

/** One look at an Application. */
export interface Look {
  readonly application: Application;
  readonly pods: readonly Pod[];
}

/** What an environment waits for. */
export interface Awaited {
  readonly followed: Followed;
  /** The places of the Application, with the images that Git wishes there at that commit. */
  readonly places: readonly PlacedImages[];
  /** Whether a revision is the commit, or has it in its history. */
  readonly contains: (revision: string) => Promise<boolean>;
}

/**
 * The state of one Application. `degraded` and `failed` are about this commit: the first may still recover.
 */
export type Arrival =
  | { readonly state: "arrived"; readonly revision: string }
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
  const positions = sourcesFollowed(application, awaited.followed, awaited.places);
  const { sync, health, operationState: ran } = status;
  if (metadata.annotations["argocd.argoproj.io/refresh"] !== undefined)
    return waiting("Argo CD has not compared it yet");
  const failing = status.conditions?.find(({ type }) => type.endsWith("Error"));
  const isBroken = ran?.phase === "Failed" || ran?.phase === "Error";
  const tried = revisionsAt(positions, ran?.syncResult ?? {});
  if (isBroken && sync.status !== "Synced" && (await allContain(tried, awaited)))
    return { state: "failed", why: `the synchronisation failed: ${quote(ran.message)}` };
  if (failing !== undefined) return waiting(`${plain(failing.type)}: ${quote(failing.message)}`);
  if (operation !== undefined && operation !== null) return waiting("a synchronisation is about to begin");
  if (ran?.phase === "Running" || ran?.phase === "Terminating")
    return waiting(`it is being synchronised: ${quote(ran.message)}`);
  if (!isOfToday(application)) return waiting("its status is about other settings of the Application");
  const revisions = revisionsAt(positions, sync);
  if (!(await allContain(revisions, awaited))) {
    const seen = revisions
      .filter((revision) => revision !== "")
      .map((revision) => plain(revision.slice(0, 12)));
    return waiting(`Argo CD has seen ${seen.join(", ") || "no commit"}`);
  }
  if (sync.status !== "Synced")
    return waiting(`it is ${sync.status === "" ? "of unknown state" : plain(sync.status)}`);
  if (health.status !== "Healthy") {
    const is = health.status === "" ? "of unknown health" : plain(health.status);
    const why = `it is ${is}${health.message === "" ? "" : `: ${quote(health.message)}`}`;
    return health.status === "Degraded" ? { state: "degraded", why } : waiting(why);
  }
  return podsRun(pods, imagesIn(awaited.places), revisions[0] ?? "");
}

/** The revisions of the sources at these positions; empty text where there is none. */
function revisionsAt(
  positions: readonly number[],
  of: { readonly revision?: string | undefined; readonly revisions?: readonly string[] | null | undefined },
): readonly string[] {
  return positions.map((at) => of.revisions?.[at] ?? of.revision ?? "");
}

async function allContain(revisions: readonly string[], { contains }: Awaited): Promise<boolean> {
  const all = await Promise.all(revisions.map((revision) => revision !== "" && contains(revision)));
  return all.length > 0 && all.every(Boolean);
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
  // An Application has one digest for each name: `lookedAt` refuses others.
  const wanted = new Map(
    images.flatMap(({ name, digest }) => (digest === undefined ? [] : [[name, digest] as const])),
  );
  const seen = new Set<string>();
  for (const { name: pod, isReady, isOver, containers } of pods) {
    if (isOver) continue;
    for (const { image, imageId } of containers) {
      const { name, digest } = splitReference(image);
      const wished = wanted.get(name);
      if (wished === undefined) continue;
      const runs = digestIn(imageId);
      const where = `Pod ${plain(pod)}`;
      if (digest !== wished) {
        const has = digest === undefined ? "no digest" : shortened(digest);
        return waiting(`${where} still has ${plain(name)} with ${has}`);
      }
      if (runs === undefined) return waiting(`${where} does not run ${plain(name)} yet`);
      if (runs !== digest)
        return waiting(`${where} runs ${shortened(runs)} of ${plain(name)}, not ${shortened(digest)}`);
      if (!isReady) return waiting(`${where} is not ready`);
      seen.add(`${name}@${runs}`);
    }
  }
  const unseen = images.find(
    ({ name, digest, runs }) => runs && digest !== undefined && !seen.has(`${name}@${digest}`),
  );
  return unseen === undefined
    ? { state: "arrived", revision }
    : waiting(`no Pod of it runs ${plain(unseen.name)} with ${shortened(unseen.digest ?? "")}`);
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
