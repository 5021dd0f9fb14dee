import { forgeFrom } from "#modules/forge/src/from-settings.ts";
import { parseLocation } from "#modules/gitops/src/location.ts";
import type { Config } from "#pipelines/config/config.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { imageNamesOf } from "#pipelines/plan/plan.ts";
import type { CommitFacts } from "#pipelines/release/commit/facts.ts";
import type { ReadyImage } from "#pipelines/release/publish/ready-image.ts";
import type { ReleaseRecord } from "#pipelines/release/record.ts";
import type { ReleaseRequest } from "#pipelines/release/request.ts";
import type { ReleaseSettings } from "#pipelines/release/settings.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { gitopsBy } from "./access.ts";
import type { GitopsUpdate, UpdateResult } from "./gitops-update.ts";
import { editOf, placesOf } from "./place.ts";
import { rehearseUpdate, type UpdateRehearsal, updateRepository } from "./update.ts";

/** The images that a release writes to the GitOps repository. */
export interface ReleasedImages {
  readonly facts: CommitFacts;
  readonly images: readonly ReadyImage[];
  /** The tag beside the digest in the manifests. */
  readonly tag: string;
}

type Places = NonNullable<ReleaseSettings["gitops"]>;

const apis = {
  github: "https://api.github.com",
  gitlab: "https://gitlab.com/api/v4",
  gitea: undefined,
} as const;

/** Writes a release's images to the GitOps repository. */
export interface GitopsTarget {
  /** Runs all steps except the push. */
  rehearse(bumped: ReleasedImages): Promise<void>;
  /** @param onPushed is called with the commit before a pull request is opened for it. */
  bump(
    bumped: ReleasedImages,
    onPushed: (bump: ReleaseRecord["bump"]) => void,
  ): Promise<ReleaseRecord["bump"]>;
}

/**
 * Makes the target that writes a release's images to the GitOps repository. Its methods throw the errors of
 * `updateRepository`.
 *
 * @returns undefined if slipway.yaml names no GitOps repository.
 * @throws ARGUMENT_INVALID when the repository is invalid, or a pull request has no token or no API; CONFIG_INVALID
 *   when a named image belongs to no service. Either error comes before anything runs.
 */
export function gitopsTarget(
  { tools: { kustomize }, config, plan }: Workspace,
  { gitops: places, deadline }: ReleaseSettings,
  request: ReleaseRequest,
): GitopsTarget | undefined {
  if (places === undefined) return undefined;
  holdNames(places, plan);
  const repository = request.gitopsRepository ?? places.repository;
  parseLocation(repository);
  const asked = requestOf(places, config.tools, request, repository, deadline);
  const gitops = gitopsBy(request.gitAccess, config.tools.git, deadline);
  const bumpFor = ({ facts, images, tag }: ReleasedImages): GitopsUpdate => ({
    gitops,
    kustomize,
    repository,
    branch: places.branch,
    edits: editsOf(places, images),
    images: images.map(({ name, configured, digest }) => ({ name, digest, tag, alias: configured })),
    source: { commit: facts.commit, time: new Date(facts.commitTime) },
    ...(places.message === undefined ? {} : { message: places.message }),
    author: places.author,
    deadline,
    ...asked,
  });
  const recorded = (done: UpdateResult) => ({ repository, branch: places.branch, ...done });
  let rehearsed: UpdateRehearsal | undefined;
  return {
    async rehearse(bumped) {
      rehearsed = await rehearseUpdate(bumpFor(bumped));
    },
    async bump(bumped, onPushed) {
      const bump = { ...bumpFor(bumped), onPushed: (done: UpdateResult) => onPushed(recorded(done)) };
      return recorded(await updateRepository(bump, rehearsed));
    },
  };
}

/** @throws CONFIG_INVALID */
function holdNames({ overlays, helm, manifests }: Places, { services }: Workspace["plan"]): void {
  const known = imageNamesOf(services);
  const named = [
    ...[...overlays, ...manifests].flatMap(({ images = [] }) => images),
    ...helm.flatMap(({ image }) => image ?? []),
  ];
  const strange = named.find((name) => !known.includes(name));
  if (strange === undefined) return;
  throw new SlipwayError(
    "CONFIG_INVALID",
    `\`release.gitops\` names the image ${strange}, which no service has`,
    known.length > 0 ? `Use one of ${known.join(", ")}.` : "Set `services.NAME.image.name` in slipway.yaml.",
  );
}

function editsOf(places: Places, images: readonly ReadyImage[]): GitopsUpdate["edits"] {
  return placesOf(places).map((place) => {
    const { only } = place;
    if (only === undefined) return editOf(place);
    // The images may have other names in the registry than in slipway.yaml.
    const named = images.filter(({ configured }) => only.includes(configured)).map(({ name }) => name);
    return { ...editOf(place), images: named };
  });
}

function requestOf(
  { pullRequest }: Places,
  tools: Config["tools"],
  { gitAccess }: ReleaseRequest,
  repository: string,
  deadline: number,
): Pick<GitopsUpdate, "request"> {
  if (pullRequest === undefined) return {};
  const { forge: kind, api = apis[kind], branch: head } = pullRequest;
  const { forgeToken: token, ca, service } = gitAccess;
  if (token === undefined || api === undefined) {
    throw new SlipwayError(
      "ARGUMENT_INVALID",
      token === undefined
        ? `\`release.gitops.pullRequest\` opens a pull request at ${kind}, and the call passes no token`
        : `\`release.gitops.pullRequest\` has no \`api\`, and ${kind} has no public default`,
      token === undefined
        ? "Add --forge-token=env://TOKEN to the call."
        : "Set `api` to the forge's API, for example https://git.example.com/api/v1.",
    );
  }
  const name = pullRequest.repository ?? pathOf(repository);
  const forge = forgeFrom({ kind, api, repository: name, token, image: tools.curl, ca, service, deadline });
  return { request: { forge, head } };
}

/** OWNER/NAME, from the repository's URL. */
function pathOf(url: string): string {
  const path = URL.canParse(url) ? new URL(url).pathname : url.slice(url.indexOf(":") + 1);
  return path.replace(/^\/+/, "").replace(/(?:\.git)?\/*$/, "");
}
