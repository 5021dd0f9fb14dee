import { randomUUID } from "node:crypto";
import type { Directory } from "@dagger.io/dagger";
import type { Forge } from "#modules/forge/src/index.ts";
import type { Gitops } from "#modules/gitops/src/index.ts";
import { type Earlier, readEarlier } from "#modules/gitops/src/message.ts";
import type { Kustomize } from "#modules/kustomize/src/index.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { GitopsEdit, ReleasedSource, UpdateImage } from "./edit.ts";
import { fillMessage, updateMessage } from "./message.ts";
import { orderUpdates, pathOf, type UpdateOrder, type WantedImage, wantedImages } from "./order.ts";

/** A pull request instead of a push to the branch itself. */
export interface UpdateRequest {
  readonly forge: Forge;
  /** The branch that is pushed to; a template as the message is one. `slipway/{{short}}` by default. */
  readonly head?: string;
  readonly title?: string;
}

export interface GitopsUpdate {
  readonly gitops: Gitops;
  readonly kustomize: Kustomize;
  readonly repository: string;
  readonly branch: string;
  readonly edits: readonly GitopsEdit[];
  readonly images: readonly UpdateImage[];
  readonly source: ReleasedSource;
  /** The commit's message, a template: {{images}}, {{names}}, {{count}}, {{source}}, {{short}}. */
  readonly message?: string;
  /** NAME <EMAIL>. */
  readonly author?: string;
  /** How many seconds are spent, all attempts together. */
  readonly deadline: number;
  readonly request?: UpdateRequest;
  /** Is told of the commit before a pull request is opened for it. */
  readonly onPushed?: (result: UpdateResult) => void;
}

/** What became of the GitOps repository. */
export interface UpdateResult {
  /** `newer`: nothing was written, since newer releases have set all of it. */
  readonly outcome: "committed" | "unchanged" | "newer" | "pushed" | "requested";
  /** The commit that says what now holds. */
  readonly commit: string;
  /** The branch that was pushed for a pull request. */
  readonly head?: string;
  /** The pull request's page. */
  readonly url?: string;
  /** One sentence for people; names what a newer release keeps. */
  readonly detail: string;
}

const second = 1000;

/** For how long what a rehearsal checked out is looked at instead of the repository itself, in milliseconds. */
const fresh = 5 * second;

/** A checkout that a bump can go on with. */
export interface UpdateRehearsal {
  /** Names the checkout. */
  readonly moment: string;
  /** When it was made, in milliseconds since 1970. */
  readonly at: number;
}

/**
 * Sets images in a GitOps repository by one commit, whoever else pushes at the same time. What came meanwhile is fetched
 * and the change made anew; what a newer release has set stays; what is set already leads to no commit, so that the call
 * can be repeated.
 *
 * @param rehearsed what `rehearseBump` gave; a later one's checkout is made anew
 * @throws IMAGE_NOT_FOUND, KUSTOMIZATION_*, MANIFEST_INVALID, PATH_* when an edit cannot be made; REPOSITORY_*, BRANCH_*,
 *   HOST_UNTRUSTED, PUSH_*, SIGNING_FAILED as the gitops module does; REQUEST_REFUSED as the forge module does.
 */
export async function updateRepository(
  bump: GitopsUpdate,
  rehearsed?: UpdateRehearsal,
): Promise<UpdateResult> {
  const all = allOf(bump);
  const head = headOf(bump);
  const end = Date.now() + bump.deadline * second;
  // Those that begin at the same moment share a checkout; whatever they miss by that, the push makes up for.
  let moment =
    rehearsed !== undefined && Date.now() - rehearsed.at < fresh
      ? rehearsed.moment
      : String(Math.floor(Date.now() / (2 * second)));
  let order: UpdateOrder = { wanted: all, newer: [] };
  for (;;) {
    const attempt = await attempted(bump, order, head, moment);
    if (attempt.outcome === "newer") {
      const { wanted, newer } = orderUpdates(order.wanted, attempt.earlier, bump.source);
      if (newer.length === 0) {
        throw new SlipwayError(
          "REPORT_CONTRADICTORY",
          `commits of ${bump.repository} that are said to be newer are not: ${attempt.earlier.map(({ commit }) => commit).join(", ")}`,
          "Look at their trailers.",
        );
      }
      order = { wanted, newer: [...order.newer, ...newer] };
      if (wanted.length === 0) {
        return { outcome: "newer", commit: newer[0]?.earlier.commit ?? "", detail: kept(order) };
      }
    } else if (attempt.outcome !== "conflict") {
      const result = { ...attempt, detail: sentence(verbs[attempt.outcome], order) };
      return bump.request && head && attempt.ahead
        ? requested(bump, bump.request, head, result)
        : plain(result);
    }
    if (Date.now() >= end) {
      throw new SlipwayError(
        "PUSH_TIMED_OUT",
        `others changed the same places of ${bump.repository} for ${bump.deadline} s, and nothing of this was pushed`,
        "Run it again, or give it a longer deadline.",
      );
    }
    moment = "";
  }
}

/**
 * Does all of a bump but the push: logs in, checks out, makes the edits, renders what they change, makes the message, and
 * throws it all away.
 *
 * @throws as bumpRepository does.
 */
export async function rehearseUpdate(bump: GitopsUpdate): Promise<UpdateRehearsal> {
  const all = allOf(bump);
  const rehearsed = { moment: randomUUID(), at: Date.now() };
  const checkout = await bump.gitops.checkout(bump.repository, bump.branch, headOf(bump), rehearsed.moment);
  await (await edit(bump, checkout.directory("/tree"), all, setThoroughly)).sync();
  const places = all.map(({ place }) => place);
  updateMessage(bump.message, bump.images, places, bump.source);
  return rehearsed;
}

function allOf(bump: GitopsUpdate): WantedImage[] {
  const all = wantedImages(bump.edits, bump.images);
  if (all.length > 0) return all;
  throw new SlipwayError(
    "ARGUMENT_INVALID",
    "a bump without an image or a place",
    "Name at least one of each.",
  );
}

function headOf({ request, images, source }: GitopsUpdate): string | undefined {
  return request && fillMessage(request.head ?? "slipway/{{short}}", images, source);
}

type Attempt =
  | { readonly outcome: "conflict" }
  | { readonly outcome: "newer"; readonly earlier: readonly Earlier[] }
  /** `ahead`: there is now a branch for a pull request that holds more than the base. */
  | { readonly outcome: "committed" | "unchanged"; readonly commit: string; readonly ahead: boolean };

const verbs = { committed: "now holds", unchanged: "holds already" } as const;

/** Checks out, edits and pushes once. */
async function attempted(
  bump: GitopsUpdate,
  { wanted }: UpdateOrder,
  head: string | undefined,
  moment: string,
): Promise<Attempt> {
  const { gitops, kustomize, author, source } = bump;
  const checkout = await gitops.checkout(bump.repository, bump.branch, head, moment);
  const [, , ahead] = (await checkout.stdout()).split("\n");
  const tree = checkout.directory("/tree");
  const edited = await edit(bump, tree, wanted);
  const images = [...new Set(wanted.map(({ image }) => image))];
  const places = wanted.map(({ place }) => place);
  const message = updateMessage(bump.message, images, places, source);
  const push = async (renders?: string) => {
    const changes = tree.diff(edited);
    const pushed = await gitops.push(
      checkout,
      changes,
      message,
      places,
      author,
      renders,
      kustomize.program(),
    );
    return (await pushed.stdout()).split("\n");
  };
  let [outcome, commit = "", ...more] = await push(JSON.stringify(rendersOf(wanted)));
  if (outcome === "doubt") {
    // The quick look beside the push cannot tell; the thorough one throws, or is content.
    await edit(bump, tree, wanted, setThoroughly);
    [outcome, commit = "", ...more] = await push();
  }
  if (outcome === "newer") return { outcome, earlier: readEarlier([commit, ...more].join("\n")) };
  if (outcome === "pushed") return { outcome: "committed", commit, ahead: head !== undefined };
  return outcome === "unchanged" ? { outcome, commit, ahead: ahead === "ahead" } : { outcome: "conflict" };
}

/** Makes every edit; the same tree comes back when nothing has to change. */
async function edit(
  bump: GitopsUpdate,
  tree: Directory,
  wanted: readonly WantedImage[],
  setOverlay: SetOverlay = setQuickly,
): Promise<Directory> {
  let edited = tree;
  for (const one of new Set(wanted.map((each) => each.edit))) {
    const images = wanted.filter((each) => each.edit === one).map(({ image }) => image);
    edited = await editOne(bump, edited, one, images, setOverlay);
  }
  return edited;
}

function editOne(
  { kustomize }: GitopsUpdate,
  tree: Directory,
  one: GitopsEdit,
  images: readonly UpdateImage[],
  setOverlay: SetOverlay,
): Promise<Directory> {
  switch (one.kind) {
    case "kustomize":
      return setOverlay(kustomize, tree, one.overlay, images.map(renaming));
    case "helm":
      return kustomize.setValues(tree, one.file, one.path, renaming(single(one, images)));
    case "manifest":
      return kustomize.setManifest(tree, one.file, images.map(renaming));
  }
}

type SetOverlay = (
  kustomize: Kustomize,
  tree: Directory,
  overlay: string,
  images: string[],
) => Promise<Directory>;

const setQuickly: SetOverlay = (kustomize, tree, overlay, images) => kustomize.edit(tree, overlay, images);
const setThoroughly: SetOverlay = (kustomize, tree, overlay, images) =>
  kustomize.setImages(tree, overlay, images);

/** What each overlay shall render once it is set. */
function rendersOf(wanted: readonly WantedImage[]) {
  return [...new Set(wanted.map(({ edit: one }) => one))].flatMap((one) =>
    one.kind === "kustomize"
      ? {
          overlay: pathOf(one),
          references: wanted.filter((each) => each.edit === one).map(({ image }) => reference(image)),
        }
      : [],
  );
}

function single(edit: GitopsEdit & { readonly kind: "helm" }, images: readonly UpdateImage[]): UpdateImage {
  const [image, ...others] = images;
  if (image && others.length === 0) return image;
  throw new SlipwayError(
    "ARGUMENT_INVALID",
    `${images.length} images are meant for ${edit.path} in ${edit.file}, which takes one`,
    "Say in its `images` which.",
  );
}

/** NAME=NEWNAME:TAG@DIGEST, where the manifests know it by another name. */
function renaming(image: UpdateImage): string {
  return image.alias ? `${image.alias}=${reference(image)}` : reference(image);
}

function reference({ name, tag, digest }: UpdateImage): string {
  return `${name}${tag ? `:${tag}` : ""}@${digest}`;
}

async function requested(
  bump: GitopsUpdate,
  { forge, title }: UpdateRequest,
  head: string,
  result: UpdateResult,
): Promise<UpdateResult> {
  const subject = fillMessage(title ?? "Set {{images}}", bump.images, bump.source);
  const body = bump.images.map((image) => `- \`${reference(image)}\``).join("\n");
  bump.onPushed?.({ ...plain(result), outcome: "pushed", head });
  const url = await forge.open(head, bump.branch, subject, `${body}\n\nSource: ${bump.source.commit}\n`);
  return {
    outcome: "requested",
    commit: result.commit,
    head,
    url,
    detail: `${result.detail}; asked for by ${url}`,
  };
}

function plain({ outcome, commit, detail }: UpdateResult): UpdateResult {
  return { outcome, commit, detail };
}

function sentence(verb: string, order: UpdateOrder): string {
  const names = [...new Set(order.wanted.map(({ image, place }) => `${place} ${verb} ${image.digest}`))];
  return [names.join(", "), ...(order.newer.length > 0 ? [kept(order)] : [])].join("; ");
}

function kept({ newer }: UpdateOrder): string {
  return newer
    .map(
      ({ wanted, earlier }) =>
        `${wanted.place} keeps what ${earlier.commit} set from the newer source ${earlier.source.commit} of ${earlier.source.time.toISOString()}`,
    )
    .join("; ");
}
