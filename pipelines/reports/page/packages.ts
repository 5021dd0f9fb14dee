import type { Check } from "#pipelines/findings/evidence.ts";
import { allChanges, cellsOf, changesText } from "#pipelines/findings/package-diff.ts";
import { Html, html, relativeUrl } from "./html.ts";

/** The most changes that are shown; all of them are in changes.json. */
const mostShown = 500;
/** The number that is shown without a click. */
const few = 20;

/** The changes of each image's packages since the last release. */
export function changesSection(checks: readonly Check[]): Html {
  const tables = checks.flatMap(({ name, evidence: { changes } }) => {
    if (changes === undefined) return [];
    const all = allChanges(changes);
    const more = all.length - mostShown;
    if (all.length === 0)
      return [
        html`<p>${name} <small>${changesText(changes)}</small></p>
`,
      ];
    return [
      html`<details${all.length <= few ? new Html(" open") : undefined}>
<summary>${name} <small>${changesText(changes)}</small></summary>
<div class="wide"><table>
<thead><tr><th>Package</th><th>Type</th><th>Last release</th><th>Now</th></tr></thead>
<tbody>
${all.slice(0, mostShown).map((change) => {
  const [before, after] = cellsOf(change);
  return html`<tr><th scope="row">${change.name}</th><td data-label="Type">${change.type}</td><td data-label="Last release">${before}</td><td data-label="Now">${after}</td></tr>
`;
})}</tbody>
</table></div>
${more > 0 ? html`<p>${more} more are in <a href="${relativeUrl(`${name}/changes.json`)}">changes.json</a>.</p>` : undefined}
</details>
`,
    ];
  });
  return tables.length === 0
    ? html``
    : html`<h2>Packages</h2>
${tables}`;
}
