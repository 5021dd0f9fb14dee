import type { Check } from "#pipelines/findings/evidence.ts";
import type { InlineWaivers } from "#pipelines/gates/inline-waiver.ts";
import type { Waiver } from "#pipelines/gates/waiver.ts";

/** What is to be said of waivers, a sentence each. */
export interface WaiverNotes {
  /** Those that are for no finding of these checks. */
  readonly unused: readonly string[];
  /** Those beside the code that do not hold. */
  readonly broken: readonly string[];
  /** Why those beside the code could not be looked for. */
  readonly unread: readonly string[];
}

export const noWaiverNotes: WaiverNotes = { unused: [], broken: [], unread: [] };

/** Says which waivers are for no finding of some checks, and which do not hold. */
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
 * Lists the notes on waivers. Nothing is said where a check could not be carried out: what it would have found is not
 * known.
 */
export function waiverLines(
  { unused, broken, unread }: WaiverNotes,
  checks: readonly Check[],
): readonly string[] {
  if (checks.some(({ outcome }) => outcome === "errored")) return [];
  return [...listed(unused), ...listed(broken), ...unread];
}

/** Names so many and counts the rest. */
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
