import { setTimeout } from "node:timers/promises";
import type { Secret } from "@dagger.io/dagger";
import { z } from "zod";
import { prometheusFrom } from "#modules/prometheus/src/from-settings.ts";
import type { Config } from "#pipelines/config/config.ts";
import type { Confirm } from "#pipelines/config/confirm.ts";
import { codeOf, SlipwayError } from "#pipelines/errors/errors.ts";
import { explain, reasonText } from "#pipelines/errors/explain.ts";
import { countText, secondsText } from "#pipelines/text/format.ts";
import { tell } from "#pipelines/verdict/progress.ts";
import { named } from "#pipelines/workspace/secrets.ts";
import type { ConfirmRequest } from "./request.ts";
import type { Stage } from "./stage.ts";

type Query = Confirm["queries"][number];

const verdict = z.object({
  outcome: z.enum(["passed", "failed", "errored"]),
  samples: z.int().min(0),
  lowest: z.number().optional(),
  highest: z.number().optional(),
  why: z.string().optional(),
});

/** A query, and the verdict on it. */
export interface ConfirmedQuery extends z.output<typeof verdict> {
  readonly query: Query;
}

/** How the watch of an environment ended. */
export interface Confirmation {
  readonly environment: string;
  readonly queries: readonly ConfirmedQuery[];
  readonly outcome: "passed" | "failed" | "errored";
  readonly seconds: number;
  /** What the environment no longer was at the end. */
  readonly left?: string;
}

/** Milliseconds after which a line says again what the call waits for. */
const silence = 30_000;

/** @throws SECRET_MISSING for a login that slipway.yaml names: found before anything is written. */
export async function assertLogins({ name, settings: { confirm } }: Stage, secrets: readonly Secret[]) {
  const names = confirm?.queries.flatMap(({ token }) => token ?? []) ?? [];
  await named(secrets, [...new Set(names)], `environments.${name}.confirm`);
}

/**
 * Watches the queries of an environment for as long as it asks. Ends at once when a value is out of bounds. A server
 * that does not answer is asked again until the end.
 *
 * @throws SECRET_MISSING, SERVER_DENIED, QUERY_INVALID: what no wait could cure.
 */
export async function watchQueries(
  name: string,
  confirm: Confirm,
  { tools }: Pick<Config, "tools">,
  request: Pick<ConfirmRequest, "secrets" | "prometheusAccess">,
): Promise<Confirmation> {
  const begun = Date.now();
  const [start, end] = [begun + confirm.delay * 1000, begun + (confirm.delay + confirm.for) * 1000];
  tell(`${name}: watching ${confirm.queries.map((each) => each.name).join(", ")} until ${timeOf(end)}`);
  let said = begun;
  for (;;) {
    const now = Date.now();
    const isOver = now >= end;
    if (now >= start) {
      const times = { start: timeOf(start), end: timeOf(Math.min(now, end)), step: confirm.every };
      const queries = await Promise.all(
        confirm.queries.map((each) => lookedAt(each, times, tools.curl, request, name)),
      );
      const outcome = outcomeOf(queries);
      if (outcome === "failed" || isOver)
        return { environment: name, queries, outcome, seconds: (Date.now() - begun) / 1000 };
      if (Date.now() - said >= silence) {
        tell(`${name}: ${queries.map(queryText).join("; ")}`);
        said = Date.now();
      }
    }
    const next = now < start ? start : Math.min(end, Date.now() + confirm.every * 1000);
    await setTimeout(Math.max(0, next - Date.now()));
  }
}

/** One query of several: failed comes before errored, and both before passed. */
function outcomeOf(queries: readonly ConfirmedQuery[]): Confirmation["outcome"] {
  const has = (outcome: Confirmation["outcome"]) => queries.some((each) => each.outcome === outcome);
  return has("failed") ? "failed" : has("errored") || queries.length === 0 ? "errored" : "passed";
}

async function lookedAt(
  query: Query,
  { start, end, step }: { readonly start: string; readonly end: string; readonly step: number },
  image: string | undefined,
  { secrets, prometheusAccess: { ca, service } }: Pick<ConfirmRequest, "secrets" | "prometheusAccess">,
  environment: string,
): Promise<ConfirmedQuery> {
  const names = query.token === undefined ? [] : [query.token];
  const [token] = await named(secrets, names, `environments.${environment}.confirm`);
  const prometheus = prometheusFrom({
    server: query.prometheus,
    ...(token !== undefined && { token }),
    ...(query.username !== undefined && { username: query.username }),
    ...(ca !== undefined && { ca }),
    ...(service !== undefined && { service }),
    ...(image !== undefined && { image }),
  });
  const bound = (value: number | undefined) => (value === undefined ? "" : String(value));
  try {
    const text = await prometheus.judge(
      query.query,
      start,
      end,
      bound(query.max),
      bound(query.min),
      query.minSamples,
      step,
    );
    return { query, ...verdict.parse(JSON.parse(text)) };
  } catch (error) {
    if (codeOf(error) !== "SERVER_UNREACHABLE") throw error;
    return { query, outcome: "errored", samples: 0, why: reasonText(explain(error)) };
  }
}

function timeOf(time: number): string {
  return new Date(time).toISOString();
}

/** What a query told, for people. */
export function queryText({ query: { name }, samples, lowest, highest, why }: ConfirmedQuery): string {
  const range = lowest === undefined || highest === undefined ? "" : ` from ${lowest} to ${highest}`;
  return `${name}: ${why ?? `${countText(samples, "value")}${range}`}`;
}

/** The error for an environment that is not confirmed; undefined for one that is. */
export function unconfirmed({
  environment,
  queries,
  outcome,
  seconds,
  left,
}: Confirmation): SlipwayError | undefined {
  if (outcome === "passed") return undefined;
  const bad = queries.filter((each) => each.outcome !== "passed").map(queryText);
  const why = [...bad, ...(left === undefined ? [] : [left])].join("; ");
  const what = `${environment} is not confirmed after ${secondsText(seconds)}: ${why}`;
  return outcome === "failed"
    ? new SlipwayError("CONFIRMATION_FAILED", what, "Go back with `rollback`, or release a fix.")
    : new SlipwayError(
        "CONFIRMATION_UNKNOWN",
        what,
        "Nobody knows how the environment is: look at it and at Prometheus, then run the call again.",
      );
}
