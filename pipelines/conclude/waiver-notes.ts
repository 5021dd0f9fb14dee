import type { Check } from "#pipelines/findings/evidence.ts";
import type { InlineWaivers } from "#pipelines/gates/inline-waiver.ts";
import type { Waiver } from "#pipelines/gates/waiver.ts";

/** Notes about waivers, a sentence each. */
export interface WaiverNotes {
  /** Waivers that match no finding of these checks. */
  readonly unused: readonly string[];
  /** Waivers in the code that are invalid. */
  readonly broken: readonly string[];
  /** Why the waivers in the code could not be searched for. */
  readonly unread: readonly string[];
}

export const noWaiverNotes: WaiverNotes = { unused: [], broken: [], unread: [] };

/** Lists the waivers that match no finding of some checks, and those that are invalid. */
export function waiverNotes(
  waivers: readonly Waiver[],
  { waivers: inlineWaivers, fault }: InlineWaivers,
  checks: readonly Check[],
): WaiverNotes {
  const used = new Set(
    checks.flatMap(({ evidence }) => evidence.findings.flatMap(({ waiver }) => waiver?.place ?? [])),
  );
  const granted = [...waivers, ...inlineWaivers.flatMap((each) => ("waiver" in each ? [each.waiver] : []))];
  return {
    unused: granted
      .filter(({ place }) => !used.has(place))
      .map((waiver) => `${textOf(waiver)} matches no finding: remove it`),
    broken: inlineWaivers.flatMap((each) => ("fault" in each ? [each.fault] : [])),
    unread:
      fault === undefined
        ? []
        : [`the waivers beside the code could not be searched, so unused ones are unknown: ${fault}`],
  };
}

/**
 * Lists the notes on waivers. If a check could not be carried out, there is no note on unused waivers, because its
 * findings are unknown.
 */
export function waiverLines(
  { unused, broken, unread }: WaiverNotes,
  checks: readonly Check[],
): readonly string[] {
  if (checks.some(({ outcome }) => outcome === "errored")) return [];
  return [...listed(unused), ...listed(broken), ...unread];
}

/** The most names that are listed; the rest is counted. */
const most = 20;

function listed(notes: readonly string[]): readonly string[] {
  const more = notes.length - most;
  return more > 0 ? [...notes.slice(0, most), `and ${more} more of these waivers`] : notes;
}

function textOf({ place, rule, path, package: subject }: Waiver): string {
  const where = path === undefined || place.startsWith(`${path}:`) ? "" : ` in ${path}`;
  const of = subject === undefined ? "" : ` of ${subject}`;
  return `the waiver of ${rule}${of}${where} (${place})`;
}
