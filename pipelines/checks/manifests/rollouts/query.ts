import { isRecord } from "#modules/kustomize/src/manifests.ts";
import type { Fault } from "./fault.ts";
import { outermost } from "./outermost.ts";

/** The longest query that is read. */
const longest = 10_000;
/** A label that tells one service from others; a code or a status does not. */
const selector =
  /(?:\{|,)\s*(?!(?:code|status|status_code|response_code|le|quantile|method)\b)[A-Za-z_]\w*\s*=~?\s*["'`]/;
const window = /\[[^[\]]+\]/;

/**
 * The faults by which a query answers without data, or about other things.
 *
 * @param provider the settings of Prometheus.
 */
export function* queryFaults(provider: unknown): Generator<Fault> {
  const { query, rangeQuery } = isRecord(provider) ? provider : {};
  // {{args.x}} is for Argo Rollouts, and no selector.
  const text = typeof query === "string" ? query.slice(0, longest).replace(/\{\{[^{}]*\}\}/g, "x") : "";
  if (text.trim() === "") {
    yield { rule: "query-empty", what: "it has no query", remedy: "Set `provider.prometheus.query`." };
    return;
  }
  if (typeof query === "string" && query.length > longest) {
    yield { rule: "query-long", what: "its query is too long to be read", remedy: "Use a recording rule." };
    return;
  }
  if (makesUp(text)) {
    yield {
      rule: "passes-without-data",
      what: "its query has a value where there are no data, by `or`, `vector` or `absent`",
      remedy: "Leave that out: without data the analysis must not pass.",
    };
  }
  if (!selector.test(text) && !window.test(text) && rangeQuery === undefined) {
    yield {
      rule: "query-unscoped",
      what: "its query names neither a service nor a time: it tells of everything, and of before the update",
      remedy: 'Name both, as in `rate(http_requests_total{service="{{args.service}}"}[2m])`.',
    };
  }
}

/** Whether the whole answer can be made up. A part of it, such as a count of errors that is 0, may be. */
function makesUp(query: string): boolean {
  const outside = outermost(query.trim());
  // All of it is in parentheses.
  if (outside.trim() === "" && /^\(.*\)$/s.test(query.trim())) return makesUp(query.trim().slice(1, -1));
  return /\bor\b|\babsent(?:_over_time)?\b|^\s*vector\b/i.test(outside);
}
