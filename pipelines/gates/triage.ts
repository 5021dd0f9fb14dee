import type { Evidence } from "#pipelines/findings/evidence.ts";
import type { AppliedWaiver, Finding, FindingStatus, JudgedFinding } from "#pipelines/findings/finding.ts";
import { type FingerprintedFinding, withFingerprints } from "#pipelines/findings/fingerprint.ts";
import { placeOf } from "./baseline.ts";
import type { Exemptions, KnownFindings } from "./exemptions.ts";
import { type InlineWaiver, inlineWaiversAt } from "./inline-waiver.ts";
import { type Gates, isBlocking } from "./judge.ts";
import { isInForce, type Waiver, waiverFor } from "./waiver.ts";

/** The lines of the files with findings, by path. */
export type FlaggedLines = ReadonlyMap<string, readonly string[]>;

/** One check's evidence, with the status of each finding. */
export interface TriagedEvidence {
  readonly evidence: Evidence<JudgedFinding>;
  /** The evidence that the gates judge: everything except waived findings and those of the baseline. */
  readonly open: Evidence<JudgedFinding>;
  /** Why a waiver or base does not count although a reader may rely on it, a sentence each. */
  readonly lapsed: readonly string[];
}

const none: Exemptions = {
  today: "0000-00-00",
  latest: "9999-12-31",
  waivers: [],
  lines: async () => undefined,
};

/**
 * Gives each finding of a check its status. A valid waiver takes precedence over the baseline, and the baseline
 * over the gates.
 *
 * @param lines the lines of the files with findings, as `flaggedLines` reads them.
 * @param known the findings of the same check on a base; one counts only if no waiver was ever written for it.
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
      const waiver = waiverFor(finding, [...waiversIn(inline), ...exemptions.waivers], exemptions);
      const status = statusOf(check, finding, gates, exemptions, waiver, known);
      if (status === "blocking") {
        for (const each of inline) if ("fault" in each) lapsed.add(each.fault);
        if (waiver !== undefined) lapsed.add(lapsedText(finding, waiver, exemptions));
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

/** Whether the base must be checked too: if a gate blocks a finding for which no waiver was ever written. */
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
  exemptions: Exemptions,
  waiver: AppliedWaiver | undefined,
  known: KnownFindings | undefined,
): FindingStatus {
  if (waiver !== undefined && isInForce(waiver, exemptions)) return "waived";
  const place = placeOf(finding.fingerprint, finding, check);
  const isKnown = [exemptions.baseline, known].some((each) => each?.places.has(place));
  // An expired waiver means that the finding must be fixed, so the baseline does not replace it.
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

function lapsedText(
  { rule, path }: Finding,
  { place, expires }: AppliedWaiver,
  { latest }: Exemptions,
): string {
  const where = path === undefined ? "" : ` in ${path}`;
  if (expires > latest) {
    return `the waiver of ${rule}${where} (${place}) lasts until ${expires}, longer than \`gates.waiverTerm\` allows: set a day up to ${latest}`;
  }
  return `the waiver of ${rule}${where} (${place}) expired on ${expires}: fix the finding, or set a later day`;
}
