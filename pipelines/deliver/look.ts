import { argocdFrom } from "#modules/argocd/src/from-settings.ts";
import type { Argocd } from "#modules/argocd/src/index.ts";
import { codeOf, SlipwayError } from "#pipelines/errors/errors.ts";
import { explain } from "#pipelines/errors/explain.ts";
import { placesOf } from "#pipelines/release/gitops/place.ts";
import { printable } from "#pipelines/text/printable.ts";
import { plain } from "#pipelines/text/quote.ts";
import { named } from "#pipelines/workspace/secrets.ts";
import { readApplication } from "./application.ts";
import { type Arrival, type Awaited, judgeArrival } from "./arrival.ts";
import { repeatedImage, type WishedImage } from "./image.ts";
import { readPods } from "./pods.ts";
import { configFile, type GitopsRepository, reopened } from "./repository.ts";
import type { AwaitRequest } from "./request.ts";
import type { Stage } from "./stage.ts";
import { assertSuitable, placesFollowed } from "./suitable.ts";
import { imagesIn, type PlacedImages } from "./wished.ts";

/** What one look at an environment tells. */
export interface EnvironmentLook {
  /** In the order of the Applications. */
  readonly arrivals: readonly { readonly application: string; readonly arrival: Arrival }[];
  /** What is missing until the environment runs what Git wishes, a clause each; empty: nothing. */
  readonly missing: readonly string[];
}

/** Looks at an environment, as often as it is asked. */
export interface Looker {
  readonly images: readonly WishedImage[];
  /** @throws APPLICATION_DENIED, APPLICATION_UNSUITABLE: what no wait can change. */
  readonly look: () => Promise<EnvironmentLook>;
}

/** Seconds for one request to Argo CD. */
const requestLimit = 30;

/**
 * Prepares to look at an environment: the login at its Argo CD, and what to look for.
 *
 * @param places what Git wishes there.
 * @throws CONFIG_INVALID, SECRET_MISSING.
 */
export async function lookerFor(
  repository: GitopsRepository,
  stage: Stage,
  places: readonly PlacedImages[],
  request: Pick<AwaitRequest, "secrets" | "argocdAccess">,
): Promise<Looker> {
  const { name, settings } = stage;
  const argocd = await argocdOf(repository, stage, request);
  const images = imagesIn(places);
  const { url, branch } = repository;
  const awaited = {
    followed: { repository: settings.argocd?.repository ?? url, branch, places: placesOf(stage.settings) },
    places,
    contains: containing(repository),
  };
  const names = settings.argocd?.applications ?? [];
  return {
    images,
    async look() {
      const seen = await Promise.all(names.map((each) => lookedAt(argocd, each, awaited)));
      const arrivals = seen.map(({ arrival }, at) => ({ application: names[at] ?? "", arrival }));
      // Before all have answered, nobody knows what each follows.
      const follows = seen.every(({ follows: some }) => some !== undefined)
        ? seen.flatMap(({ follows: some }) => some ?? [])
        : places.map(({ path }) => path);
      const alone = places.find(({ path }) => !follows.includes(path));
      if (alone !== undefined) throw unfollowed(name, alone.path, names);
      const missing = arrivals.flatMap(({ application, arrival }) =>
        arrival.state === "arrived" ? [] : `${application}: ${arrival.why}`,
      );
      return { arrivals, missing };
    },
  };
}

/** Refuses images of which nothing could tell that they run. @throws ENVIRONMENT_UNPINNED */
export function assertPinned({ name }: Stage, images: readonly WishedImage[]): void {
  if (images.some(({ digest }) => digest !== undefined)) return;
  throw new SlipwayError(
    "ENVIRONMENT_UNPINNED",
    `no image of ${name} has a digest`,
    "Set its images by digest, as a release and a promotion do.",
  );
}

/** One look at an Application. An answer that cannot be had is waited for; what no wait can change is an error. */
async function lookedAt(
  argocd: Argocd,
  name: string,
  environment: Awaited,
): Promise<{ readonly arrival: Arrival; readonly follows?: readonly string[] }> {
  try {
    const application = readApplication(await (await argocd.application(name, true)).contents(), name);
    assertSuitable(name, application, environment.followed);
    const follows = placesFollowed(application, environment.followed).map(({ path }) => path);
    const places = environment.places.filter(({ path }) => follows.includes(path));
    assertDistinct(name, imagesIn(places));
    // Pods that are read before the status could belong to an earlier state.
    const pods = readPods(await (await argocd.pods(name)).contents(), name);
    return { arrival: await judgeArrival({ application, pods }, { ...environment, places }), follows };
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined || !passing.has(code)) throw error;
    return { arrival: { state: "waiting", why: printable(explain(error).text) } };
  }
}

/** The errors of an answer that cannot be had now. */
const passing: ReadonlySet<string> = new Set(["REPOSITORY_UNREACHABLE", "SERVER_UNREACHABLE", "TOOL_FAILED"]);

/** Two digests of one name in one Application: no Pod tells which of them it should run. */
function assertDistinct(application: string, images: readonly WishedImage[]): void {
  const twice = repeatedImage(images.filter(({ digest }) => digest !== undefined));
  if (twice === undefined) return;
  throw new SlipwayError(
    "APPLICATION_UNSUITABLE",
    `the Application ${application} has ${plain(twice.name)} with two digests, and no Pod tells which one it should run`,
    "Set one digest for it, or give each its own Application.",
  );
}

/**
 * Tells whether revisions contain the commit. One that the checkout lacks was pushed later, so it fetches once more.
 * Only a definite answer is kept.
 */
function containing(repository: GitopsRepository): (revision: string) => Promise<boolean> {
  const { commit, gitops } = repository;
  const known = new Map([[commit, true]]);
  return async (revision) => {
    const kept = known.get(revision);
    if (kept !== undefined) return kept;
    if (!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(revision)) return false;
    let answer = await gitops.contains(repository.checkout, commit, revision);
    if (answer === "unknown") {
      const { checkout } = await reopened(repository);
      answer = await gitops.contains(checkout, commit, revision);
    }
    if (answer !== "unknown") known.set(revision, answer === "yes");
    return answer === "yes";
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
    ca,
    service,
    image: config.tools.argocd,
    base: config.tools.curl,
  });
}

function unfollowed(name: string, place: string, applications: readonly string[]): SlipwayError {
  return new SlipwayError(
    "APPLICATION_UNSUITABLE",
    `no Application of ${name} follows ${plain(place)}: ${applications.join(", ")} follow other places`,
    "Name the Application that follows it under `argocd.applications`, or remove the place.",
  );
}
