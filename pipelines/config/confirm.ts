import { z } from "zod";
import { checkServer } from "#modules/prometheus/src/arguments.ts";
import type { Fixed } from "#pipelines/text/fixed.ts";
import { duration, list, section, text, variable } from "./leaf.ts";

const address = "the address of a server, without login, ? and #, as in https://prometheus.example.com";

function isServer(text: string): boolean {
  try {
    return checkServer(text) !== undefined;
  } catch {
    return false;
  }
}

const bound = z.number({ error: "a number" });

const query = section({
  name: text("text of one line", /^[^\p{C}]+$/u, 100).describe("A name for people, as in error rate."),
  prometheus: text(address, /^[^\s\p{C}]+$/u, 2048)
    .refine(isServer, { error: address })
    .describe("The address of Prometheus, with the path before /api."),
  query: text("a query", /^[^\0]*\S[^\0]*$/, 4000).describe("An expression of PromQL that has one series."),
  max: bound.optional().describe("The highest value that passes."),
  min: bound.optional().describe("The lowest value that passes."),
  minSamples: z
    .int({ error: "a whole number" })
    .min(1, { error: "1 or more" })
    .max(10_000, { error: "10000 at most" })
    .prefault(5)
    .describe("The least number of values; with fewer, nobody knows."),
  token: variable
    .optional()
    .describe(
      "The name of the call's secret with a bearer token, or with the password of `username`; default: no login.",
    ),
  username: text("a name of one line without :", /^[^\p{C}:]+$/u, 200)
    .optional()
    .describe("The user whose password `token` is."),
})
  .refine(({ max, min }) => max !== undefined || min !== undefined, {
    error: "max or min: at least one bound",
  })
  .refine(({ max, min }) => max === undefined || min === undefined || min <= max, {
    error: "min: no more than max",
  })
  .refine(({ username, token }) => username === undefined || token !== undefined, {
    error: "`token` beside `username`",
  });

/** How an environment is confirmed after a promotion has arrived there. */
export const confirm = section({
  queries: list(query, "a list of maps")
    .min(1, { error: "at least one query" })
    .max(20, { error: "20 queries at most" })
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, { error: "each name once" })
    .describe("Queries to Prometheus, each with its bounds."),
  delay: duration("0s", "1h").prefault("1m").describe("How long after the arrival the watch begins."),
  for: duration("10s", "1d").prefault("5m").describe("How long the queries are watched."),
  every: duration("1s", "1h").prefault("15s").describe("The time between two values of a query."),
}).superRefine(({ queries, for: length, every }, context) => {
  // A duration that is wrong is a fault of its own.
  if (![length, every].every(Number.isFinite)) return;
  if (every > length / 4)
    context.addIssue({ code: "custom", path: ["every"], message: "a quarter of `for` at most" });
  const most = Math.floor(length / every) + 1;
  for (const [at, { minSamples }] of queries.entries()) {
    if (minSamples <= most) continue;
    const message = `${most} at most: \`for\` and \`every\` give no more values`;
    context.addIssue({ code: "custom", path: ["queries", at, "minSamples"], message });
  }
});

export type Confirm = Fixed<z.output<typeof confirm>>;
