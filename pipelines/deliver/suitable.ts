import { SlipwayError } from "#pipelines/errors/errors.ts";
import { plain } from "#pipelines/text/quote.ts";
import { type Application, type ApplicationSource, sourcesOf } from "./application.ts";

/** What an Application must follow to bring an environment to its cluster. */
export interface Followed {
  /** The URL of the GitOps repository, as Argo CD names it. */
  readonly repository: string;
  readonly branch: string;
  /** The folders and files with the environment's images. */
  readonly places: readonly string[];
}

/**
 * Refuses an Application whose status would say nothing of an environment: it follows something else, does not
 * synchronise by itself, or does not compare images.
 *
 * @throws APPLICATION_UNSUITABLE
 */
export function assertSuitable(name: string, application: Application, followed: Followed): void {
  const found = followedSource(application, followed);
  if (found === undefined) {
    const sources = sourcesOf(application.spec).map(
      ({ repoURL, path, targetRevision }) =>
        `${plain(path || ".")} at ${plain(targetRevision || "HEAD")} of ${plain(repoURL)}`,
    );
    throw unsuitable(
      `${name} follows ${sources.join(" and ") || "nothing"}, and not ${followed.places.map(plain).join(" or ")} at ${followed.branch} of ${followed.repository}`,
      "Correct the Application, or the environment in slipway.yaml. `argocd.repository` names the repository as Argo CD does.",
    );
  }
  const automated = application.spec.syncPolicy?.automated;
  if (automated === undefined || automated === null || !automated.enabled) {
    throw unsuitable(
      `${name} does not synchronise by itself`,
      "Set syncPolicy.automated in the Application: Slipway writes to Git only.",
    );
  }
  const ignored = ignoredImages(application);
  if (ignored !== undefined) {
    throw unsuitable(
      `${name} ignores differences in ${plain(ignored)}, so that another image is no difference`,
      "Remove that entry of ignoreDifferences, or narrow it to other fields.",
    );
  }
}

/** Whether an Application brings a place to its cluster. */
export function isFollowed(application: Application, followed: Followed, place: string): boolean {
  return followedSource(application, { ...followed, places: [place] }) !== undefined;
}

/** The position of the source that an environment's commit belongs to; undefined if the Application has none. */
export function followedSource(
  { spec }: Application,
  { repository, branch, places }: Followed,
): number | undefined {
  const at = sourcesOf(spec).findIndex(
    (source) =>
      locationOf(source.repoURL) === locationOf(repository) &&
      [branch, `refs/heads/${branch}`].includes(source.targetRevision) &&
      places.some((place) => holds(source, place)),
  );
  return at < 0 ? undefined : at;
}

/** Whether a source's folder has a place in it: a file in it, or the overlay itself. */
function holds({ path }: ApplicationSource, place: string): boolean {
  const folder = cleaned(path);
  return folder === "." || cleaned(place) === folder || cleaned(place).startsWith(`${folder}/`);
}

function cleaned(path: string): string {
  return (
    path
      .split("/")
      .filter((part) => part !== "" && part !== ".")
      .join("/") || "."
  );
}

/** The host and path of a repository: one repository has the same over https and ssh. */
function locationOf(url: string): string {
  const scp = /^(?:[^@/]+@)?([^:/]+):(?!\/\/)(.*)$/.exec(url);
  const [host = "", path = ""] =
    scp !== null
      ? [scp[1], scp[2]]
      : URL.canParse(url)
        ? [new URL(url).host, decodeURI(new URL(url).pathname)]
        : ["", url];
  return `${host.toLowerCase()}/${path.replace(/^\/+|\/+$/g, "").replace(/\.git$/, "")}`;
}

/** A rule that hides another image: one for images, or for everything around them. */
function ignoredImages({ spec }: Application): string | undefined {
  const rules = (spec.ignoreDifferences ?? []).flatMap(({ jsonPointers, jqPathExpressions }) => [
    ...(jsonPointers ?? []).filter((pointer) => hidesImages(pointer)),
    ...(jqPathExpressions ?? []).filter((path) =>
      /image|\.\.|containers(?:\[[^\]]*\])?\s*$|^\.spec(?:\.template(?:\.spec)?)?$/i.test(path),
    ),
  ]);
  return rules[0];
}

function hidesImages(pointer: string): boolean {
  const way = "/spec/template/spec/containers";
  return (
    way === pointer ||
    way.startsWith(`${pointer}/`) ||
    pointer === "" ||
    pointer === "/" ||
    /^\/spec\/template\/spec\/(?:init)?[cC]ontainers(?:\/[^/]+(?:\/image)?)?$/.test(pointer)
  );
}

function unsuitable(what: string, remedy: string): SlipwayError {
  return new SlipwayError("APPLICATION_UNSUITABLE", `the Application ${what}`, remedy);
}
