import { randomUUID } from "node:crypto";
import { type Earlier, readEarlier } from "#modules/gitops/src/message.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { editTree, rendersOf, setThoroughly } from "./edit-tree.ts";
import { type GitopsUpdate, StaleEntry, type UpdateResult } from "./gitops-update.ts";
import { fillMessage, updateMessage } from "./message.ts";
import { orderUpdates, type UpdateOrder, type WantedImage, wantedImages } from "./order.ts";
import { openRequest } from "./pull-request.ts";
import { kept, sentence } from "./sentence.ts";

const second = 1000;

/** How long a rehearsal's checkout is used instead of a new one, in milliseconds. */
const fresh = 5 * second;

/** A checkout that a bump can reuse. */
export interface UpdateRehearsal {
  /** The id of the checkout. */
  readonly moment: string;
  /** The time of the checkout, in milliseconds since 1970. */
  readonly at: number;
}

/**
 * Sets images in a GitOps repository with one commit, even if others push at the same time. If others changed the
 * same places, it fetches their commits and repeats the change. Images of a newer release stay. Images that are
 * already set cause no commit, so the call can be repeated.
 *
 * @param rehearsed the result of `rehearseUpdate`; if it is too old, a new checkout is made.
 * @throws IMAGE_NOT_FOUND, KUSTOMIZATION_*, MANIFEST_INVALID, PATH_* when an edit cannot be made.
 *   REPOSITORY_*, BRANCH_*, HOST_UNTRUSTED, PUSH_*, SIGNING_FAILED from the gitops module; REQUEST_REFUSED from the
 *   forge module.
 */
export async function updateRepository(
  bump: GitopsUpdate,
  rehearsed?: UpdateRehearsal,
): Promise<UpdateResult> {
  const all = allOf(bump);
  const head = headOf(bump);
  const end = Date.now() + bump.deadline * second;
  // Calls that begin at the same moment share a checkout. The push detects anything that they miss by that.
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
          `${bump.repository}: commits reported as newer are not newer: ${attempt.earlier.map(({ commit }) => commit).join(", ")}`,
          "Run `git show COMMIT` in the GitOps repository, and correct the trailers that Slipway's commits have.",
        );
      }
      order = { wanted, newer: [...order.newer, ...newer] };
      if (wanted.length === 0) {
        return { outcome: "newer", commit: newer[0]?.earlier.commit ?? "", detail: kept(order) };
      }
    } else if (attempt.outcome !== "conflict") {
      const { outcome, commit, ahead } = attempt;
      const result = { outcome, commit, detail: sentence(verbs[outcome], order) };
      return bump.request && head && ahead ? openRequest(bump, bump.request, head, result) : result;
    }
    if (Date.now() >= end) {
      throw new SlipwayError(
        "PUSH_TIMED_OUT",
        `${bump.repository}: for ${bump.deadline} s, others kept changing the same places, so nothing was pushed`,
        "Run the release again, or raise `release.deadline` in slipway.yaml.",
      );
    }
    moment = "";
  }
}

/**
 * Runs all steps of a bump except the push, and discards the result. It logs in, checks out, makes the edits,
 * renders the changes and writes the message.
 *
 * @throws the errors of `updateRepository`.
 */
export async function rehearseUpdate(bump: GitopsUpdate): Promise<UpdateRehearsal> {
  const all = allOf(bump);
  const rehearsed = { moment: randomUUID(), at: Date.now() };
  const checkout = await bump.gitops.checkout(bump.repository, bump.branch, headOf(bump), rehearsed.moment);
  await (await editTree(bump.kustomize, checkout.directory("/tree"), all, setThoroughly)).sync();
  const places = all.map(({ place }) => place);
  updateMessage(bump.message, bump.images, places, bump.source);
  return rehearsed;
}

function allOf(bump: GitopsUpdate): WantedImage[] {
  const all = wantedImages(bump.edits, bump.images);
  if (all.length > 0) return all;
  throw new SlipwayError(
    "ARGUMENT_INVALID",
    "a bump has no image or no place to set one",
    "Name at least one image and one place under `release.gitops` in slipway.yaml.",
  );
}

function headOf({ request, images, source }: GitopsUpdate): string | undefined {
  return request && fillMessage(request.head ?? "slipway/{{short}}", images, source);
}

type Attempt =
  | { readonly outcome: "conflict" }
  | { readonly outcome: "newer"; readonly earlier: readonly Earlier[] }
  /** `ahead`: a branch for a pull request now contains more than the base. */
  | { readonly outcome: "committed" | "unchanged"; readonly commit: string; readonly ahead: boolean };

const verbs = { committed: "now has", unchanged: "already has" } as const;

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
  const edited = await editTree(kustomize, tree, wanted);
  const images = [...new Set(wanted.map(({ image }) => image))];
  const places = wanted.map(({ place }) => place);
  const message = updateMessage(bump.message, images, places, source, bump.undoes);
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
      bump.record?.text(images),
      bump.record?.known,
    );
    return (await pushed.stdout()).split("\n");
  };
  let [outcome, commit = "", ...more] = await push(JSON.stringify(rendersOf(wanted)));
  if (outcome === "doubt") {
    // The quick check beside the push cannot decide; the thorough one throws or accepts.
    await editTree(kustomize, tree, wanted, setThoroughly);
    [outcome, commit = "", ...more] = await push();
  }
  if (outcome === "stale") throw new StaleEntry(bump.repository);
  if (outcome === "newer") return { outcome, earlier: readEarlier([commit, ...more].join("\n")) };
  if (outcome === "pushed") return { outcome: "committed", commit, ahead: head !== undefined };
  return outcome === "unchanged" ? { outcome, commit, ahead: ahead === "ahead" } : { outcome: "conflict" };
}
