import { type CheckResult, skippedCheck } from "./run-check.ts";

const what = "checks";

/** What stands for all checks of a service that is left out. */
export function unaffectedCheck(service: string, why: string): CheckResult {
  return skippedCheck(`${service}/${what}`, why);
}

/** The service that a check of that name says to have been left out; undefined for any other check. */
export function unaffectedService(check: string): string | undefined {
  return check.endsWith(`/${what}`) ? check.slice(0, -what.length - 1) : undefined;
}
