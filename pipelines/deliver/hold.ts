import { parseDuration } from "#pipelines/config/duration.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { checkedReason } from "./reason.ts";
import type { RecordedEntry } from "./record/chain.ts";
import { byOf, factsText, lineOf } from "./record/facts.ts";
import { type Hold, holdIn, holdText, isResumed, longestOf } from "./record/holding.ts";
import { wholeRecord } from "./record/read.ts";
import { configFile, type GitopsRepository, openRepository, stageOf } from "./repository.ts";
import type { HoldRequest, ResumeRequest } from "./request.ts";

/** A hold or its end: what is in force now, and whether this call changed it. */
export interface HoldChange {
  readonly environment: string;
  /** Absent: promotions may go on. */
  readonly hold?: Pick<Hold, "reason" | "until" | "by">;
  readonly changed: boolean;
}

/**
 * Stops promotions to an environment, until somebody resumes it or a time has passed. Rollbacks stay possible. A repeated
 * call changes nothing.
 *
 * @throws ARGUMENT_INVALID, ENVIRONMENT_NOT_FOUND, RECORD_BROKEN, CONFIG_INVALID without a record; the errors of the
 *   repository and of a push.
 */
export async function holdEnvironment(request: HoldRequest): Promise<HoldChange> {
  const now = new Date();
  const reason = reasonOf(request.reason);
  const until = endOf(request.until, now);
  const { repository, entries } = await recorded(request);
  const { environment } = request;
  const wanted = { reason, ...(until !== undefined && { until: until.toISOString() }), ...byOf(request) };
  const present = holdIn(entries, now);
  const same = present !== undefined && present.reason === reason && isNear(present.until, until, now);
  if (same) return { environment, hold: present, changed: false };
  const { gitops, checkout, branch } = repository;
  await gitops.append(checkout, factsText("hold", now, { environment, branch, ...wanted }));
  const hold = longestOf(present === undefined ? [wanted] : [present, wanted]) ?? wanted;
  return { environment, hold, changed: true };
}

/**
 * Ends the hold of an environment, and lets images come again that a rollback took away.
 *
 * @throws as `holdEnvironment`.
 */
export async function resumeEnvironment(request: ResumeRequest): Promise<HoldChange> {
  const now = new Date();
  const reason = reasonOf(request.reason);
  const { repository, entries } = await recorded(request);
  const { environment } = request;
  const rolledBack = entries.some(({ entry }) => entry.step === "rollback");
  if (holdIn(entries, now) === undefined && (!rolledBack || isResumed(entries)))
    return { environment, changed: false };
  const { gitops, checkout, branch } = repository;
  await gitops.append(checkout, factsText("resume", now, { environment, branch, reason, ...byOf(request) }));
  return { environment, changed: true };
}

/** Shows a hold, or its end. */
export function holdScreen({ environment, hold, changed }: HoldChange): string {
  const again = changed ? "" : " already";
  if (hold === undefined) return `\n${environment} takes promotions${again}.\n`;
  return `\n${environment} is held${again}: ${holdText(hold)}\n`;
}

async function recorded(
  request: HoldRequest | ResumeRequest,
): Promise<{ readonly repository: GitopsRepository; readonly entries: readonly RecordedEntry[] }> {
  const repository = await openRepository(request);
  stageOf(repository, request.environment);
  if (!repository.config.record) {
    throw new SlipwayError(
      "CONFIG_INVALID",
      `${configFile} of the GitOps repository has \`record: false\`, and a hold is on record`,
      "Remove that line.",
    );
  }
  const record = await wholeRecord(repository);
  return { repository, entries: record.environments.get(request.environment) ?? [] };
}

function reasonOf(text: string): string {
  return checkedReason(lineOf(text), "Say in a sentence why: it is on record.");
}

/** The end of a hold: a duration from now, or a time. */
function endOf(text: string | undefined, now: Date): Date | undefined {
  if (text === undefined || text === "") return undefined;
  const seconds = parseDuration(text);
  const end =
    seconds === undefined
      ? new Date(isoForm.test(text) ? text : Number.NaN)
      : new Date(now.getTime() + seconds * 1000);
  if (end > now && end.getTime() < now.getTime() + farthest) return end;
  throw new SlipwayError(
    "ARGUMENT_INVALID",
    `--until: ${JSON.stringify(text.slice(0, 40))} is no time in the next ten years`,
    "Write a duration as in 2h or 3d, or a time as in 2026-12-24T18:00:00Z.",
  );
}

/** Milliseconds from now. */
const farthest = 10 * 365 * 86_400_000;

const isoForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)$/;

/** Whether two ends are the same to a person: a repeated call with a duration is a little later. */
function isNear(one: string | undefined, other: Date | undefined, now: Date): boolean {
  if (one === undefined || other === undefined) return one === undefined && other === undefined;
  const left = other.getTime() - now.getTime();
  return Math.abs(new Date(one).getTime() - other.getTime()) <= Math.min(60_000, left / 10);
}
