import { explain, reasonText } from "#pipelines/errors/explain.ts";
import { shortImage, type WishedImage } from "./image.ts";
import { lookerFor } from "./look.ts";
import { type GitopsRepository, openRepository } from "./repository.ts";
import type { AwaitRequest } from "./request.ts";
import type { Stage } from "./stage.ts";
import { wishedImages } from "./wished.ts";

/** What runs in an environment, beside what Git wishes. */
export interface EnvironmentStatus {
  readonly name: string;
  readonly commit: string;
  readonly images: readonly WishedImage[];
  /** What is missing until Git's wish runs; undefined: it runs. */
  readonly missing?: readonly string[];
  /** Why nobody could look. */
  readonly unknown?: string;
}

/** The arguments of a look at all environments. */
export type StatusRequest = Omit<AwaitRequest, "environment" | "timeout">;

/**
 * Looks at every environment once. One that nobody could look at is of unknown state.
 *
 * @throws the errors of the repository.
 */
export async function statusOf(request: StatusRequest): Promise<readonly EnvironmentStatus[]> {
  const repository = await openRepository(request);
  return Promise.all(repository.stages.map((stage) => stageStatus(repository, stage, request)));
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
    const { missing } = await look();
    return { name, commit, images, ...(missing.length > 0 && { missing }) };
  } catch (error) {
    return { name, commit, images: [], unknown: reasonText(explain(error)) };
  }
}

/** Shows the environments, each with a mark: runs, waits, unknown. */
export function statusScreen(all: readonly EnvironmentStatus[]): string {
  const lines = all.flatMap(({ name, commit, images, missing, unknown }) => {
    const pinned = images
      .filter(({ digest }) => digest !== undefined)
      .map((image) => `  ${shortImage(image)}`);
    if (unknown !== undefined) return [`! ${name}: unknown: ${unknown}`];
    if (missing === undefined) return [`✔ ${name} runs commit ${commit.slice(0, 12)}`, ...pinned];
    return [`✘ ${name} does not run commit ${commit.slice(0, 12)}`, ...missing.map((each) => `  ${each}`)];
  });
  return `\n${lines.join("\n")}\n`;
}
