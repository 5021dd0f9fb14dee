import type { Evidence } from "#pipelines/findings/evidence.ts";
import type { AppliedWaiver, Finding, FindingStatus, JudgedFinding } from "#pipelines/findings/finding.ts";
import { type FingerprintedFinding, withFingerprints } from "#pipelines/findings/fingerprint.ts";
import { placeOf } from "./baseline.ts";
import type { Exemptions } from "./exemptions.ts";
import { type InlineWaiver, inlineWaiversAt } from "./inline-waiver.ts";
import { type Gates, isBlocking } from "./judge.ts";
import { isInForce, type Waiver, waiverFor } from "./waiver.ts";

/** One check's evidence, with what becomes of each finding. */
export interface TriagedEvidence {
  readonly evidence: Evidence<JudgedFinding>;
  /** What the gates are asked about: all but what is waived or known. */
  readonly open: Evidence<JudgedFinding>;
  /** Why a waiver does not hold that a reader may have counted on, a sentence each. */
  readonly lapsed: readonly string[];
}

const none: Exemptions = { today: "0000-00-00", waivers: [], lines: async () => undefined };

/** Says what becomes of each finding of a check: a waiver that holds comes before the baseline, and that before the gates. */
export async function triage(check: string, evidence: Evidence, gates: Gates): Promise<TriagedEvidence> {
  const exemptions = gates.exemptions ?? none;
  const texts = await textsOf(evidence.findings, exemptions);
  const lapsed = new Set<string>();
  const judged = withFingerprints(evidence.findings, (path) => texts.get(path)).map((finding) => {
    const inlineWaivers = inlineWaiversFor(finding, texts);
    const waiver = waiverFor(finding, [...waiversIn(inlineWaivers), ...exemptions.waivers], exemptions.today);
    const status = statusOf(check, finding, gates, exemptions, waiver);
    if (status === "blocking") {
      for (const each of inlineWaivers) if ("fault" in each) lapsed.add(each.fault);
      if (waiver !== undefined) lapsed.add(lapsedText(finding, waiver));
    }
    return { ...finding, status, ...(waiver === undefined ? {} : { waiver }) };
  });
  const { findings, faults } = await withoutKnown(check, judged, exemptions);
  const open = findings.filter(isOpen);
  return {
    evidence: { ...evidence, findings },
    open: { ...evidence, findings: open },
    lapsed: [...lapsed, ...faults],
  };
}

/** What a base has too is known. It is asked where something would be stopped and no waiver ever was for it. */
async function withoutKnown(
  check: string,
  findings: readonly JudgedFinding[],
  { known }: Exemptions,
): Promise<{ readonly findings: readonly JudgedFinding[]; readonly faults: readonly string[] }> {
  const isAsked = findings.some(({ status, waiver }) => status === "blocking" && waiver === undefined);
  if (known === undefined || !isAsked) return { findings, faults: [] };
  const { places, fault } = await known(check);
  const weighed = findings.map((finding) =>
    isOpen(finding) &&
    finding.waiver === undefined &&
    places.has(placeOf(finding.fingerprint, finding, check))
      ? { ...finding, status: "baseline" as const }
      : finding,
  );
  const isStopped = weighed.some(({ status }) => status === "blocking");
  return { findings: weighed, faults: fault !== undefined && isStopped ? [fault] : [] };
}

function isOpen({ status }: JudgedFinding): boolean {
  return status === "blocking" || status === "nonblocking";
}

function statusOf(
  check: string,
  finding: FingerprintedFinding,
  gates: Gates,
  { today, baseline }: Exemptions,
  waiver: AppliedWaiver | undefined,
): FindingStatus {
  if (waiver !== undefined && isInForce(waiver, today)) return "waived";
  const isKnown = baseline?.places.has(placeOf(finding.fingerprint, finding, check)) ?? false;
  // Who let a waiver expire has said that the finding has to go: a baseline does not take its place.
  if (isKnown && waiver === undefined) return "baseline";
  return isBlocking(finding, gates) ? "blocking" : "nonblocking";
}

function inlineWaiversFor(
  { path, line, commit }: Finding,
  texts: ReadonlyMap<string, readonly string[]>,
): readonly InlineWaiver[] {
  const lines = path === undefined || commit !== undefined ? undefined : texts.get(path);
  return path === undefined || line === undefined || lines === undefined
    ? []
    : inlineWaiversAt(lines, path, line);
}

function waiversIn(inlineWaivers: readonly InlineWaiver[]): readonly Waiver[] {
  return inlineWaivers.flatMap((each) => ("waiver" in each ? [each.waiver] : []));
}

function lapsedText({ rule, path }: Finding, { place, expires }: AppliedWaiver): string {
  const where = path === undefined ? "" : ` in ${path}`;
  return `the waiver of ${rule}${where} (${place}) ended on ${expires}: mend what it is for, or give it a new day`;
}

/** Reads each flagged file once. */
async function textsOf(
  findings: readonly Finding[],
  { lines }: Exemptions,
): Promise<ReadonlyMap<string, readonly string[]>> {
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
