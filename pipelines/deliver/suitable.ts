import { posix } from "node:path";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { Place } from "#pipelines/release/gitops/place.ts";
import { isWithin } from "#pipelines/text/path.ts";
import { plain } from "#pipelines/text/quote.ts";
import { type Application, type ApplicationSource, sourcesOf } from "./application.ts";

/** What an Application must follow to bring an environment to its cluster. */
export interface Followed {
  /** The URL of the GitOps repository, as Argo CD names it. */
  readonly repository: string;
  readonly branch: string;
  readonly places: readonly Place[];
}

/**
 * Refuses an Application whose status would say nothing of an environment: it follows something else, does not
 * synchronise by itself, or does not compare images.
 *
 * @throws APPLICATION_UNSUITABLE
 */
export function assertSuitable(name: string, application: Application, followed: Followed): void {
  if (placesFollowed(application, followed).length === 0) {
    const sources = sourcesOf(application.spec).map(
      ({ repoURL, path, targetRevision }) =>
        `${plain(path || ".")} at ${plain(targetRevision || "HEAD")} of ${plain(repoURL)}`,
    );
    throw unsuitable(
      `${name} follows ${sources.join(" and ") || "nothing"}, and not ${followed.places.map(({ path }) => plain(path)).join(" or ")} at ${followed.branch} of ${followed.repository}`,
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

/** The places that an Application brings to its cluster. */
export function placesFollowed(application: Application, followed: Followed): readonly Place[] {
  return followed.places.filter((place) => sourcesFollowed(application, followed, [place]).length > 0);
}

/** The positions of the sources that have one of the places. */
export function sourcesFollowed(
  { spec }: Application,
  { repository, branch }: Followed,
  places: readonly Place[],
): readonly number[] {
  const sources = sourcesOf(spec);
  return [...sources.keys()].filter((at) => {
    const source = sources[at];
    return (
      source !== undefined &&
      locationOf(source.repoURL) === locationOf(repository) &&
      [branch, `refs/heads/${branch}`].includes(source.targetRevision) &&
      places.some((place) => holds(source, sources, place))
    );
  });
}

/** Whether a source renders a place: an overlay itself, a file of its folder, or values that a chart names. */
function holds(source: ApplicationSource, all: readonly ApplicationSource[], { kind, path }: Place): boolean {
  const folder = cleaned(source.path);
  const place = cleaned(path);
  if (kind === "helm") {
    const own = ["values.yaml", ...(source.helm?.valueFiles ?? [])];
    const isRef = (file: string) => source.ref !== "" && file === `$${source.ref}/${place}`;
    return (
      (source.path !== "" && own.some((file) => posix.join(folder, file) === place)) ||
      all.some(({ helm }) => helm?.valueFiles?.some(isRef))
    );
  }
  if (source.ref !== "" && source.path === "") return false;
  if (kind === "overlay") return folder === place;
  return posix.dirname(place) === folder || (source.directory?.recurse === true && isWithin(place, folder));
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
        ? [new URL(url).host, new URL(url).pathname]
        : ["", url];
  return `${host.toLowerCase()}/${path.replace(/^\/+|\/+$/g, "").replace(/\.git$/, "")}`;
}

/** A rule that hides another image: one for images, or for everything around them. */
function ignoredImages({ spec }: Application): string | undefined {
  const rules = (spec.ignoreDifferences ?? []).flatMap(({ jsonPointers, jqPathExpressions }) => [
    ...(jsonPointers ?? []).filter((pointer) => hidesImages(pointer)),
    ...(jqPathExpressions ?? []).filter((path) =>
      /image|\.\.|containers(?:\[[^\]]*\])?\s*(?:$|\|)|^\.spec(?:\.template(?:\.spec)?)?$/i.test(path),
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
