import { SlipwayError } from "#pipelines/errors/errors.ts";
import { printable } from "#pipelines/text/printable.ts";
import type { CommitFacts } from "./facts.ts";
import { sourceUrl } from "./source-url.ts";

/** The facts of the commit that the call passes; an empty text counts as absent. */
export interface CallFacts {
  readonly commit?: string;
  /** ISO 8601 with a time zone, or seconds since 1970. */
  readonly commitTime?: string;
  readonly branch?: string;
  /** The git tag that is released. */
  readonly tag?: string;
  readonly pullRequest?: string;
  readonly baseBranch?: string;
  readonly defaultBranch?: string;
  readonly source?: string;
  readonly scheduled?: boolean;
}

/** The last second of the year 9999. */
const lastSecond = 253_402_300_799;

/**
 * Reads the call's facts of the commit. A name of a branch or tag may contain any character except control
 * characters. refs/heads/ or refs/tags/ in front is removed.
 *
 * @throws ARGUMENT_INVALID
 */
export function factsFromCall(handed: CallFacts): Partial<CommitFacts> {
  const { commit, commitTime, pullRequest, source } = handed;
  const branch = name("branch", handed.branch, "refs/heads/");
  const tag = name("tag", handed.tag, "refs/tags/");
  const baseBranch = name("base-branch", handed.baseBranch, "refs/heads/");
  const defaultBranch = name("default-branch", handed.defaultBranch, "refs/heads/");
  return {
    ...(commit ? { commit: commitId(commit) } : {}),
    ...(commitTime ? { commitTime: timeOf(commitTime) } : {}),
    ...(branch === undefined ? {} : { branch }),
    ...(tag === undefined ? {} : { tags: [tag] }),
    ...(pullRequest ? { pullRequest: requestNumber(pullRequest) } : {}),
    ...(baseBranch === undefined ? {} : { baseBranch }),
    ...(defaultBranch === undefined ? {} : { defaultBranch }),
    ...(source ? { source: publicUrl(source) } : {}),
    ...(handed.scheduled ? { scheduled: true } : {}),
  };
}

/** Writes seconds since 1970 as ISO 8601; undefined if the year is out of range. */
export function isoTime(seconds: number): string | undefined {
  const isTime = Number.isInteger(seconds) && seconds >= 0 && seconds <= lastSecond;
  return isTime ? new Date(seconds * 1000).toISOString().replace(".000Z", "Z") : undefined;
}

function name(argument: string, text: string | undefined, prefix: string): string | undefined {
  const short = text?.startsWith(prefix) ? text.slice(prefix.length) : text;
  if (!short) return undefined;
  if (short.length <= 1024 && !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(short)) return short;
  throw invalid(argument, short, "Pass its name as git prints it, without control characters.");
}

function commitId(text: string): string {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)) return text;
  throw invalid("commit", text, "Pass the full id, as `git rev-parse HEAD` prints it.");
}

function timeOf(text: string): string {
  const isIso = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/.test(text);
  const seconds = /^\d{1,12}$/.test(text)
    ? Number(text)
    : isIso
      ? Math.floor(Date.parse(text) / 1000)
      : Number.NaN;
  const time = isoTime(seconds);
  if (time !== undefined) return time;
  throw invalid(
    "commit-time",
    text,
    "Pass the time as `git log -1 --format=%cI` prints it, for example 2026-01-02T03:04:05+01:00.",
  );
}

function requestNumber(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw invalid("pull-request", text, "Pass the pull request's number, for example --pull-request=12.");
}

function publicUrl(text: string): string {
  const url = sourceUrl(text);
  if (url !== undefined) return url;
  // The text is not shown, because it may contain a password.
  throw new SlipwayError(
    "ARGUMENT_INVALID",
    "--source-url is not a public URL of the repository",
    "Pass it in the form --source-url=https://example.com/team/shop.",
  );
}

function invalid(argument: string, text: string, remedy: string): SlipwayError {
  const short = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return new SlipwayError("ARGUMENT_INVALID", `--${argument}=${printable(short)} is not valid`, remedy);
}
