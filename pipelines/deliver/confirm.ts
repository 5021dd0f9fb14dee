import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { prometheusFrom } from "#modules/prometheus/src/from-settings.ts";
import type { Prometheus } from "#modules/prometheus/src/index.ts";
import type { Config } from "#pipelines/config/config.ts";
import type { Confirm } from "#pipelines/config/confirm.ts";
import { codeOf, SlipwayError } from "#pipelines/errors/errors.ts";
import { explain, reasonText } from "#pipelines/errors/explain.ts";
import { countText, secondsText } from "#pipelines/text/format.ts";
import { printable } from "#pipelines/text/printable.ts";
import { tell } from "#pipelines/verdict/progress.ts";
import { named } from "#pipelines/workspace/secrets.ts";
import type { ConfirmRequest } from "./request.ts";
import type { Stage } from "./stage.ts";

type Query = Confirm["queries"][number];
type Access = Pick<ConfirmRequest, "secrets" | "prometheusAccess">;

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
  /** What the environment no longer was at the end, or why nobody could look. */
  readonly left?: string;
}

/** Milliseconds after which a line says again what the call waits for. */
const silence = 30_000;
/** Milliseconds for which a server that does not answer at the end is asked again. */
const patience = 120_000;
/** Seconds by which the clocks of two machines may differ. */
const mostSkew = 30;

/**
 * Asks each query of an environment once, before anything is written: what no wait could cure is found then. A server
 * that does not answer may do so later.
 *
 * @throws SECRET_MISSING, ARGUMENT_INVALID, SERVER_DENIED, QUERY_INVALID, CLOCK_SKEWED.
 */
export async function assertAnswerable(
  { name, settings: { confirm } }: Stage,
  { tools }: Pick<Config, "tools">,
  access: Access,
): Promise<void> {
  if (confirm === undefined) return;
  const asked = await askedServers(confirm, tools.curl, access, name);
  await Promise.all(
    asked.map(async ({ query, prometheus }) => {
      try {
        await prometheus.query(query.query);
        assertClock(query.prometheus, await (await prometheus.query("time()")).contents());
      } catch (error) {
        if (incurable.has(codeOf(error) ?? "")) throw error;
      }
    }),
  );
}

const incurable: ReadonlySet<string> = new Set([
  "ARGUMENT_INVALID",
  "SERVER_DENIED",
  "QUERY_INVALID",
  "CLOCK_SKEWED",
]);

/** Values are asked for by the time of this machine, and answered by that of the server. */
function assertClock(server: string, text: string): void {
  const { data } = JSON.parse(text) as { readonly data?: { readonly result?: readonly unknown[] } };
  const time = Number(data?.result?.[1]);
  const skew = Math.abs(Date.now() / 1000 - time);
  if (Number.isNaN(time) || skew <= mostSkew) return;
  throw new SlipwayError(
    "CLOCK_SKEWED",
    `the clocks of this machine and of ${server} differ by ${Math.round(skew)} s`,
    "Set the clocks: values of another time would confirm the environment.",
  );
}

/** A query, and the server that answers it. */
interface AskedServer {
  readonly query: Query;
  readonly prometheus: Prometheus;
}

/** @throws SECRET_MISSING */
async function askedServers(
  { queries }: Confirm,
  image: string | undefined,
  { secrets, prometheusAccess: { ca, service } }: Access,
  environment: string,
): Promise<readonly AskedServer[]> {
  const names = [...new Set(queries.flatMap(({ token }) => token ?? []))];
  const tokens = await named(secrets, names, `environments.${environment}.confirm`);
  return queries.map((query) => {
    const token = query.token === undefined ? undefined : tokens[names.indexOf(query.token)];
    const prometheus = prometheusFrom({
      server: query.prometheus,
      ...(token !== undefined && { token }),
      ...(query.username !== undefined && { username: query.username }),
      ...(ca !== undefined && { ca }),
      ...(service !== undefined && { service }),
      ...(image !== undefined && { image }),
    });
    return { query, prometheus };
  });
}

/**
 * Watches the queries of an environment for as long as it asks. Ends at once when a value is out of bounds. A server
 * that does not answer is asked again until the end, and for two minutes more.
 *
 * @param begun when the environment arrived, in milliseconds since 1970.
 */
export async function watchQueries(
  name: string,
  confirm: Confirm,
  { tools }: Pick<Config, "tools">,
  access: Access,
  begun: number,
): Promise<Confirmation> {
  const [start, end] = [begun + confirm.delay * 1000, begun + (confirm.delay + confirm.for) * 1000];
  tell(`${name}: watching ${confirm.queries.map((each) => each.name).join(", ")} until ${timeOf(end)}`);
  const last = Math.max(end, Date.now()) + patience;
  const asked = await askedServers(confirm, tools.curl, access, name);
  let said = Date.now();
  for (;;) {
    const now = Date.now();
    if (now >= start) {
      const times = { start: timeOf(start), end: timeOf(Math.min(now, end)), step: confirm.every };
      const queries = await Promise.all(asked.map((each) => lookedAt(each, times)));
      const outcome = outcomeOf(queries);
      const isOver =
        now >= end && (outcome === "passed" || now >= last || !queries.some(({ isSilent }) => isSilent));
      if (outcome === "failed" || isOver)
        return { environment: name, queries, outcome, seconds: Math.max(0, Date.now() - begun) / 1000 };
      if (Date.now() - said >= silence) {
        tell(`${name}: ${queries.map(queryText).join("; ")}`);
        said = Date.now();
      }
    }
    const next = now < start ? start : now + confirm.every * 1000;
    await setTimeout(Math.max(0, (now < end ? Math.min(next, end) : next) - Date.now()));
  }
}

/** One query of several: failed comes before errored, and both before passed. */
function outcomeOf(queries: readonly ConfirmedQuery[]): Confirmation["outcome"] {
  const has = (outcome: Confirmation["outcome"]) => queries.some((each) => each.outcome === outcome);
  return has("failed") ? "failed" : has("errored") || queries.length === 0 ? "errored" : "passed";
}

interface Times {
  readonly start: string;
  readonly end: string;
  readonly step: number;
}

/** One look. Whatever keeps it from an answer is no answer: another query may have one. */
async function lookedAt(
  { query, prometheus }: AskedServer,
  { start, end, step }: Times,
): Promise<ConfirmedQuery & { readonly isSilent?: boolean }> {
  const { query: text, max = "", min = "", minSamples } = query;
  try {
    const answer = await prometheus.judge(text, start, end, String(max), String(min), minSamples, step);
    return { query, ...verdict.parse(JSON.parse(answer)) };
  } catch (error) {
    return { query, outcome: "errored", samples: 0, why: reasonText(explain(error)), isSilent: true };
  }
}

function timeOf(time: number): string {
  return new Date(time).toISOString();
}

/** What a query told, for people. */
export function queryText({ query: { name }, samples, lowest, highest, why }: ConfirmedQuery): string {
  const range = lowest === undefined || highest === undefined ? "" : ` from ${lowest} to ${highest}`;
  return printable(`${name}: ${why ?? `${countText(samples, "value")}${range}`}`);
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
  const why = [...bad, ...(left === undefined ? [] : [printable(left)])].join("; ");
  const what = `${environment} is not confirmed after ${secondsText(seconds)}: ${why}`;
  return outcome === "failed"
    ? new SlipwayError("CONFIRMATION_FAILED", what, "Go back with `rollback`, or release a fix.")
    : new SlipwayError(
        "CONFIRMATION_UNKNOWN",
        what,
        "Nobody knows how the environment is: look at it and at Prometheus, then run the call again.",
      );
}
