import {
  type FindingStatus,
  findingStatuses,
  type Severity,
  severities,
} from "#pipelines/findings/finding.ts";
import { placeText } from "#pipelines/findings/location.ts";
import type { MergedFinding } from "#pipelines/findings/merge.ts";
import type { PlannedService } from "#pipelines/plan/plan.ts";
import { scriptJson } from "#pipelines/text/json.ts";
import { isWithin } from "#pipelines/text/path.ts";
import { printable } from "#pipelines/text/printable.ts";
import { Html, html } from "./html.ts";

type Service = Pick<PlannedService, "name" | "path">;

/** The number of rows on one page of the table; the script turns the pages. */
export const rowsShown = 100;

const statusWords: Readonly<Record<FindingStatus, string>> = {
  blocking: "blocked by a gate",
  nonblocking: "blocked by no gate",
  baseline: "in the baseline",
  waived: "waived",
};

/**
 * The findings: their filters, the first of them as a table that needs no script, and all of them as data for the
 * script. The script shows a limited number at a time, so that a browser can handle any number.
 */
export function findingsSection(findings: readonly MergedFinding[], services: readonly Service[]): Html {
  if (findings.length === 0) return html``;
  const places = findings.map((finding) => servicesOf(finding, services));
  const more = findings.length - rowsShown;
  return html`<h2 id="findings">Findings (${findings.length})</h2>
${filters(findings, places)}
<p id="shown" role="status"></p>
<div class="wide"><table>
<thead><tr><th>Severity</th><th>Rule</th><th>Where</th><th>What</th><th>Fix</th><th>Seen by</th></tr></thead>
<tbody id="rows">
${findings.slice(0, rowsShown).map(row)}</tbody>
</table></div>
<p id="pages" hidden><button type="button" id="before">Previous</button> <button type="button" id="after">Next</button></p>
${more > 0 ? html`<noscript><p>${more} more are in <a href="./findings.json">findings.json</a>.</p></noscript>` : undefined}
<script type="application/json" id="data">${new Html(dataOf(findings, places))}</script>`;
}

/** The names of the services of a finding: from its checks, else from its place. */
function servicesOf({ seen }: MergedFinding, services: readonly Service[]): readonly string[] {
  const names = seen.map(({ service, path }) => {
    if (service !== undefined) return service;
    if (path === undefined) return "";
    const around = services.filter((each) => isWithin(path, each.path));
    return around.toSorted((a, b) => b.path.length - a.path.length)[0]?.name ?? "";
  });
  return [...new Set(names)];
}

function filters(findings: readonly MergedFinding[], places: readonly (readonly string[])[]): Html {
  const found = <Word extends string>(words: readonly Word[], of: (finding: MergedFinding) => Word) => {
    const there = new Set(findings.map(of));
    return words.filter((word) => there.has(word)).map((word) => [word, word] as const);
  };
  const graded = found<Severity>(severities, ({ severity }) => severity);
  const status = found<FindingStatus>(findingStatuses, (finding) => finding.status).map(
    ([word]) => [word, statusWords[word]] as const,
  );
  const tools = [...new Set(findings.flatMap((finding) => finding.tools))].sort();
  const services = [...new Set(places.flat())].sort();
  return html`<form id="filters" hidden>
${choice("severity", "Severity", graded)}
${choice(
  "service",
  "Service",
  services.map((name) => [name, name === "" ? "no service" : name]),
)}
${choice(
  "tool",
  "Tool",
  tools.map((tool) => [tool, tool]),
)}
${choice("status", "Status", status)}
<label>Text <input type="search" name="text" autocomplete="off" placeholder="press / to search"></label>
</form>`;
}

/** Options are identified by their position, so that a hostile value is not used as text. */
function choice(
  name: string,
  label: string,
  values: readonly (readonly [value: string, shown: string])[],
): Html {
  return html`<label>${label} <select name="${name}">
<option value="">all</option>
${values.map(([value, shown]) => html`<option value="=${value}">${shown}</option>`)}
</select></label>`;
}

function row(finding: MergedFinding): Html {
  const { severity, rule, message, fix, tools, advisory } = finding;
  const name = html`<code>${rule}</code>`;
  const status = statusText(finding);
  return html`<tr>
<td class="${severity}">${severity}</td>
<td>${advisory === undefined ? name : html`<a href="${advisory}" rel="noreferrer">${name}</a>`}</td>
<td class="where">${placesOf(finding).map((place) => html`<code>${place}</code>`)}</td>
<td class="prose">${message}${status === "" ? undefined : html` <small>${status}</small>`}</td>
<td data-label="Fix">${fix}</td>
<td class="check" data-label="Seen by">${tools.join(", ")}</td>
</tr>
`;
}

/** The places of a finding: the package, then three places at most. */
function placesOf({ package: subject, seen }: MergedFinding): readonly string[] {
  const all = new Set(seen.map((sighting) => placeText(sighting) ?? sighting.check));
  const some = [...all].slice(0, 3);
  return [
    ...(subject === undefined ? [] : [subject]),
    ...some,
    ...(all.size > 3 ? [`and ${all.size - 3} more`] : []),
  ];
}

function statusText({ status, waiver }: MergedFinding): string {
  if (waiver === undefined) return status === "blocking" ? "" : statusWords[status];
  const until = status === "waived" ? "waived until" : "its waiver ended on";
  return `${until} ${waiver.expires}: ${waiver.reason}`;
}

/** The findings as columns of numbers that stand for texts, because most texts occur many times. */
function dataOf(findings: readonly MergedFinding[], places: readonly (readonly string[])[]): string {
  const numbers = new Map<string, number>();
  const strings: string[] = [];
  const number = (text: string) => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, strings.length);
    strings.push(printable(text));
    return strings.length - 1;
  };
  const columns = {
    severity: findings.map(({ severity }) => number(severity)),
    status: findings.map(({ status }) => number(status)),
    rule: findings.map(({ rule }) => number(rule)),
    advisory: findings.map(({ advisory = "" }) => number(advisory)),
    where: findings.map((finding) => placesOf(finding).map(number)),
    message: findings.map(({ message }) => number(message)),
    statusText: findings.map((finding) => number(statusText(finding))),
    fix: findings.map(({ fix = "" }) => number(fix)),
    tool: findings.map(({ tools }) => tools.map(number)),
    service: places.map((names) => names.map(number)),
  };
  return scriptJson({ strings, ...columns });
}
