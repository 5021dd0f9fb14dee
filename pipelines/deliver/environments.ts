import { type Blocks, blockLines, blocksOf } from "./blocks.ts";
import { shortImage, type WishedImage } from "./image.ts";
import { wholeRecord } from "./record/read.ts";
import { type GitopsRepository, openRepository } from "./repository.ts";
import type { EnvironmentsRequest } from "./request.ts";
import { type Setters, setterOf, settersOf } from "./setters.ts";
import type { Stage } from "./stage.ts";
import { imagesIn, type PlacedImages, wishedImages } from "./wished.ts";

/** An environment as Git wishes it. */
export interface EnvironmentState {
  readonly stage: Stage;
  readonly places: readonly PlacedImages[];
  /** Those of all places. */
  readonly images: readonly WishedImage[];
  readonly setters: Setters;
}

/** An environment as Git wishes it, and what blocks promotions to it. */
export type ListedEnvironment = EnvironmentState & Blocks;

/**
 * Reads what Git wishes in each environment, and which are held or frozen.
 *
 * @throws the errors of the repository and of kustomize's rendering; RECORD_BROKEN.
 */
export async function listEnvironments(request: EnvironmentsRequest): Promise<readonly ListedEnvironment[]> {
  const repository = await openRepository(request);
  const [{ environments }, ...states] = await Promise.all([
    wholeRecord(repository),
    ...repository.stages.map((stage) => stateOf(repository, stage)),
  ]);
  return Promise.all(
    states.map(async (state) => {
      const { name, settings } = state.stage;
      return { ...state, ...(await blocksOf(settings.freeze, environments.get(name) ?? [])) };
    }),
  );
}

/** Reads what Git wishes in one environment. */
export async function stateOf(repository: GitopsRepository, stage: Stage): Promise<EnvironmentState> {
  const places = await wishedImages(repository.kustomize, repository.tree, stage);
  return { stage, places, images: imagesIn(places), setters: await settersOf(repository, places) };
}

/** The environments in their order, with their images, and what the next promotion would bring. */
export function environmentsScreen(states: readonly ListedEnvironment[]): string {
  const lines = states.flatMap((state) => {
    const { name, settings } = state.stage;
    const before = states.find(({ stage }) => stage.name === settings.after);
    const by = settings.argocd;
    const heading = [
      name,
      before === undefined ? "" : `, after ${before.stage.name}`,
      by === undefined ? "" : `, by ${by.applications.join(", ")} at ${by.server}`,
    ].join("");
    return [
      heading,
      ...blockLines(state),
      ...state.images.map((image) => `  ${imageLine(state, image, before)}`),
    ];
  });
  return `\n${lines.join("\n")}\n`;
}

function imageLine(
  { setters }: EnvironmentState,
  image: WishedImage,
  before: EnvironmentState | undefined,
): string {
  const setter = setterOf(setters, image);
  const since =
    setter === undefined ? "" : `, from ${setter.source.commit.slice(0, 12)} of ${dayOf(setter.source.time)}`;
  const next = before?.images.find(({ name, digest }) => name === image.name && digest !== undefined);
  const change =
    next === undefined || next.digest === image.digest
      ? ""
      : `; ${before?.stage.name} has ${shortImage(next)}`;
  const pinned = image.digest === undefined ? ", not pinned by digest" : "";
  return `${shortImage(image)}${since}${pinned}${change}`;
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
