import type { Directory } from "@dagger.io/dagger";
import { History } from "#modules/history/src/index.ts";
import { runChecks } from "#pipelines/checks/checks.ts";
import { checkContext } from "#pipelines/checks/context.ts";
import { conclude } from "#pipelines/conclude/conclude.ts";
import { withText } from "#pipelines/dagger/text-file.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { explain, explainText } from "#pipelines/errors/explain.ts";
import { type Predicate, predicatesOf } from "#pipelines/release/attest/predicates.ts";
import type { CommitFacts } from "#pipelines/release/commit/facts.ts";
import { commitFacts } from "#pipelines/release/commit/from-git.ts";
import { gitopsTarget, type ReleasedImages } from "#pipelines/release/gitops/target.ts";
import {
  type ReleaseImageResult,
  releaseImage,
  type VerifiedImage,
} from "#pipelines/release/publish/build-images.ts";
import { publisher } from "#pipelines/release/publish/publisher.ts";
import { type ImageTag, tagsOf } from "#pipelines/release/tags/tags.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";
import { version as slipway } from "#pipelines/version.ts";
import { findInlineWaivers } from "#pipelines/workspace/inline-waivers.ts";
import { openWorkspace } from "#pipelines/workspace/workspace.ts";
import { publicBy, type ReleasedImage, type ReleaseRecord, type Stage, writeRecord } from "./record.ts";
import type { ReleaseRequest } from "./request.ts";
import { renderRelease } from "./screen.ts";
import { settingsOf } from "./settings.ts";

/** The first day that a zip file knows, in seconds since 1970. */
const zipEpoch = 315532800;

/** Who runs a release that says nothing of it. */
const localBuilder = "urn:slipway:local";

/** What a release leaves. */
export interface ReleaseResult {
  readonly record: ReleaseRecord;
  readonly verdict: Verdict;
  /** The reports of the checks, with release.json. */
  readonly reports: Directory;
}

/**
 * Releases a commit: checks it, and only if all of that passed, publishes its images by their digests, signs and attests
 * them, copies them, tags them, and names them in the GitOps repository, in this order. A stage that fails ends it, and what
 * is public by then is on record. What is done already is not done again, so that a second call completes the first.
 *
 * @throws the errors of the configuration, of what the call hands over and of an empty source: before anything is run.
 */
export async function release(request: ReleaseRequest): Promise<ReleaseResult> {
  const began = new Date().toISOString();
  const facts = await commitFacts(new History(), request.git, request.facts);
  const source = await sourceOf(request, facts);
  const workspace = await openWorkspace({ ...request, source });
  const settings = settingsOf(workspace.config);
  const tags = tagsOf(facts, settings.tags);
  const publish = await publisher(workspace.config.tools, settings, request);
  const gitops = gitopsTarget(workspace, settings, request);
  const imaging = releaseImage({
    facts,
    version: tags.version,
    platforms: settings.platforms ?? [],
    ...(request.registry === undefined ? {} : { registry: request.registry }),
  });
  const inlineWaivers = workspace.run(() => findInlineWaivers(workspace));
  const context = checkContext(workspace, imaging);
  const stages = await runChecks(context);
  const images = await Promise.all(context.images());
  const { verdict, reports } = await conclude(workspace, inlineWaivers, stages, []);
  const ready = images.flatMap((image) => image.ready ?? []);
  const named: ReleasedImages = { facts, images: ready, tag: tags.version };
  const evidence = new Map<VerifiedImage, readonly Predicate[]>();
  const progress = new Map<VerifiedImage, ReleasedImage>(ready.map((image) => [image, unpublished(image)]));
  let bump: ReleaseRecord["bump"];
  let failure: ReleaseRecord["failure"];

  const each = async (act: (image: VerifiedImage, record: ReleasedImage) => Promise<void>) => {
    const ended = await Promise.allSettled([...progress].map(([image, own]) => act(image, own)));
    const [failed, ...more] = ended.filter((end) => end.status === "rejected");
    if (failed === undefined) return;
    if (more.length === 0) throw failed.reason;
    const { code, text, remedy } = explain(failed.reason);
    const others = more.map(({ reason }) => explain(reason).text);
    throw new SlipwayError(
      code ?? "TOOL_FAILED",
      [text, ...others].join("; "),
      remedy ?? "Each is named here.",
    );
  };
  const steps: readonly (readonly [Stage, () => Promise<void>])[] = [
    [
      "verdict",
      async () => {
        assertReleasable(verdict, images);
        const builder = request.builder || localBuilder;
        for (const image of ready) {
          evidence.set(
            image,
            await predicatesOf(image, settings.attest, { workspace, facts, verdict, builder }),
          );
        }
        await Promise.all([
          publish.check(ready, tags.tags, facts),
          ready.length > 0 ? gitops?.rehearse(named) : undefined,
        ]);
      },
    ],
    ["publish", () => each(publish.push)],
    ["sign", () => each(publish.sign)],
    ["attest", () => each((image, own) => publish.attest(image, own, evidence.get(image) ?? []))],
    ["replicate", () => each(publish.replicate)],
    ["tag", () => each((image, own) => publish.tag(image, own, tags.tags, facts))],
    [
      "bump",
      async () => {
        bump = await gitops?.bump(named, (pushed) => {
          bump = pushed;
        });
      },
    ],
  ];
  for (const [stage, step] of steps) {
    try {
      await step();
    } catch (error) {
      failure = { stage, text: explainText(error) };
      break;
    }
  }
  const released = [...progress.values()];
  const open = publicBy(released, bump);
  const lost = released.flatMap(({ replicas }) => replicas.filter(({ fault }) => fault !== undefined));
  const record: ReleaseRecord = {
    version: 1,
    outcome: outcomeOf(failure, open, lost.length),
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
    images: released,
    ...(bump === undefined ? {} : { bump }),
    ...(failure === undefined ? {} : { failure }),
    notes: [
      ...tags.notes,
      ...released.flatMap((image) => keptTags(image, tags.tags)),
      ...lost.map(({ name, fault }) => `${name} does not hold the image: ${fault}`),
    ],
    public: [...open],
  };
  const recorded = await withText(reports, "release.json", writeRecord(record));
  return {
    record,
    verdict,
    reports: await withText(recorded, "release.txt", renderRelease(record, verdict)),
  };
}

/** Which tags were not moved to this image, and why. */
function keptTags({ name, tags }: ReleasedImage, rules: readonly ImageTag[]): readonly string[] {
  const ofCommit = new Set(rules.flatMap((rule) => (rule.ofCommit ? [rule.name] : [])));
  return tags
    .filter(({ effect }) => effect === "kept")
    .map(({ tag }) => {
      const whose = ofCommit.has(tag) ? "that was released of this commit before" : "of a newer commit";
      return `${name}:${tag} stays with the image ${whose}`;
    });
}

function outcomeOf(
  failure: ReleaseRecord["failure"],
  open: readonly string[],
  lost: number,
): ReleaseRecord["outcome"] {
  if (failure === undefined) return lost === 0 ? "released" : "incomplete";
  return open.length === 0 ? "refused" : "incomplete";
}

/** The files of the commit, whatever else lies in the folder that it was checked out to. */
async function sourceOf({ git, settle }: ReleaseRequest, { commit }: CommitFacts): Promise<Directory> {
  try {
    // From 0.21 on the engine dates the files 1970, which is before a zip file's time begins.
    const tree = await git
      .asGit()
      .commit(commit)
      .tree({ discardGitDir: true })
      .withTimestamps(zipEpoch)
      .sync();
    return (await settle?.(tree)) ?? tree;
  } catch (error) {
    throw new SlipwayError(
      "HISTORY_UNREADABLE",
      `the files of ${commit} are not to be had: ${explain(error).text}`,
      "Hand over the whole folder .git of a clone that has the commit.",
    );
  }
}

function assertReleasable(verdict: Verdict, images: readonly ReleaseImageResult[]): void {
  if (verdict.outcome !== "passed") {
    throw new SlipwayError("VERDICT_FAILED", "not every check passed", "Mend what the verdict names.");
  }
  const [unready] = images.flatMap((image) => image.unready ?? []);
  if (unready !== undefined) {
    throw new SlipwayError("REPORT_CONTRADICTORY", unready, "Run it again; if it stays so, tell us.");
  }
  const ready = images.flatMap((image) => image.ready ?? []);
  const names = ready.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new SlipwayError(
      "CONFIG_INVALID",
      `two services have the image ${twice}`,
      "Give each its own name.",
    );
  }
  if (ready.length > 0) return;
  throw new SlipwayError(
    "RELEASE_EMPTY",
    "there is no image with a name",
    "Give a service with a Dockerfile its image's name, under services.NAME.image.name in slipway.yaml.",
  );
}

function unpublished({ service, name, digest, platforms }: VerifiedImage): ReleasedImage {
  return {
    service,
    name,
    digest,
    platforms: platforms.map((each) => ({ platform: each.platform, digest: each.digest })),
    published: false,
    attestations: [],
    replicas: [],
    tags: [],
  };
}
