import type { CommitFacts } from "#pipelines/release/commit/facts.ts";
import type { ImageTag, ImageTags } from "#pipelines/release/tags/tags.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";
import { version as slipway } from "#pipelines/version.ts";
import { publicBy, type ReleasedImage, type ReleaseRecord } from "./record.ts";

/** The end of a release. */
export interface Ending {
  /** The start time, in ISO 8601. */
  readonly began: string;
  readonly facts: CommitFacts;
  readonly tags: ImageTags;
  readonly verdict: Verdict;
  readonly images: readonly ReleasedImage[];
  /** Whether this call goes on to the last stage; otherwise another call signs. */
  readonly isWhole: boolean;
  readonly evidence: ReleaseRecord["evidence"];
  readonly bump: ReleaseRecord["bump"];
  readonly failure: ReleaseRecord["failure"];
}

/** Records the end of a release, with the present time. */
export function recordOf(ending: Ending): ReleaseRecord {
  const { began, facts, tags, verdict, images, evidence, bump, failure } = ending;
  const open = publicBy(images, bump);
  const lost = images.flatMap(({ replicas }) => replicas.filter(({ fault }) => fault !== undefined));
  return {
    version: 1,
    outcome: outcomeOf(ending, open, lost.length),
    source: {
      commit: facts.commit,
      time: facts.commitTime,
      ...(facts.branch === undefined ? {} : { branch: facts.branch }),
      ...(facts.tags[0] === undefined ? {} : { tag: facts.tags[0] }),
      ...(facts.source === undefined ? {} : { repository: facts.source }),
    },
    slipway,
    began,
    ended: new Date().toISOString(),
    verdict: verdict.outcome,
    images: [...images],
    ...(evidence === undefined ? {} : { evidence }),
    ...(bump === undefined ? {} : { bump }),
    ...(failure === undefined ? {} : { failure }),
    notes: [
      ...tags.notes,
      ...images.flatMap((image) => keptTags(image, tags.tags)),
      ...lost.map(({ name, fault }) => `${name} does not have the image: ${fault}`),
    ],
    public: [...open],
  };
}

/** The tags that were not moved to this image, and why. */
function keptTags({ name, tags }: ReleasedImage, rules: readonly ImageTag[]): readonly string[] {
  const ofCommit = new Set(rules.flatMap((rule) => (rule.ofCommit ? [rule.name] : [])));
  return tags
    .filter(({ effect }) => effect === "kept")
    .map(({ tag }) => {
      const whose = ofCommit.has(tag) ? "that an earlier release of this commit made" : "of a newer commit";
      return `${name}:${tag} stays with the image ${whose}`;
    });
}

function outcomeOf(
  { failure, isWhole }: Ending,
  open: readonly string[],
  lost: number,
): ReleaseRecord["outcome"] {
  if (failure === undefined && !isWhole) return "published";
  if (failure === undefined) return lost === 0 ? "released" : "incomplete";
  return open.length === 0 ? "refused" : "incomplete";
}
