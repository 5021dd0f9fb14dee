import type { Check } from "./evidence.ts";
import { type AppliedWaiver, type FindingStatus, findingStatuses, type JudgedFinding } from "./finding.ts";
import { advisoryKey, advisoryPrint, ruleKey } from "./fingerprint.ts";
import { bySeverity } from "./order.ts";

/** One report of a finding: by one tool, in one check and at one place. */
export interface Sighting {
  /** The name of the check that reported it. */
  readonly check: string;
  /** The service of the check; absent for a check of the whole repository. */
  readonly service?: string;
  readonly tool: string;
  /** The tool's name for the rule. */
  readonly rule: string;
  readonly package?: string;
  readonly path?: string;
  readonly line?: number;
  readonly commit?: string;
  /** The fingerprint of this report alone, if another database's id gave it a different one. */
  readonly fingerprint?: string;
  readonly status: FindingStatus;
}

/** One problem, however many tools reported it, and however often. */
export interface MergedFinding extends Omit<JudgedFinding, "tool"> {
  /** Every tool that reported it, in order of their names. */
  readonly tools: readonly string[];
  readonly seen: readonly Sighting[];
}

/**
 * Joins the findings of all checks, each problem once: by its fingerprint, or for an advisory by any of its ids. A
 * problem has the severity of its most severe report, and blocks if one of its reports does. Blocking problems come
 * first, then the order is by severity.
 */
export function mergeFindings(checks: readonly Check[]): readonly MergedFinding[] {
  const names = idsOf(checks);
  const groups = new Map<string, Found[]>();
  for (const { name, service, evidence } of checks) {
    const seen = { check: name, ...(service !== undefined && { service }) };
    for (const finding of evidence.findings) {
      const fingerprint = printOf(finding, names);
      const group = groups.get(fingerprint);
      if (group === undefined) groups.set(fingerprint, [{ seen, finding }]);
      else group.push({ seen, finding });
    }
  }
  return [...groups].map(([fingerprint, group]) => merged(fingerprint, group)).sort(byStatus);
}

interface Found {
  readonly seen: Pick<Sighting, "check" | "service">;
  readonly finding: JudgedFinding;
}

/** For each id of an advisory, its main id, from the facts of all tools. */
function idsOf(checks: readonly Check[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { evidence } of checks) {
    for (const { kind, rule, aliases = [] } of evidence.findings) {
      if (kind !== "vulnerability" || aliases.length === 0) continue;
      const ids = [rule, ...aliases];
      const name = advisoryKey(ids.flatMap((id) => [id, names.get(id) ?? id]));
      for (const id of ids) names.set(id, name);
    }
  }
  return names;
}

function printOf(finding: JudgedFinding, names: ReadonlyMap<string, string>): string {
  if (finding.kind !== "vulnerability" || finding.package === undefined) return finding.fingerprint;
  const key = ruleKey(finding);
  return advisoryPrint(names.get(key) ?? key, finding.package);
}

function merged(fingerprint: string, group: readonly Found[]): MergedFinding {
  const all = group.map(({ finding }) => finding);
  const [first] = all.toSorted(bySeverity);
  if (first === undefined) throw new Error("a group without a finding");
  const { tool: _, fix: _fix, advisory: _advisory, aliases: _aliases, waiver: _excuse, ...rest } = first;
  const aliases = [
    ...new Set(
      all.flatMap(({ rule, aliases = [] }) =>
        first.kind === "vulnerability" ? [rule, ...aliases] : aliases,
      ),
    ),
  ]
    .filter((id) => id !== first.rule)
    .sort();
  const status = findingStatuses.find((each) => all.some((finding) => finding.status === each)) ?? "blocking";
  const waiver: AppliedWaiver | undefined = all.find(
    (finding) => finding.status === status && finding.waiver,
  )?.waiver;
  const fix = all.find((finding) => finding.fix !== undefined)?.fix;
  const advisory = all.find((finding) => finding.advisory !== undefined)?.advisory;
  return {
    ...rest,
    fingerprint,
    status,
    ...(fix === undefined ? {} : { fix }),
    ...(advisory === undefined ? {} : { advisory }),
    ...(aliases.length === 0 ? {} : { aliases }),
    ...(waiver === undefined ? {} : { waiver }),
    tools: [...new Set(all.map(({ tool }) => tool))].sort(),
    seen: sightings(fingerprint, group),
  };
}

function sightings(fingerprint: string, group: readonly Found[]): readonly Sighting[] {
  const all = group.map(({ seen, finding }) => ({
    ...seen,
    tool: finding.tool,
    rule: finding.rule,
    ...(finding.package === undefined ? {} : { package: finding.package }),
    ...(finding.path === undefined ? {} : { path: finding.path }),
    ...(finding.line === undefined ? {} : { line: finding.line }),
    ...(finding.commit === undefined ? {} : { commit: finding.commit }),
    ...(finding.fingerprint === fingerprint ? {} : { fingerprint: finding.fingerprint }),
    status: finding.status,
  }));
  return all.length === 1 ? all : [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
}

function byStatus(a: MergedFinding, b: MergedFinding): number {
  const stops = (finding: MergedFinding) => (finding.status === "blocking" ? 0 : 1);
  return stops(a) - stops(b) || bySeverity(a, b);
}
