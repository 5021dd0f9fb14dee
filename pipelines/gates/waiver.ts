import type { AppliedWaiver, Finding } from "#pipelines/findings/finding.ts";
import { banditKey, packageName } from "#pipelines/findings/fingerprint.ts";
import { isWithin } from "#pipelines/text/path.ts";

/** A finding that is accepted until a day, and why. */
export interface Waiver extends AppliedWaiver {
  /** The id of the rule or advisory, as any of the tools that know it names it. */
  readonly rule: string;
  /** A file, or a folder with everything below it. */
  readonly path?: string;
  /** A package's name. */
  readonly package?: string;
}

/** The days, as in 2027-01-31, on which the last day of a waiver must be. */
export interface WaiverPeriod {
  /** The day on which the run judges. */
  readonly today: string;
  /** The end of the longest term that the policy allows. */
  readonly latest: string;
}

/** The waivers of slipway.yaml, each with its place. */
export function configuredWaivers(
  written: readonly Omit<Waiver, "place">[],
  file: string,
): readonly Waiver[] {
  return written.map((waiver, index) => ({ ...waiver, place: `${file} waivers[${index}]` }));
}

/** Whether a waiver matches a finding, expired or not. */
export function isFor(waiver: Waiver, finding: Finding): boolean {
  const { rule, aliases = [], path, package: subject } = finding;
  const isRule = [rule, ...aliases].includes(waiver.rule) || banditKey(waiver.rule) === banditKey(rule);
  const isPath = waiver.path === undefined || (path !== undefined && isWithin(path, waiver.path));
  const isPackage =
    waiver.package === undefined ||
    (subject !== undefined && packageName(subject) === packageName(`${waiver.package} `));
  return isRule && isPath && isPackage;
}

/** The waiver for a finding: a valid one comes before one that does not apply. */
export function waiverFor(
  finding: Finding,
  waivers: readonly Waiver[],
  period: WaiverPeriod,
): AppliedWaiver | undefined {
  const fitting = waivers.filter((waiver) => isFor(waiver, finding));
  const found = fitting.find((waiver) => isInForce(waiver, period)) ?? fitting[0];
  if (found === undefined) return undefined;
  const { place, reason, expires } = found;
  return { place, reason, expires };
}

/** Whether a waiver is still valid, its last day included, and not for longer than the policy allows. */
export function isInForce({ expires }: AppliedWaiver, { today, latest }: WaiverPeriod): boolean {
  return today <= expires && expires <= latest;
}
