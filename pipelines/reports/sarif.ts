import { posix } from "node:path";
import { gzipSync } from "node:zlib";
import { type Finding, faultKinds, type Severity } from "#pipelines/findings/finding.ts";
import { placeText, shortId } from "#pipelines/findings/location.ts";
import type { MergedFinding, Sighting } from "#pipelines/findings/merge.ts";
import { bySeverity } from "#pipelines/findings/order.ts";
import { plainJson } from "#pipelines/text/json.ts";

/**
 * The limits of GitHub's code scanning, which rejects a whole file over any of them.
 *
 * @see https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit
 */
export interface SarifLimits {
  /** The size of the compressed file, in bytes. */
  readonly gzipped: number;
  readonly runs: number;
  /** The number of results in each run. */
  readonly results: number;
}

const github: SarifLimits = { gzipped: 10_000_000, runs: 20, results: 25_000 };
/** The number of places of one result that GitHub keeps. */
const mostPlaces = 100;

export interface Sarif {
  readonly text: string;
  /** The parts that were left out because of the limits, a sentence each. */
  readonly notes: readonly string[];
}

const levels = {
  CRITICAL: "error",
  HIGH: "error",
  MEDIUM: "warning",
  LOW: "note",
  UNKNOWN: "warning",
} as const;

/** The figures by which GitHub's code scanning sorts security findings. */
const scores: Readonly<Record<Severity, string | undefined>> = {
  CRITICAL: "9.5",
  HIGH: "8.0",
  MEDIUM: "5.5",
  LOW: "2.0",
  UNKNOWN: undefined,
};

/**
 * Writes findings as one SARIF 2.1.0 report, with one run for each tool. It contains every finding, blocked or not;
 * waived ones are suppressed. A finding of several tools is in the run of the first one and names the others. If
 * the limits are exceeded, the least severe findings are left out.
 *
 * @param root the folder of the source in the passed one; default: `.`. Code scanning needs paths from the top.
 * @see https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
export function writeSarif(
  findings: readonly MergedFinding[],
  root = ".",
  limits: SarifLimits = github,
): Sarif {
  const runs = new Map<string, MergedFinding[]>();
  for (const finding of fromTop(findings, root).toSorted(bySeverity)) {
    const tool = finding.tools[0] ?? "slipway";
    const run = runs.get(tool);
    if (run === undefined) runs.set(tool, [finding]);
    else run.push(finding);
  }
  const kept = [...runs]
    .slice(0, limits.runs)
    .map(([tool, run]) => [tool, run.slice(0, limits.results)] as const);
  const fewer = [
    ...[...runs].slice(limits.runs).map(([tool, run]) => [tool, 0, run.length] as const),
    ...kept.map(([tool, run]) => [tool, run.length, runs.get(tool)?.length ?? 0] as const),
  ].filter(([, some, all]) => some < all);
  const notes = fewer.map(
    ([tool, some, all]) =>
      `findings.sarif has the ${some} most severe of ${all} findings of ${tool}: GitHub accepts ${limits.results} in a run and ${limits.runs} runs. findings.json has all`,
  );
  return withinSize(kept, limits.gzipped, notes);
}

function fromTop(findings: readonly MergedFinding[], root: string): readonly MergedFinding[] {
  if (root === ".") return findings;
  const moved = <Place extends { readonly path?: string }>(place: Place): Place =>
    place.path === undefined ? place : { ...place, path: posix.join(root, place.path) };
  return findings.map((finding) => ({ ...moved(finding), seen: finding.seen.map(moved) }));
}

type Runs = readonly (readonly [tool: string, findings: readonly MergedFinding[]])[];

/** Removes the least severe findings of all runs until the compressed file is small enough. */
function withinSize(runs: Runs, most: number, notes: readonly string[]): Sarif {
  const all = runs.flatMap(([, findings]) => findings).toSorted(bySeverity);
  let left = runs;
  let count = all.length;
  for (;;) {
    const text = textOf(left);
    // Such a small text cannot exceed the limit when compressed, so compression is skipped.
    const size = text.length * 3 < most ? 0 : gzipSync(text).length;
    if (size <= most || count === 0) {
      const cut = `findings.sarif has the ${count} most severe of ${all.length} findings: GitHub accepts ${most} bytes compressed. findings.json has all`;
      return { text, notes: count < all.length ? [...notes, cut] : notes };
    }
    count = Math.floor(Math.min(count - 1, (count * most * 0.95) / size));
    const some = new Set(all.slice(0, count));
    left = runs.map(([tool, findings]) => [tool, findings.filter((finding) => some.has(finding))] as const);
  }
}

function textOf(runs: Runs): string {
  const named: Runs = runs.length === 0 ? [["slipway", []]] : runs;
  const report = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: named.map(([tool, findings]) => runOf(tool, findings)),
  };
  return `${plainJson(report)}\n`;
}

function runOf(tool: string, findings: readonly MergedFinding[]) {
  const rules = [...new Map(findings.map((finding) => [finding.rule, finding])).values()];
  const indexes = new Map(rules.map(({ rule }, index) => [rule, index]));
  return {
    tool: { driver: { name: tool, rules: rules.map(ruleOf) } },
    automationDetails: { id: `slipway/${tool}/` },
    columnKind: "utf16CodeUnits",
    results: findings.map((finding) => ({
      ruleId: finding.rule,
      ruleIndex: indexes.get(finding.rule),
      level: levels[finding.severity],
      message: { text: messageOf(finding) },
      locations: locationsOf(finding),
      partialFingerprints: { "slipway/v1": finding.fingerprint },
      ...(finding.status === "waived" && finding.waiver !== undefined
        ? {
            suppressions: [
              {
                kind: "external",
                justification: `${finding.waiver.reason} (until ${finding.waiver.expires})`,
              },
            ],
          }
        : {}),
      properties: { status: finding.status, tools: finding.tools },
    })),
  };
}

function ruleOf({ rule, kind, severity, advisory }: MergedFinding) {
  const security = kind !== "note" && !faultKinds.has(kind);
  const score = scores[severity];
  return {
    id: rule,
    ...(advisory === undefined ? {} : { helpUri: advisory }),
    properties: {
      tags: security ? [kind, "security"] : [kind],
      ...(security && score !== undefined ? { "security-severity": score } : {}),
    },
  };
}

/** The message of a finding. A space splits `](`, which would make a link. */
function messageOf(finding: MergedFinding): string {
  const subject = finding.package === undefined ? "" : `${finding.package}: `;
  const others = finding.tools.length < 2 ? "" : `\nSeen by ${finding.tools.join(", ")}`;
  const fix = finding.fix === undefined ? "" : `\nFix: ${finding.fix}`;
  const place = finding.commit === undefined ? "" : `\nIn ${placeText(finding) ?? shortId(finding.commit)}`;
  const text = `${subject}${finding.message}${place}${fix}${others}`.replaceAll("](", "] (");
  return text.trim() === "" ? finding.rule : text;
}

/** The places of a finding. GitHub rejects a result without a place, so the check's name replaces a missing file. */
function locationsOf({ path, line, commit, seen }: MergedFinding) {
  const places = new Map<string, Pick<Sighting, "path" | "line">>();
  for (const each of [{ path, line, commit }, ...seen]) {
    // The line in a commit may differ from the line in the source.
    const place = each.commit === undefined ? each : { path: each.path, line: undefined };
    if (place.path !== undefined) places.set(`${place.path}\n${place.line ?? ""}`, place);
  }
  const known = places.size === 0 ? [{ path: seen[0]?.check }] : [...places.values()];
  return known.slice(0, mostPlaces).map(locationOf);
}

function locationOf({ path = "", line }: Pick<Finding, "path" | "line">) {
  const uri = path
    .replace(/\p{Cs}/gu, "\ufffd")
    .split("/")
    .map(encodeURIComponent)
    .join("/");
  return {
    physicalLocation: {
      artifactLocation: { uri, uriBaseId: "%SRCROOT%" },
      ...(line === undefined ? {} : { region: { startLine: line } }),
    },
  };
}
