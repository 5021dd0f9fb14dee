import { argocdFrom } from "#modules/argocd/src/from-settings.ts";
import type { Argocd } from "#modules/argocd/src/index.ts";
import { codeOf, SlipwayError } from "#pipelines/errors/errors.ts";
import { explain } from "#pipelines/errors/explain.ts";
import { plain } from "#pipelines/text/quote.ts";
import { named } from "#pipelines/workspace/secrets.ts";
import { readApplication } from "./application.ts";
import { type Arrival, type Awaited, judgeArrival } from "./arrival.ts";
import { shortImage, type WishedImage } from "./image.ts";
import { readPods } from "./pods.ts";
import { configFile, type GitopsRepository, placesOf, reopened, type Stage } from "./repository.ts";
import type { AwaitRequest } from "./request.ts";
import { assertSuitable, isFollowed } from "./suitable.ts";
import { wishedImages } from "./wished.ts";

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
 * Prepares to look at an environment: what Git wishes there, and the login at its Argo CD.
 *
 * @throws CONFIG_INVALID, SECRET_MISSING, ENVIRONMENT_UNPINNED; the errors of kustomize's rendering.
 */
export async function lookerFor(
  repository: GitopsRepository,
  stage: Stage,
  request: Pick<AwaitRequest, "secrets" | "argocdAccess">,
): Promise<Looker> {
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
  return {
    images,
    async look() {
      const seen = await Promise.all(names.map((each) => lookedAt(argocd, each, awaited)));
      const follows = seen.flatMap(({ places }) => places ?? []);
      const alone = awaited.followed.places.find((place) => !follows.includes(place));
      // Before all have answered, nobody knows.
      if (alone !== undefined && seen.every(({ places }) => places !== undefined))
        throw unfollowed(name, alone, names);
      const arrivals = seen.map(({ arrival }, at) => ({ application: names[at] ?? "", arrival }));
      return { arrivals, missing: missingIn(arrivals, images) };
    },
  };
}

/** One look at an Application. An answer that cannot be had is waited for; what no wait can change is an error. */
async function lookedAt(
  argocd: Argocd,
  name: string,
  awaited: Awaited,
): Promise<{ readonly arrival: Arrival; readonly places?: readonly string[] }> {
  try {
    const application = readApplication(await (await argocd.application(name, true)).contents(), name);
    assertSuitable(name, application, awaited.followed);
    // Pods that are read before the status could belong to an earlier state.
    const pods = readPods(await (await argocd.pods(name)).contents(), name);
    const places = awaited.followed.places.filter((place) =>
      isFollowed(application, awaited.followed, place),
    );
    return { arrival: await judgeArrival({ application, pods }, awaited), places };
  } catch (error) {
    const code = codeOf(error);
    if (code !== "SERVER_UNREACHABLE" && code !== "TOOL_FAILED") throw error;
    return { arrival: { state: "waiting", why: explain(error).text } };
  }
}

function missingIn(arrivals: EnvironmentLook["arrivals"], images: readonly WishedImage[]): readonly string[] {
  const waits = arrivals.flatMap(({ application, arrival }) =>
    arrival.state === "arrived" ? [] : `${application}: ${arrival.why}`,
  );
  if (waits.length > 0) return waits;
  const seen = new Set(
    arrivals.flatMap(({ arrival }) => (arrival.state === "arrived" ? [...arrival.digests] : [])),
  );
  return images
    .filter(({ runs, digest }) => runs && digest !== undefined && !seen.has(digest))
    .map(
      (image) =>
        `no Pod of ${arrivals.map(({ application }) => application).join(", ")} runs ${shortImage(image)}`,
    );
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

function unfollowed(name: string, place: string, applications: readonly string[]): SlipwayError {
  return new SlipwayError(
    "APPLICATION_UNSUITABLE",
    `no Application of ${name} follows ${plain(place)}: ${applications.join(", ")} follow other places`,
    "Name the Application that follows it under `argocd.applications`, or remove the place.",
  );
}

function unpinned(name: string): SlipwayError {
  return new SlipwayError(
    "ENVIRONMENT_UNPINNED",
    `no image of ${name} has a digest`,
    "Set its images by digest, as a release and a promotion do.",
  );
}
