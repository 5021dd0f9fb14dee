import { codeOf, SlipwayError } from "#pipelines/errors/errors.ts";
import { explain, reasonText } from "#pipelines/errors/explain.ts";
import { tell } from "#pipelines/verdict/progress.ts";
import { type EnvironmentState, stateOf } from "./environments.ts";
import { assertEvidence } from "./evidence.ts";
import { lookerFor } from "./look.ts";
import {
  afterwards,
  assertConfirmed,
  assertNewer,
  before,
  type Intent,
  intentOf,
  refused,
} from "./promotable.ts";
import { type Promotion, promote } from "./promote.ts";
import { wholeRecord } from "./record/read.ts";
import { type GitopsRepository, openRepository, stageOf } from "./repository.ts";
import type { PromoteRequest } from "./request.ts";
import { failures } from "./roll-back-failed.ts";
import { assertOneServer } from "./servers.ts";
import type { Stage } from "./stage.ts";
import { timeoutOf } from "./wait.ts";

/** The arguments of a promotion to several environments. */
export interface WavesRequest extends Omit<PromoteRequest, "to"> {
  /** The environments that get the images, in any order. */
  readonly to: readonly string[];
}

/**
 * Promotes to several environments, as to regions: each one when those that come before it run the images and are
 * confirmed, and side by side where none comes before another. A failure ends it: no further wave begins.
 *
 * What Git, the record and the servers tell is held against all of them before anything is written. A repeated call goes
 * on where it was.
 *
 * @returns a promotion for each environment, in the order of the waves.
 * @throws ARGUMENT_INVALID without an environment, or without one between two others; the errors of `promote`.
 */
export async function promoteInWaves(call: WavesRequest): Promise<readonly Promotion[]> {
  const request = { ...call, held: new Map() };
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
    const failed: Failure[] = [];
    for (const [place, each] of ended.entries()) {
      if (each.status === "fulfilled") done.push(each.value);
      else failed.push({ name: wave[place]?.name ?? "", error: each.reason });
    }
    if (failed.length > 0) throw stopped(failed, done, waves.slice(at + 1).flat());
  }
  return done;
}

/** The environments by how many of the others they come after. @throws ENVIRONMENT_NOT_FOUND, ARGUMENT_INVALID */
export function wavesOf(
  repository: Pick<GitopsRepository, "stages">,
  names: readonly string[],
): readonly (readonly Stage[])[] {
  const waves: Stage[][] = [];
  for (const name of names) {
    const stage = stageOf(repository, name);
    const between: string[] = [];
    let depth = 0;
    for (let at = stage.settings.after; at !== undefined; at = stageOf(repository, at).settings.after) {
      if (!names.includes(at)) between.push(at);
      else if (between.length > 0) throw leftOut(between, at, name);
      else depth += 1;
    }
    waves[depth] = [...(waves[depth] ?? []), stage];
  }
  return waves;
}

function leftOut(between: readonly string[], first: string, last: string): SlipwayError {
  return new SlipwayError(
    "ARGUMENT_INVALID",
    `--to leaves out what comes between ${first} and ${last}: ${between.toReversed().join(", ")}`,
    `Name it too, or promote to ${last} by a call of its own.`,
  );
}

/** Holds each environment against what it will get, before the first gets it. */
async function assertWay(
  repository: GitopsRepository,
  stages: readonly Stage[],
  request: WavesRequest,
): Promise<void> {
  const { environments: recorded } = await wholeRecord(repository);
  const sources = stages.map((stage) => stageOf(repository, before(stage)));
  assertOneServer([...new Set([...sources, ...stages])], stages, request);
  const intents = new Map<string, Intent>();
  const outside = async (source: Stage): Promise<EnvironmentState> => {
    const state = await stateOf(repository, source);
    await lookerFor(repository, source, state.places, request).then(({ look }) => look());
    return state;
  };
  for (const stage of stages) {
    const source = stageOf(repository, before(stage));
    const coming = intents.get(source.name);
    const state = coming === undefined ? await outside(source) : afterwards(coming);
    const target = await stateOf(repository, stage);
    const intent = await intentOf(repository, state, target, recorded, request);
    intents.set(stage.name, intent);
    assertNewer(intent);
    if (coming === undefined) assertConfirmed(source, intent.changed, recorded.get(source.name) ?? []);
    else assertNoSoak(stage, coming);
    await assertEvidence(repository, target, intent.changed, request, "promotion");
  }
}

/** Refuses to begin a soak that this call could only wait for. @throws PROMOTION_REFUSED */
function assertNoSoak({ name, settings }: Stage, { target, changed }: Intent): void {
  if (settings.soak === undefined || changed.length === 0) return;
  throw refused(
    `${name} asks for a soak in ${target.stage.name}, which this call would only begin`,
    `Promote to ${target.stage.name} now, and to ${name} by a later call of its own.`,
  );
}

/** A promotion that ended with an error. */
export interface Failure {
  readonly name: string;
  readonly error: unknown;
}

/** One error for all that failed: what certainly failed first, with the environments that are done and not begun. */
export function stopped(
  failed: readonly Failure[],
  done: readonly Pick<Promotion, "to">[],
  rest: readonly Stage[],
): SlipwayError {
  const isFailure = ({ error }: Failure) => failures.has(codeOf(error) ?? "");
  const [first, ...others] = [...failed.filter(isFailure), ...failed.filter((each) => !isFailure(each))];
  const { code, text, remedy } = explain(first?.error);
  const told = [
    text.replace(/\.$/, ""),
    ...others.map(({ error }) => reasonText(explain(error)).replace(/\.$/, "")),
    `failed: ${failed.map(({ name }) => name).join(", ")}`,
    ...(done.length > 0 ? [`promoted: ${done.map(({ to }) => to.environment).join(", ")}`] : []),
    ...(rest.length > 0 ? [`not begun: ${rest.map(({ name }) => name).join(", ")}`] : []),
  ];
  const again = "Look at the environments with `status`; the same call goes on.";
  return new SlipwayError(code ?? "TOOL_FAILED", told.join("; "), remedy ?? again);
}
