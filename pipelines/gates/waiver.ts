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

/** The waiver for a finding: a valid one on this day comes before an expired one. */
export function waiverFor(
  finding: Finding,
  waivers: readonly Waiver[],
  today: string,
): AppliedWaiver | undefined {
  const fitting = waivers.filter((waiver) => isFor(waiver, finding));
  const found = fitting.find((waiver) => isInForce(waiver, today)) ?? fitting[0];
  if (found === undefined) return undefined;
  const { place, reason, expires } = found;
  return { place, reason, expires };
}

/** Whether a waiver is still valid: its last day counts. */
export function isInForce({ expires }: AppliedWaiver, today: string): boolean {
  return today <= expires;
}
