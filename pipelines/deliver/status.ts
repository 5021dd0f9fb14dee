import { explain, reasonText } from "#pipelines/errors/explain.ts";
import { type Blocks, blockLines, blocksOf } from "./blocks.ts";
import { shortImage, type WishedImage } from "./image.ts";
import { assertPinned, lookerFor } from "./look.ts";
import type { RecordedEntry } from "./record/chain.ts";
import { wholeRecord } from "./record/read.ts";
import { runningSince } from "./record/soak.ts";
import { type GitopsRepository, openRepository, stageOf } from "./repository.ts";
import type { AwaitRequest } from "./request.ts";
import type { Stage } from "./stage.ts";
import { timeText } from "./time.ts";
import { wishedImages } from "./wished.ts";

/** What runs in an environment, beside what Git wishes. */
export interface EnvironmentStatus extends Blocks {
  readonly name: string;
  readonly commit: string;
  readonly images: readonly WishedImage[];
  /** What is missing until Git's wish runs; undefined: it runs. */
  readonly missing?: readonly string[];
  /** Why nobody could look. */
  readonly unknown?: string;
  /** Since when it is on record as running these images. */
  readonly since?: Date;
}

/** The arguments of a look at all environments. */
export type StatusRequest = Omit<AwaitRequest, "environment" | "timeout">;

/**
 * Looks at every environment once. One that nobody could look at is of unknown state.
 *
 * @throws the errors of the repository; RECORD_BROKEN.
 */
export async function statusOf(request: StatusRequest): Promise<readonly EnvironmentStatus[]> {
  const repository = await openRepository(request);
  const [{ environments }, ...all] = await Promise.all([
    wholeRecord(repository),
    ...repository.stages.map((stage) => stageStatus(repository, stage, request)),
  ]);
  return Promise.all(
    all.map(async (status) => {
      const entries = environments.get(status.name) ?? [];
      const { freeze } = stageOf(repository, status.name).settings;
      return { ...status, ...sinceOf(status, entries), ...(await blocksOf(freeze, entries)) };
    }),
  );
}

function sinceOf(
  { images }: EnvironmentStatus,
  entries: readonly RecordedEntry[],
): Pick<EnvironmentStatus, "since"> {
  const pinned = images.filter(({ digest }) => digest !== undefined);
  const since = pinned.length === 0 ? undefined : runningSince(entries, pinned);
  return since === undefined ? {} : { since };
}

async function stageStatus(
  repository: GitopsRepository,
  stage: Stage,
  request: StatusRequest,
): Promise<EnvironmentStatus> {
  const { name } = stage;
  const { commit } = repository;
  try {
    const places = await wishedImages(repository.kustomize, repository.tree, stage);
    const { images, look } = await lookerFor(repository, stage, places, request);
    assertPinned(stage, images);
    const { missing } = await look();
    return { name, commit, images, ...(missing.length > 0 && { missing }) };
  } catch (error) {
    return { name, commit, images: [], unknown: reasonText(explain(error)) };
  }
}

/** Shows the environments, each with a mark: runs, waits, unknown. */
export function statusScreen(all: readonly EnvironmentStatus[]): string {
  const lines = all.flatMap((status) => [...stateLines(status), ...blockLines(status)]);
  return `\n${lines.join("\n")}\n`;
}

function stateLines({ name, commit, images, missing, unknown, since }: EnvironmentStatus): readonly string[] {
  if (unknown !== undefined) return [`! ${name}: unknown: ${unknown}`];
  const short = commit.slice(0, 12);
  if (missing !== undefined)
    return [`✘ ${name} does not run commit ${short}`, ...missing.map((each) => `  ${each}`)];
  const pinned = images.filter(({ digest }) => digest !== undefined);
  const time = since === undefined ? "" : `, with these images since ${timeText(since)} at least`;
  return [`✔ ${name} runs commit ${short}${time}`, ...pinned.map((image) => `  ${shortImage(image)}`)];
}
