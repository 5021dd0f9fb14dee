import { reasonText } from "#pipelines/errors/explain.ts";
import { type Check, firstStart } from "#pipelines/findings/evidence.ts";
import { marks } from "#pipelines/reports/marks.ts";
import { percentText, secondsText } from "#pipelines/text/format.ts";
import { type Html, html, relativeUrl } from "./html.ts";

/** The checks as a table: the result of each, the reason, and its time as a bar on an axis that all checks share. */
export function checksSection(checks: readonly Check[]): Html {
  const span = spanOf(checks);
  return html`<h2>Checks</h2>
<div class="wide"><table>
<thead><tr><th>Check</th><th>Result</th><th>Why</th><th>Lines covered</th><th>Time</th><th>${span.length > 0 ? `0 to ${secondsText(span.length)}` : ""}</th><th>Reports</th></tr></thead>
<tbody>
${checks.map((check) => row(check, span))}</tbody>
</table></div>`;
}

/** The time from the start of the first check to the end of the last one, in seconds. */
interface Span {
  readonly first: number;
  readonly length: number;
}

function spanOf(checks: readonly Check[]): Span {
  const first = firstStart(checks);
  const last = checks.reduce((end, { start = 0, seconds }) => Math.max(end, start + seconds), 0);
  return { first, length: Number.isFinite(first) ? last - first : 0 };
}

function row(check: Check, span: Span): Html {
  const { name, outcome, seconds, reports } = check;
  return html`<tr>
<th scope="row">${name}</th>
<td class="${outcome}">${marks[outcome]} ${outcome}</td>
<td class="prose">${why(check)}</td>
<td class="number" data-label="Lines covered">${coveredOf(check)}</td>
<td class="number" data-label="Time">${outcome === "skipped" ? "" : secondsText(seconds)}</td>
<td class="line">${bar(check, span)}</td>
<td class="links">${reports.length > 0 ? links(reports) : undefined}</td>
</tr>
`;
}

function why({ reasons, note }: Check): readonly Html[] {
  if (reasons.length === 0) return note === undefined ? [] : [html`<p>${note}</p>`];
  return reasons.map(({ remedy, ...rest }) => {
    const text = reasonText(rest);
    return remedy === undefined ? html`<p>${text}</p>` : html`<p>${text}<br><small>${remedy}</small></p>`;
  });
}

function bar({ outcome, start, seconds }: Check, { first, length }: Span): Html | undefined {
  if (start === undefined || length <= 0) return undefined;
  const at = (100 * (start - first)) / length;
  const wide = Math.max(0.7, (100 * seconds) / length);
  const told = `from ${secondsText(start - first)} to ${secondsText(start - first + seconds)}`;
  return html`<svg class="bar ${outcome}" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="${told}"><title>${told}</title><rect x="${Math.min(at, 99.3).toFixed(2)}" y="0" width="${wide.toFixed(2)}" height="10"></rect></svg>`;
}

function links(paths: readonly string[]): Html {
  const all = paths.map((path) => html`<p><a href="${relativeUrl(path)}">${path}</a></p>`);
  return paths.length <= 3
    ? html`${all}`
    : html`<details><summary>${paths.length} files</summary>${all}</details>`;
}

function coveredOf({ evidence: { coverage } }: Check): Html {
  if (coverage === undefined) return html``;
  const { percent, branches } = coverage;
  return html`${percentText(percent)}${branches === undefined ? undefined : html`<br><small>branches ${percentText(branches.percent)}</small>`}`;
}
