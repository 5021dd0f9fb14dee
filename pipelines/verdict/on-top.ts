import type { Check } from "#pipelines/findings/evidence.ts";
import type { Plan } from "#pipelines/plan/plan.ts";
import { versionsOf } from "#pipelines/plan/python-matrix.ts";
import { printable } from "#pipelines/text/printable.ts";

/**
 * Says which failed checks are on top of what the repository itself runs, and how to begin with them: tools that it does
 * not run, if it is known to run any, and passed tests whose coverage nobody but Slipway limits.
 *
 * @param hasBaseline whether earlier findings already count as known.
 */
export function onTopNotes(
  checks: readonly Check[],
  { ownTools, services }: Pick<Plan, "ownTools" | "services">,
  hasBaseline: boolean,
): readonly string[] {
  const failed = checks.filter(({ outcome }) => outcome === "failed");
  const onTop = failed.filter((check) => {
    const tool = ownTools.length === 0 ? undefined : toolOf(check, services);
    return (tool !== undefined && !ownTools.includes(tool)) || isByDefault(check, services);
  });
  if (onTop.length === 0) return [];
  const names = onTop
    .map((check) => `${printable(check.name)}${isByDefault(check, services) ? " (its coverage alone)" : ""}`)
    .join(", ");
  const said = `on top of what the repository itself runs: ${names}`;
  return [hasBaseline ? said : `${said}. With --baseline-ref=REF --git=.git, only what a change adds blocks`];
}

/** Whether passed tests fail by the default limit of coverage alone. */
function isByDefault({ kind, service, evidence: { tests } }: Check, services: Plan["services"]): boolean {
  if (kind !== "test" && kind !== "coverage") return false;
  const hasPassed = tests === undefined ? kind === "coverage" : tests.failed + tests.errored === 0;
  return hasPassed && services.find(({ name }) => name === service)?.leastCoverage.from === "default";
}

/** The tool of a check that a repository could run itself; undefined if the service asks for it, or it is no such check. */
function toolOf({ kind, service, subject }: Check, services: Plan["services"]): string | undefined {
  if (kind === "files") return subject;
  if (kind === "scan") return "trivy";
  if (kind === "secrets" || kind === "history-secrets") return "gitleaks";
  if (kind !== "lint" && kind !== "types") return undefined;
  const checked = services.find(({ name }) => name === service);
  if (checked === undefined) return undefined;
  const suffixes = ["", ...versionsOf(checked).map(({ suffix }) => suffix)];
  const planned = [...(checked.lint || []), ...(checked.types || [])].find(({ tool }) =>
    suffixes.some((suffix) => subject === `${tool}${suffix}`),
  );
  return planned?.isUncalled ? planned.tool : undefined;
}
