import type { Evidence } from "#pipelines/findings/evidence.ts";
import type { Excuse, Finding, JudgedFinding, Standing } from "#pipelines/findings/finding.ts";
import { type Fingerprinted, fingerprinted } from "#pipelines/findings/fingerprint.ts";
import { placeOf } from "./baseline.ts";
import type { Exceptions } from "./exemptions.ts";
import { type Remark, remarksBeside } from "./inline-waiver.ts";
import { type Gates, isStopped } from "./judge.ts";
import { excuseFor, holds, type Waiver } from "./waiver.ts";

/** One check's evidence, with what becomes of each finding. */
export interface Weighed {
  readonly evidence: Evidence<JudgedFinding>;
  /** What the gates are asked about: all but what is waived or known. */
  readonly open: Evidence<JudgedFinding>;
  /** Why a waiver does not hold that a reader may have counted on, a sentence each. */
  readonly lapsed: readonly string[];
}

const none: Exceptions = { today: "0000-00-00", waivers: [], lines: async () => undefined };

/** Says what becomes of each finding of a check: a waiver that holds comes before the baseline, and that before the gates. */
export async function weigh(check: string, evidence: Evidence, gates: Gates): Promise<Weighed> {
  const exceptions = gates.exceptions ?? none;
  const texts = await textsOf(evidence.findings, exceptions);
  const lapsed = new Set<string>();
  const judged = fingerprinted(evidence.findings, (path) => texts.get(path)).map((finding) => {
    const remarks = remarksOf(finding, texts);
    const excuse = excuseFor(finding, [...waiversIn(remarks), ...exceptions.waivers], exceptions.today);
    const standing = standingOf(check, finding, gates, exceptions, excuse);
    if (standing === "stopped") {
      for (const remark of remarks) if ("fault" in remark) lapsed.add(remark.fault);
      if (excuse !== undefined) lapsed.add(lapsedText(finding, excuse));
    }
    return { ...finding, standing, ...(excuse === undefined ? {} : { excuse }) };
  });
  const { findings, faults } = await withoutKnown(check, judged, exceptions);
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
  { known }: Exceptions,
): Promise<{ readonly findings: readonly JudgedFinding[]; readonly faults: readonly string[] }> {
  const isAsked = findings.some(({ standing, excuse }) => standing === "stopped" && excuse === undefined);
  if (known === undefined || !isAsked) return { findings, faults: [] };
  const { places, fault } = await known(check);
  const weighed = findings.map((finding) =>
    isOpen(finding) &&
    finding.excuse === undefined &&
    places.has(placeOf(finding.fingerprint, finding, check))
      ? { ...finding, standing: "known" as const }
      : finding,
  );
  const isStopped = weighed.some(({ standing }) => standing === "stopped");
  return { findings: weighed, faults: fault !== undefined && isStopped ? [fault] : [] };
}

function isOpen({ standing }: JudgedFinding): boolean {
  return standing === "stopped" || standing === "below";
}

function standingOf(
  check: string,
  finding: Fingerprinted,
  gates: Gates,
  { today, baseline }: Exceptions,
  excuse: Excuse | undefined,
): Standing {
  if (excuse !== undefined && holds(excuse, today)) return "waived";
  const isKnown = baseline?.places.has(placeOf(finding.fingerprint, finding, check)) ?? false;
  // Who let a waiver expire has said that the finding has to go: a baseline does not take its place.
  if (isKnown && excuse === undefined) return "known";
  return isStopped(finding, gates) ? "stopped" : "below";
}

function remarksOf(
  { path, line, commit }: Finding,
  texts: ReadonlyMap<string, readonly string[]>,
): readonly Remark[] {
  const lines = path === undefined || commit !== undefined ? undefined : texts.get(path);
  return path === undefined || line === undefined || lines === undefined
    ? []
    : remarksBeside(lines, path, line);
}

function waiversIn(remarks: readonly Remark[]): readonly Waiver[] {
  return remarks.flatMap((remark) => ("waiver" in remark ? [remark.waiver] : []));
}

function lapsedText({ rule, path }: Finding, { place, expires }: Excuse): string {
  const where = path === undefined ? "" : ` in ${path}`;
  return `the waiver of ${rule}${where} (${place}) ended on ${expires}: mend what it is for, or give it a new day`;
}

/** Reads each flagged file once. */
async function textsOf(
  findings: readonly Finding[],
  { lines }: Exceptions,
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
