import type { Check } from "#pipelines/findings/evidence.ts";
import { countText, percentText } from "#pipelines/text/format.ts";
import { type Html, html } from "./html.ts";

/** The most files that are shown; all of them are in summary.json. */
const mostShown = 500;

/** The covered lines by file, least covered first, for each check that measured them. */
export function coverageSection(checks: readonly Check[]): Html {
  const measured = checks.flatMap(({ name, evidence: { coverage } }) =>
    coverage === undefined || coverage.files.length === 0 ? [] : [{ name, ...coverage }],
  );
  if (measured.length === 0) return html``;
  const lists = measured.map(({ name, percent, files }) => {
    const shown = files.toSorted((a, b) => a.percent - b.percent).slice(0, mostShown);
    const more = files.length - shown.length;
    return html`<details>
<summary>${name} <small>${percentText(percent)} of ${countText(files.length, "file")}</small></summary>
<table class="files"><tbody>
${shown.map(
  (
    file,
  ) => html`<tr><td class="number">${percentText(file.percent)}</td><td><svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect x="0" y="0" width="${Math.max(0, Math.min(100, file.percent)).toFixed(1)}" height="10"></rect></svg></td><th scope="row">${file.path}</th></tr>
`,
)}</tbody></table>
${more > 0 ? html`<p>${more} more are in <a href="./summary.json">summary.json</a>.</p>` : undefined}
</details>
`;
  });
  return html`<h2>Coverage</h2>
${lists}`;
}
