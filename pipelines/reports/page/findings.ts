import { type Severity, type Standing, severities, standings } from "#pipelines/findings/finding.ts";
import { placeText } from "#pipelines/findings/location.ts";
import type { MergedFinding } from "#pipelines/findings/merge.ts";
import type { PlannedService } from "#pipelines/plan/plan.ts";
import { scriptJson } from "#pipelines/text/json.ts";
import { isWithin } from "#pipelines/text/path.ts";
import { printable } from "#pipelines/text/printable.ts";
import { html, Markup } from "./html.ts";

type Service = Pick<PlannedService, "name" | "path">;

/** So many rows stand on one page of the table; the script turns the pages. */
export const rowsShown = 100;

const standingWords: Readonly<Record<Standing, string>> = {
  stopped: "stopped by a gate",
  below: "below the gates",
  known: "known from the baseline",
  waived: "waived",
};

/**
 * The findings: what filters them, the first of them as a table that needs no script, and all of them as data for the
 * script, which shows so many at a time that a browser keeps up with any number.
 */
export function findingsSection(findings: readonly MergedFinding[], services: readonly Service[]): Markup {
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
<script type="application/json" id="data">${new Markup(dataOf(findings, places))}</script>`;
}

/** The names of the services that a finding is of: by its checks, else by where it lies. */
function servicesOf({ seen }: MergedFinding, services: readonly Service[]): readonly string[] {
  const names = seen.map(({ check, path }) => {
    const named = services.find(({ name }) => check.startsWith(`${name}/`));
    if (named !== undefined) return named.name;
    if (path === undefined) return "";
    const around = services.filter((service) => isWithin(path, service.path));
    return around.toSorted((a, b) => b.path.length - a.path.length)[0]?.name ?? "";
  });
  return [...new Set(names)];
}

function filters(findings: readonly MergedFinding[], places: readonly (readonly string[])[]): Markup {
  const found = <Word extends string>(words: readonly Word[], of: (finding: MergedFinding) => Word) => {
    const there = new Set(findings.map(of));
    return words.filter((word) => there.has(word)).map((word) => [word, word] as const);
  };
  const graded = found<Severity>(severities, ({ severity }) => severity);
  const standing = found<Standing>(standings, (finding) => finding.standing).map(
    ([word]) => [word, standingWords[word]] as const,
  );
  const tools = [...new Set(findings.flatMap((finding) => finding.tools))].sort();
  const services = [...new Set(places.flat())].sort();
  return html`<form id="filters" hidden>
${choice("severity", "Severity", graded)}
${choice(
  "service",
  "Service",
  services.map((name) => [name, name === "" ? "none in particular" : name]),
)}
${choice(
  "tool",
  "Tool",
  tools.map((tool) => [tool, tool]),
)}
${choice("standing", "Gate", standing)}
<label>Text <input type="search" name="text" autocomplete="off" placeholder="press / to search"></label>
</form>`;
}

/** Values are told by their place, so that a hostile one is not looked for as text. */
function choice(
  name: string,
  label: string,
  values: readonly (readonly [value: string, shown: string])[],
): Markup {
  return html`<label>${label} <select name="${name}">
<option value="">all</option>
${values.map(([value, shown]) => html`<option value="=${value}">${shown}</option>`)}
</select></label>`;
}

function row(finding: MergedFinding): Markup {
  const { severity, rule, message, fix, tools, advisory } = finding;
  const name = html`<code>${rule}</code>`;
  const standing = standingText(finding);
  return html`<tr>
<td class="${severity}">${severity}</td>
<td>${advisory === undefined ? name : html`<a href="${advisory}" rel="noreferrer">${name}</a>`}</td>
<td class="where">${placesOf(finding).map((place) => html`<code>${place}</code>`)}</td>
<td class="prose">${message}${standing === "" ? undefined : html` <small>${standing}</small>`}</td>
<td data-label="Fix">${fix}</td>
<td class="check" data-label="Seen by">${tools.join(", ")}</td>
</tr>
`;
}

/** Where it is: the package, then three places at most. */
function placesOf({ package: subject, seen }: MergedFinding): readonly string[] {
  const all = new Set(seen.map((sighting) => placeText(sighting) ?? sighting.check));
  const some = [...all].slice(0, 3);
  return [
    ...(subject === undefined ? [] : [subject]),
    ...some,
    ...(all.size > 3 ? [`and ${all.size - 3} more`] : []),
  ];
}

function standingText({ standing, excuse }: MergedFinding): string {
  if (excuse === undefined) return standing === "stopped" ? "" : standingWords[standing];
  const until = standing === "waived" ? "waived until" : "its waiver ended on";
  return `${until} ${excuse.expires}: ${excuse.reason}`;
}

/** The findings as columns of numbers, which stand for texts: most texts stand many times. */
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
    standing: findings.map(({ standing }) => number(standing)),
    rule: findings.map(({ rule }) => number(rule)),
    advisory: findings.map(({ advisory = "" }) => number(advisory)),
    where: findings.map((finding) => placesOf(finding).map(number)),
    message: findings.map(({ message }) => number(message)),
    remark: findings.map((finding) => number(standingText(finding))),
    fix: findings.map(({ fix = "" }) => number(fix)),
    tool: findings.map(({ tools }) => tools.map(number)),
    service: places.map((names) => names.map(number)),
  };
  return scriptJson({ strings, ...columns });
}
