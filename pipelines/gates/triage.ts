import type { Evidence } from "#pipelines/findings/evidence.ts";
import type { AppliedWaiver, Finding, FindingStatus, JudgedFinding } from "#pipelines/findings/finding.ts";
import { type FingerprintedFinding, withFingerprints } from "#pipelines/findings/fingerprint.ts";
import { placeOf } from "./baseline.ts";
import type { Exemptions, KnownFindings } from "./exemptions.ts";
import { type InlineWaiver, inlineWaiversAt } from "./inline-waiver.ts";
import { type Gates, isBlocking } from "./judge.ts";
import { isInForce, type Waiver, waiverFor } from "./waiver.ts";

/** The lines of the files that findings are in, by path. */
export type FlaggedLines = ReadonlyMap<string, readonly string[]>;

/** One check's evidence, with the status of each finding. */
export interface TriagedEvidence {
  readonly evidence: Evidence<JudgedFinding>;
  /** What the gates are asked about: all but what is waived or in the baseline. */
  readonly open: Evidence<JudgedFinding>;
  /** Why a waiver or a base does not count that a reader may have relied on, a sentence each. */
  readonly lapsed: readonly string[];
}

const none: Exemptions = { today: "0000-00-00", waivers: [], lines: async () => undefined };

/**
 * Gives each finding of a check its status: a waiver that is in force comes before the baseline, and that before the gates.
 *
 * @param lines of the files that findings are in, as `flaggedLines` reads them.
 * @param known what the same check finds on a base; it counts where no waiver was ever written for a finding.
 */
export function triage(
  check: string,
  evidence: Evidence,
  gates: Gates,
  lines: FlaggedLines,
  known?: KnownFindings,
): TriagedEvidence {
  const exemptions = gates.exemptions ?? none;
  const lapsed = new Set<string>();
  const findings = withFingerprints(evidence.findings, (path) => lines.get(path)).map(
    (finding): JudgedFinding => {
      const inline = inlineWaiversFor(finding, lines);
      const waiver = waiverFor(finding, [...waiversIn(inline), ...exemptions.waivers], exemptions.today);
      const status = statusOf(check, finding, gates, exemptions, waiver, known);
      if (status === "blocking") {
        for (const each of inline) if ("fault" in each) lapsed.add(each.fault);
        if (waiver !== undefined) lapsed.add(lapsedText(finding, waiver));
      }
      return { ...finding, status, ...(waiver === undefined ? {} : { waiver }) };
    },
  );
  if (known?.fault !== undefined && findings.some(({ status }) => status === "blocking")) {
    lapsed.add(known.fault);
  }
  const open = findings.filter(({ status }) => status === "blocking" || status === "nonblocking");
  return { evidence: { ...evidence, findings }, open: { ...evidence, findings: open }, lapsed: [...lapsed] };
}

/** Whether a base is asked: where a gate blocks a finding for which no waiver was ever written. */
export function mayBeKnown({ findings }: Evidence<JudgedFinding>): boolean {
  return findings.some(({ status, waiver }) => status === "blocking" && waiver === undefined);
}

/** Reads each flagged file once. */
export async function flaggedLines(
  findings: readonly Finding[],
  { lines }: Exemptions = none,
): Promise<FlaggedLines> {
  const flagged = findings.flatMap(({ path, line, commit }) =>
    path === undefined || line === undefined || commit !== undefined ? [] : [path],
  );
  const texts = new Map<string, readonly string[]>();
  const read = async (path: string) => {
    const text = await lines(path);
    if (text !== undefined) texts.set(path, text);
  };
  await Promise.all([...new Set(flagged)].map(read));
  return texts;
}

function statusOf(
  check: string,
  finding: FingerprintedFinding,
  gates: Gates,
  { today, baseline }: Exemptions,
  waiver: AppliedWaiver | undefined,
  known: KnownFindings | undefined,
): FindingStatus {
  if (waiver !== undefined && isInForce(waiver, today)) return "waived";
  const place = placeOf(finding.fingerprint, finding, check);
  const isKnown = [baseline, known].some((each) => each?.places.has(place));
  // A waiver that was let expire says that the finding has to go: a baseline does not take its place.
  if (isKnown && waiver === undefined) return "baseline";
  return isBlocking(finding, gates) ? "blocking" : "nonblocking";
}

function inlineWaiversFor({ path, line, commit }: Finding, texts: FlaggedLines): readonly InlineWaiver[] {
  const lines = path === undefined || commit !== undefined ? undefined : texts.get(path);
  return path === undefined || line === undefined || lines === undefined
    ? []
    : inlineWaiversAt(lines, path, line);
}

function waiversIn(inline: readonly InlineWaiver[]): readonly Waiver[] {
  return inline.flatMap((each) => ("waiver" in each ? [each.waiver] : []));
}

function lapsedText({ rule, path }: Finding, { place, expires }: AppliedWaiver): string {
  const where = path === undefined ? "" : ` in ${path}`;
  return `the waiver of ${rule}${where} (${place}) expired on ${expires}: fix the finding, or set a later day`;
}
