import type { Directory } from "@dagger.io/dagger";
import { History } from "#modules/history/src/index.ts";
import { runChecks } from "#pipelines/checks/checks.ts";
import { checkContext } from "#pipelines/checks/context.ts";
import { conclude } from "#pipelines/conclude/conclude.ts";
import { withText } from "#pipelines/dagger/text-file.ts";
import { explain } from "#pipelines/errors/explain.ts";
import type { Predicate } from "#pipelines/release/attest/predicates.ts";
import { commitFacts } from "#pipelines/release/commit/from-git.ts";
import { gitopsTarget } from "#pipelines/release/gitops/target.ts";
import { releaseImage, type VerifiedImage } from "#pipelines/release/publish/build-images.ts";
import { publisher } from "#pipelines/release/publish/publisher.ts";
import { tagsOf } from "#pipelines/release/tags/tags.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";
import { findInlineWaivers } from "#pipelines/workspace/inline-waivers.ts";
import { openWorkspace } from "#pipelines/workspace/workspace.ts";
import { recordOf } from "./outcome.ts";
import { prepareRelease } from "./prepare.ts";
import { progressOf } from "./progress.ts";
import { type ReleaseRecord, type Stage, stages as stageNames, writeRecord } from "./record.ts";
import type { ReleaseRequest } from "./request.ts";
import { renderRelease } from "./screen.ts";
import { settingsOf } from "./settings.ts";
import { commitSource } from "./source.ts";

/** The builder of a release that names none. */
const localBuilder = "urn:slipway:local";

/** The result of a release. */
export interface ReleaseResult {
  readonly record: ReleaseRecord;
  readonly verdict: Verdict;
  /** The reports of the checks, with release.json. */
  readonly reports: Directory;
}

/** The data that a stage passes to later ones. */
interface State {
  /** The predicates to attest for each image, once they are known. */
  readonly evidence: ReadonlyMap<VerifiedImage, readonly Predicate[]>;
  readonly bump?: ReleaseRecord["bump"];
}

/**
 * Releases a commit. It checks the commit first; only if everything passed, it publishes the images by their
 * digests. Then it signs, attests, copies and tags them, and names them in the GitOps repository, in this order.
 *
 * A stage that fails ends the release, and the record shows everything that is public by then. A second call
 * completes the first: it skips the steps that are already done.
 *
 * @throws the errors of the configuration, of the call's arguments and of an empty source, before anything runs.
 */
export async function release(request: ReleaseRequest): Promise<ReleaseResult> {
  const began = new Date().toISOString();
  const facts = await commitFacts(new History(), request.git, request.facts);
  const source = await commitSource(request, facts);
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
  const checked = checkContext(workspace, imaging);
  const results = await runChecks(checked);
  const images = await Promise.all(checked.images());
  const { verdict, reports } = await conclude(workspace, inlineWaivers, results, []);
  const progress = progressOf(images.flatMap((image) => image.ready ?? []));
  const named = { facts, images: progress.images, tag: tags.version };
  const context = { workspace, facts, verdict, builder: request.builder || localBuilder };
  const { each } = progress;

  let state: State = { evidence: new Map() };
  const stages: Readonly<Record<Stage, () => Promise<void>>> = {
    verdict: async () => {
      const intent = { images, settings, context, tags, publish, gitops, named };
      state = { ...state, evidence: await prepareRelease(intent) };
    },
    publish: () => each(publish.push),
    sign: () => each(publish.sign),
    attest: () => each((image, note) => publish.attest(image, note, state.evidence.get(image) ?? [])),
    replicate: () => each(publish.replicate),
    tag: () => each((image, note) => publish.tag(image, note, tags.tags, facts)),
    bump: async () => {
      const note = (bump: ReleaseRecord["bump"]) => {
        state = { ...state, bump };
      };
      note(await gitops?.bump(named, note));
    },
  };
  const failure = await firstFailure(stages);
  const ending = { began, facts, tags, verdict, images: progress.records(), bump: state.bump, failure };
  const record = recordOf(ending);
  const recorded = await withText(reports, "release.json", writeRecord(record));
  return {
    record,
    verdict,
    reports: await withText(recorded, "release.txt", renderRelease(record, verdict)),
  };
}

/** Runs the stages in order, until one fails. */
async function firstFailure(
  stages: Readonly<Record<Stage, () => Promise<void>>>,
): Promise<ReleaseRecord["failure"]> {
  for (const stage of stageNames) {
    try {
      await stages[stage]();
    } catch (error) {
      return { stage, ...explain(error) };
    }
  }
  return undefined;
}
