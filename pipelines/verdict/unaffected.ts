import type { CheckId } from "#pipelines/findings/check-id.ts";
import { type CheckResult, skippedCheck } from "./run-check.ts";

const kind = "unaffected";

/** The check that replaces all checks of a service that is left out. */
export function unaffectedCheck(service: string, why: string): CheckResult {
  return skippedCheck({ kind, service, subject: "checks" }, why);
}

/** The services that are left out, among some checks. */
export function unaffectedServices(checks: readonly CheckId[]): readonly string[] {
  return checks.flatMap((check) =>
    check.kind === kind && check.service !== undefined ? [check.service] : [],
  );
}
