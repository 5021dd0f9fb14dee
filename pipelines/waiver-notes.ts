import type { Check } from "./check.ts";
import type { Waiver } from "./waiver.ts";

/**
 * Says which waivers are for no finding. Nothing is said where a check could not be carried out: what it would have
 * found is not known.
 */
export function waiverNotes(waivers: readonly Waiver[], checks: readonly Check[]): readonly string[] {
  if (checks.some(({ outcome }) => outcome === "errored")) return [];
  const used = new Set(
    checks.flatMap(({ evidence }) => evidence.findings.flatMap(({ excuse }) => excuse?.place ?? [])),
  );
  return waivers
    .filter(({ place }) => !used.has(place))
    .map((waiver) => `${textOf(waiver)} is for no finding: take it out`);
}

function textOf({ place, rule, path, package: subject }: Waiver): string {
  const where = path === undefined ? "" : ` in ${path}`;
  const of = subject === undefined ? "" : ` of ${subject}`;
  return `the waiver of ${rule}${of}${where} (${place})`;
}
