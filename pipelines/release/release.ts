import type { Directory } from "@dagger.io/dagger";
import { History } from "#modules/history/src/index.ts";
import { withText } from "#pipelines/dagger/text-file.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { explain } from "#pipelines/errors/explain.ts";
import {
  type Attested,
  type PredicateContext,
  withProvenance,
} from "#pipelines/release/attest/predicates.ts";
import { commitFacts } from "#pipelines/release/commit/from-git.ts";
import { type Evidence, writeEvidence } from "#pipelines/release/evidence/evidence.ts";
import { type GitopsTarget, gitopsTarget } from "#pipelines/release/gitops/target.ts";
import { type Publisher, publisher } from "#pipelines/release/publish/publisher.ts";
import type { ReadyImage } from "#pipelines/release/publish/ready-image.ts";
import { type ImageTags, tagsOf } from "#pipelines/release/tags/tags.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";
import { openWorkspace } from "#pipelines/workspace/workspace.ts";
import { builtHere } from "./built-here.ts";
import { handedOver } from "./handed-over.ts";
import { recordOf } from "./outcome.ts";
import { progressOf } from "./progress.ts";
import { type ReleaseRecord, type Stage, stages, writeRecord } from "./record.ts";
import type { ReleaseRequest } from "./request.ts";
import { renderRelease } from "./screen.ts";
import { settingsOf } from "./settings.ts";
import { commitSource } from "./source.ts";
import type { Supply } from "./supply.ts";

const digestPattern = /^sha256:[0-9a-f]{64}$/;

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
  readonly attested: Attested;
  /** What another call needs to sign the images. */
  readonly evidence?: Evidence;
  readonly bump?: ReleaseRecord["bump"];
}

/**
 * Releases a commit. It checks the commit first; only if everything passed, it publishes the images by their
 * digests. Then it signs, attests, copies and tags them, and names them in the GitOps repository, in this order.
 *
 * Two calls can share this: one ends with `publish` and writes evidence, the other signs what the evidence names, and
 * runs no code of the project.
 *
 * A stage that fails ends the release, and the record shows everything that is public by then. A second call
 * completes the first: it skips the steps that are already done.
 *
 * @throws the errors of the configuration, of the call's arguments, of an empty source and of the evidence, before
 *   anything runs.
 */
export async function release(request: ReleaseRequest): Promise<ReleaseResult> {
  const began = new Date().toISOString();
  const evidence = evidenceOf(request);
  const facts = await commitFacts(new History(), request.git, request.facts);
  const source = await commitSource(request, facts);
  const workspace = await openWorkspace({ ...request, source });
  const settings = settingsOf(workspace.config);
  const tags = tagsOf(facts, settings.tags);
  const publish = await publisher(workspace.config.tools, settings, request);
  const isWhole = request.until === undefined;
  const gitops = isWhole ? gitopsTarget(workspace, settings, request) : undefined;
  const { registry } = request;
  const context = { workspace, facts, builder: request.builder || localBuilder };
  const isProven = isWhole && settings.attest.includes("provenance");
  const attest = settings.attest.filter((type) => type !== "provenance");
  const run = { began, context, tags, publish, gitops, isWhole, isProven };
  if (evidence !== undefined) {
    return complete(await handedOver({ evidence, publish, attest, context, registry }), { ...run, evidence });
  }
  const imaging = { facts, version: tags.version, platforms: settings.platforms ?? [], registry };
  return complete(await builtHere({ imaging, publish, attest, context }), run);
}

/** What the stages of a release need besides the images. */
interface Run {
  readonly began: string;
  readonly context: PredicateContext;
  readonly tags: ImageTags;
  readonly publish: Publisher;
  readonly gitops: GitopsTarget | undefined;
  /** Whether this call goes on to the last stage; otherwise another call signs. */
  readonly isWhole: boolean;
  /** Whether this call attests the provenance. */
  readonly isProven: boolean;
  /** What another call handed over. */
  readonly evidence?: Evidence;
}

/** Runs the stages, and records how far they got. */
async function complete<Image extends ReadyImage>(
  supply: Supply<Image>,
  { began, context, tags, publish, gitops, isWhole, isProven, evidence }: Run,
): Promise<ReleaseResult> {
  const { facts } = context;
  const progress = progressOf(supply.images);
  const named = { facts, images: progress.images, tag: tags.version };
  const { each } = progress;
  let state: State = { attested: new Map(), ...(evidence === undefined ? {} : { evidence }) };
  const allStages: Readonly<Record<Stage, () => Promise<void>>> = {
    verdict: async () => {
      const attested = await supply.attested();
      state = { ...state, attested: isProven ? await withProvenance(attested, context) : attested };
      // Everything that could stop a later stage is tried before the first write.
      await Promise.all([publish.check(supply.images, tags.tags, facts), gitops?.rehearse(named)]);
    },
    publish: async () => {
      await each(supply.publish);
      if (isWhole) return;
      state = { ...state, evidence: await writeEvidence(facts.commit, state.attested) };
    },
    sign: () => each(publish.sign),
    attest: () => each((image, note) => publish.attest(image, note, state.attested.get(image) ?? [])),
    replicate: () => each(publish.replicate),
    tag: () => each((image, note) => publish.tag(image, note, tags.tags, facts)),
    bump: async () => {
      const note = (bump: ReleaseRecord["bump"]) => {
        state = { ...state, bump };
      };
      note(await gitops?.bump(named, note));
    },
  };
  const failure = await firstFailure(allStages, isWhole ? "bump" : "publish");
  const { verdict } = supply;
  const record = recordOf({
    began,
    facts,
    tags,
    verdict,
    images: progress.records(),
    isWhole,
    evidence: state.evidence?.digest,
    bump: state.bump,
    failure,
  });
  const handed =
    isWhole || state.evidence === undefined
      ? supply.reports
      : supply.reports.withDirectory("evidence", state.evidence.folder);
  const recorded = await withText(handed, "release.json", writeRecord(record));
  return {
    record,
    verdict,
    reports: await withText(recorded, "release.txt", renderRelease(record, verdict)),
  };
}

/** The evidence that the call passes; undefined if it builds the images itself. */
function evidenceOf({ until, evidence, evidenceDigest: digest }: ReleaseRequest): Evidence | undefined {
  if (until !== undefined && until !== "publish") {
    throw refusal(`--until=${until}: a release can end before the last stage only with \`publish\``);
  }
  if (until !== undefined && evidence !== undefined) {
    throw refusal("--until and --evidence are for two different calls");
  }
  if (evidence === undefined && digest === undefined) return undefined;
  if (evidence === undefined || digest === undefined) {
    throw refusal("--evidence and --evidence-digest need each other");
  }
  if (!digestPattern.test(digest)) {
    throw refusal("--evidence-digest is not of the form sha256:… with 64 digits");
  }
  return { folder: evidence, digest };
}

function refusal(fault: string): SlipwayError {
  return new SlipwayError(
    "ARGUMENT_INVALID",
    fault,
    "Build with --until=publish. Pass the folder evidence of its reports, and the digest that it prints, to the call that signs.",
  );
}

/** Runs the stages in order, up to the last one that is asked for, or until one fails. */
async function firstFailure(
  all: Readonly<Record<Stage, () => Promise<void>>>,
  last: Stage,
): Promise<ReleaseRecord["failure"]> {
  for (const stage of stages.slice(0, stages.indexOf(last) + 1)) {
    try {
      await all[stage]();
    } catch (error) {
      return { stage, ...explain(error) };
    }
  }
  return undefined;
}
