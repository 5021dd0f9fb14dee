import { SlipwayError } from "#pipelines/errors/errors.ts";
import { explain, reasonText } from "#pipelines/errors/explain.ts";
import { tell } from "#pipelines/verdict/progress.ts";
import { type EnvironmentState, stateOf } from "./environments.ts";
import { assertEvidence } from "./evidence.ts";
import { afterwards, before, type Intent, intentOf } from "./promotable.ts";
import { type Promotion, promote } from "./promote.ts";
import { wholeRecord } from "./record/read.ts";
import { type GitopsRepository, openRepository, stageOf } from "./repository.ts";
import type { PromoteRequest } from "./request.ts";
import type { Stage } from "./stage.ts";
import { timeoutOf } from "./wait.ts";

/** The arguments of a promotion to several environments. */
export interface WavesRequest extends Omit<PromoteRequest, "to"> {
  /** The environments that get the images, in any order. */
  readonly to: readonly string[];
}

/**
 * Promotes to several environments, as to regions: each one when those that come before it run the images and are
 * confirmed, and side by side where none comes before another. The first that fails ends it: no further wave begins.
 *
 * What no wait could cure is found for all of them before anything is written. A repeated call goes on where it was.
 *
 * @returns a promotion for each environment, in the order of the waves.
 * @throws ARGUMENT_INVALID without an environment, and the errors of `promote`.
 */
export async function promoteInWaves(request: WavesRequest): Promise<readonly Promotion[]> {
  const names = [...new Set(request.to)];
  const [only] = names;
  if (only === undefined)
    throw new SlipwayError("ARGUMENT_INVALID", "--to names no environment", "Pass --to=ENVIRONMENT.");
  if (names.length === 1) return [await promote({ ...request, to: only })];
  timeoutOf(request.timeout);
  const repository = await openRepository(request);
  const waves = wavesOf(repository, names);
  await assertWay(repository, waves.flat(), request);
  const done: Promotion[] = [];
  for (const [at, wave] of waves.entries()) {
    tell(`wave ${at + 1} of ${waves.length}: ${wave.map(({ name }) => name).join(", ")}`);
    // Each goes on to its end: a promotion that is cut off tells nobody how its environment is.
    const ended = await Promise.allSettled(wave.map(({ name }) => promote({ ...request, to: name })));
    done.push(...ended.flatMap((each) => (each.status === "fulfilled" ? [each.value] : [])));
    const errors = ended.flatMap((each): unknown[] => (each.status === "rejected" ? [each.reason] : []));
    if (errors.length > 0) throw stopped(errors, done, waves.slice(at + 1).flat());
  }
  return done;
}

/** The environments by how many of the others they come after, at any distance. */
function wavesOf(repository: GitopsRepository, names: readonly string[]): readonly (readonly Stage[])[] {
  const waves: Stage[][] = [];
  for (const name of names) {
    const stage = stageOf(repository, name);
    let depth = 0;
    for (let at = stage.settings.after; at !== undefined; at = stageOf(repository, at).settings.after)
      if (names.includes(at)) depth += 1;
    waves[depth] = [...(waves[depth] ?? []), stage];
  }
  return waves;
}

/** Holds each environment against what it will get, before the first gets it. */
async function assertWay(
  repository: GitopsRepository,
  stages: readonly Stage[],
  request: WavesRequest,
): Promise<void> {
  const { environments: recorded } = await wholeRecord(repository);
  const intents = new Map<string, Intent>();
  const sourceOf = async (stage: Stage): Promise<EnvironmentState> => {
    const name = before(stage);
    const intent = intents.get(name);
    return intent === undefined ? stateOf(repository, stageOf(repository, name)) : afterwards(intent);
  };
  for (const stage of stages) {
    const intent = await intentOf(repository, await sourceOf(stage), stage, recorded, request);
    intents.set(stage.name, intent);
    await assertEvidence(repository, intent.target, intent.changed, request.registryAccess, "promotion");
  }
}

/** The first error, with how the others ended, and what did not begin. */
function stopped(errors: readonly unknown[], done: readonly Promotion[], rest: readonly Stage[]): unknown {
  const [first, ...others] = errors;
  if (!(first instanceof SlipwayError)) return first;
  const told = [
    first.what,
    ...others.map((each) => reasonText(explain(each))),
    ...(done.length > 0 ? [`promoted: ${done.map(({ to }) => to.environment).join(", ")}`] : []),
    ...(rest.length > 0 ? [`not begun: ${rest.map(({ name }) => name).join(", ")}`] : []),
  ];
  return new SlipwayError(first.code, told.join("; "), first.remedy);
}
