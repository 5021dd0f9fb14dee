import type { Check } from "#pipelines/findings/evidence.ts";
import { placeText } from "#pipelines/findings/location.ts";
import type { MergedFinding } from "#pipelines/findings/merge.ts";
import { allChanges, cellsOf, changesText } from "#pipelines/findings/package-diff.ts";
import { countText, percentText, secondsText } from "#pipelines/text/format.ts";
import { runLines } from "#pipelines/verdict/run-facts.ts";
import { verdictSentence } from "#pipelines/verdict/verdict.ts";
import { checkLines } from "./check-lines.ts";
import { code, codeBlock } from "./markdown.ts";
import { marks } from "./marks.ts";
import type { Results } from "./results.ts";

/** A comment on a pull request may have 65,536 characters. */
const longest = 60_000;
const mostFindings = 25;
const mostFailures = 10;
const mostChecks = 150;
const mostChanges = 40;

/**
 * Writes `summary.md`: a short form of the verdict, for a job's summary or a pull request. Text from outside is
 * escaped.
 */
export function writeMarkdown({ verdict, findings }: Pick<Results, "verdict" | "findings">): string {
  const { outcome, checks, notes, run } = verdict;
  const parts = [
    `## ${marks[outcome]} Slipway: ${outcome}`,
    code(verdictSentence(verdict), 2000),
    ...(run === undefined ? [] : runLines(run).map((line) => code(line, 500))),
    ...(notes.length === 0
      ? []
      : [
          notes
            .slice(0, 20)
            .map((note) => `- ${code(note, 500)}`)
            .join("\n"),
        ]),
    checksTable(checks),
    ...failures(checks),
    ...findingsTable(findings),
    ...changesTables(checks),
  ];
  return `${fitting(parts).join("\n\n")}\n`;
}

/** The first parts that fit as a whole. */
function fitting(parts: readonly string[]): readonly string[] {
  const kept: string[] = [];
  let length = 0;
  for (const part of parts) {
    length += part.length + 2;
    if (length > longest) return [...kept, "More is in `index.html`."];
    kept.push(part);
  }
  return kept;
}

/** The checks as a table; those that need attention come first. */
function checksTable(checks: readonly Check[]): string {
  const shown = checkLines(checks).slice(0, mostChecks);
  const rows = shown.map(({ check, texts }) => {
    const covered = check.evidence.coverage === undefined ? "" : percentText(check.evidence.coverage.percent);
    const time = check.outcome === "skipped" ? "" : secondsText(check.seconds);
    const why = texts.map((text) => code(text, 300)).join("<br>");
    return `| ${code(check.name, 80)} | ${marks[check.outcome]} ${check.outcome} | ${why} | ${covered} | ${time} |`;
  });
  const more = checks.length - shown.length;
  return [
    "| Check | Result | Why | Lines covered | Time |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    ...(more > 0 ? ["", `${countText(more, "check")} more in \`index.html\`.`] : []),
  ].join("\n");
}

function failures(checks: readonly Check[]): readonly string[] {
  const all = checks.flatMap(({ name: check, evidence }) =>
    (evidence.tests?.failures ?? []).map((failure) => ({ ...failure, check })),
  );
  if (all.length === 0) return [];
  const shown = all.slice(0, mostFailures).map(({ check, name, message }) => {
    const lines = message.split(/\r\n|\n/).slice(-20);
    const cut = lines.map((line) => line.slice(0, 300));
    return `<details><summary>${code(name)} ${code(check, 80)}</summary>\n${codeBlock(cut)}\n</details>`;
  });
  const more = all.length - shown.length;
  return [
    `### Test failures (${all.length})`,
    ...shown,
    ...(more > 0 ? [`${countText(more, "failure")} more in \`index.html\`.`] : []),
  ];
}

function findingsTable(findings: readonly MergedFinding[]): readonly string[] {
  const stopped = findings.filter(({ status }) => status === "blocking");
  if (findings.length === 0) return [];
  const rest = findings.length - stopped.length;
  const others = rest === 0 ? "" : `, ${rest} more that do not block`;
  const title = `### Findings (${stopped.length}${others})`;
  if (stopped.length === 0) return [title];
  const rows = stopped.slice(0, mostFindings).map((finding) => {
    const { severity, rule, message, fix = "", tools } = finding;
    return `| ${severity} | ${code(rule, 80)} | ${code(placeOf(finding))} | ${code(message)} | ${code(fix, 100)} | ${tools.map((tool) => code(tool, 40)).join(" ")} |`;
  });
  const head = ["Severity", "Rule", "Where", "What", "Fix", "Seen by"];
  return [title, table(head, rows, stopped.length - rows.length, "finding")];
}

function changesTables(checks: readonly Check[]): readonly string[] {
  return checks.flatMap(({ name, evidence: { changes } }) => {
    if (changes === undefined) return [];
    const all = allChanges(changes);
    const title = `### Packages: ${code(name, 80)}`;
    if (all.length === 0) return [title, `${code(changesText(changes))}`];
    const rows = all.slice(0, mostChanges).map((change) => {
      const [before, after] = cellsOf(change);
      return `| ${code(change.name, 80)} | ${code(change.type, 20)} | ${code(before)} | ${code(after)} |`;
    });
    const head = ["Package", "Type", "Last release", "Now"];
    return [title, code(changesText(changes)), table(head, rows, all.length - rows.length, "package")];
  });
}

/** A table, with the number of further rows that only the page shows. */
function table(head: readonly string[], rows: readonly string[], more: number, noun: string): string {
  return [
    `| ${head.join(" | ")} |`,
    `|${" --- |".repeat(head.length)}`,
    ...rows,
    ...(more > 0 ? ["", `${countText(more, noun)} more in \`index.html\`.`] : []),
  ].join("\n");
}

function placeOf(finding: MergedFinding): string {
  const place = placeText(finding) ?? finding.seen[0]?.check;
  return [finding.package, place].filter((part) => part !== undefined).join(" in ");
}
