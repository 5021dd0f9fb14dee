import { SlipwayError } from "#pipelines/errors/errors.ts";
import { explain, reasonText } from "#pipelines/errors/explain.ts";
import { tell } from "#pipelines/verdict/progress.ts";
import type { GitopsRepository } from "../repository.ts";
import type { AwaitRequest } from "../request.ts";
import { type ArrivedEnvironment, awaitStage, type PlacedStage } from "../wait.ts";
import { imagesIn } from "../wished.ts";
import type { RecordedEntry } from "./chain.ts";
import type { FactsOf } from "./entry.ts";
import { byOf, factsText, lineOf } from "./facts.ts";
import { readRecord } from "./read.ts";

/** What a wait that came to an end is on record as. Any other error is of the call, and not of the environment. */
const outcomes: Readonly<Record<string, "failed" | "errored">> = {
  DELIVERY_FAILED: "failed",
  DELIVERY_TIMED_OUT: "errored",
  DELIVERY_SUPERSEDED: "errored",
};

/**
 * Waits for an environment, and puts on record how that ended. The same end is not recorded twice in a row.
 *
 * @param seconds how long it waits at most.
 * @throws the errors of `awaitStage`; RECORD_UNWRITTEN.
 */
export async function awaitOnRecord(
  repository: GitopsRepository,
  stage: PlacedStage,
  request: Pick<AwaitRequest, "secrets" | "argocdAccess" | "by">,
  seconds: number,
): Promise<ArrivedEnvironment> {
  const started = new Date();
  let arrived: ArrivedEnvironment;
  try {
    arrived = await awaitStage(repository, stage, request, seconds);
  } catch (error) {
    const outcome = error instanceof SlipwayError ? outcomes[error.code] : undefined;
    if (outcome === undefined) throw error;
    const why = lineOf(reasonText(explain(error)));
    const waited = Math.max(0, Date.now() - started.getTime()) / 1000;
    const facts = {
      ...environmentFacts(repository, stage, request),
      outcome,
      why,
      seconds: waited,
      applications: [],
    };
    // What went wrong with the environment is what the caller must know.
    await recordArrival(repository, started, facts).catch((unwritten: unknown) => {
      tell(`not on record: ${reasonText(explain(unwritten))}`);
    });
    throw error;
  }
  await recordPassed(repository, stage, request, started, arrived);
  return arrived;
}

/**
 * Puts on record that an environment runs what Git wishes.
 *
 * @param known its entries, if the caller has just read them.
 * @throws RECORD_UNWRITTEN
 */
export async function recordPassed(
  repository: GitopsRepository,
  stage: PlacedStage,
  request: Pick<AwaitRequest, "by">,
  started: Date,
  { applications, seconds }: ArrivedEnvironment,
  known?: readonly RecordedEntry[],
): Promise<void> {
  const passed = { outcome: "passed", applications, seconds: Math.max(0, seconds) } as const;
  await recordArrival(
    repository,
    started,
    { ...environmentFacts(repository, stage, request), ...passed },
    known,
  );
}

/** What every end of a wait or a watch says of the environment. */
export function environmentFacts(
  { commit, branch }: GitopsRepository,
  { stage, places }: PlacedStage,
  request: Pick<AwaitRequest, "by">,
) {
  const images = imagesIn(places).map(({ name, tag, digest }) => ({
    name,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  }));
  return { environment: stage.name, branch, commit, images, ...byOf(request) };
}

async function recordArrival(
  repository: GitopsRepository,
  started: Date,
  facts: FactsOf<"arrival">,
  known?: readonly RecordedEntry[],
): Promise<void> {
  if (!repository.config.record) return;
  const { environment } = facts;
  try {
    const entries = known ?? (await readRecord(repository)).environments.get(environment);
    // A confirmation in between tells of the same images.
    const newest = entries?.findLast(({ entry }) => entry.step !== "confirmation")?.entry;
    if (newest?.step === "arrival" && keyOf(newest) === keyOf(facts)) return;
    await repository.gitops.append(repository.checkout, factsText("arrival", started, facts));
  } catch (error) {
    throw unwritten(`${environment}: the wait ended, ${facts.outcome}`, error);
  }
}

/** The error for an end that is not on record. */
export function unwritten(ended: string, error: unknown): SlipwayError {
  return new SlipwayError(
    "RECORD_UNWRITTEN",
    `${ended}, and could not be put on record: ${reasonText(explain(error))}`,
    "Let the call's login push to the branch slipway/record, or set `record: false` in slipway.yaml of the GitOps repository.",
  );
}

/** The end of a wait, without its times: a repeated call finds it on record. */
function keyOf({ outcome, images, applications, why }: FactsOf<"arrival">): string {
  return JSON.stringify([
    outcome,
    images,
    applications.map(({ name }) => name),
    why?.replace(/[0-9]+ s\b/g, ""),
  ]);
}
