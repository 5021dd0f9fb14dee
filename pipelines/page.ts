import type { Check } from "./check.ts";
import { percentText, secondsText } from "./figure.ts";
import type { Finding } from "./finding.ts";
import { html, Markup, relativeUrl } from "./markup.ts";
import { pageStyle } from "./page-style.ts";
import { byGravity } from "./policy.ts";
import { textsOf, type Verdict, verdictSentence } from "./verdict.ts";

/** More rows than a browser or a reader takes; all of them are in summary.json. */
const mostRows = 1000;

const marks = { passed: "✔", failed: "✘", errored: "!", skipped: "–" } as const;

/**
 * Renders `index.html`: one page without script or anything from outside, the verdict first, then checks,
 * test failures, findings and links to the raw reports beside it. All text from outside is escaped, and the
 * page's own policy forbids whatever might still get through.
 */
export function renderPage(verdict: Verdict): string {
  const { outcome, checks } = verdict;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${outcome} · Slipway</title>
<style>${new Markup(pageStyle)}</style>
</head>
<body>
<main>
<h1 class="${outcome}">${marks[outcome]} ${verdictSentence(verdict)}</h1>
${checkTable(checks)}
${failureList(checks)}
${flakyList(checks)}
${findingTable(checks)}
<footer><p>The same as data: <a href="./summary.json">summary.json</a></p></footer>
</main>
</body>
</html>
`.text;
}

function checkTable(checks: readonly Check[]): Markup {
  const rows = checks.map(
    (check) => html`<tr>
<th scope="row">${check.name}</th>
<td class="${check.outcome}">${marks[check.outcome]} ${check.outcome}</td>
<td class="prose">${textsOf(check).map((text) => html`<p>${text}</p>`)}</td>
<td class="number" data-label="Lines covered">${coveredOf(check)}</td>
<td class="number" data-label="Time">${check.outcome === "skipped" ? "" : secondsText(check.seconds)}</td>
<td class="links">${check.reports.map((path) => html`<p><a href="${relativeUrl(path)}">${path}</a></p>`)}</td>
</tr>
`,
  );
  return html`<h2>Checks</h2>
<div class="wide"><table>
<thead><tr><th>Check</th><th>Result</th><th>Why</th><th>Lines covered</th><th>Time</th><th>Reports</th></tr></thead>
<tbody>
${rows}</tbody>
</table></div>`;
}

function failureList(checks: readonly Check[]): Markup {
  const failures = checks.flatMap(({ name, evidence }) =>
    (evidence.tests?.failures ?? []).map((failure) => ({ ...failure, check: name })),
  );
  if (failures.length === 0) return html``;
  const shown = failures.slice(0, mostRows).map(
    ({ check, name, message }) => html`<details>
<summary>${name} <small>${check}</small></summary>
<pre>${message}</pre>
</details>
`,
  );
  return html`<h2>Test failures (${failures.length})</h2>
${shown}${more(failures.length)}`;
}

function flakyList(checks: readonly Check[]): Markup {
  const flaky = checks.flatMap(({ name, evidence }) =>
    (evidence.tests?.flaky ?? []).map((test) => ({ ...test, check: name })),
  );
  if (flaky.length === 0) return html``;
  const shown = flaky.slice(0, mostRows).map(
    ({ check, name, retries, message }) => html`<details>
<summary>${name} <small>${check}, ${retries === 1 ? "a retry" : `${retries} retries`}</small></summary>
<pre>${message}</pre>
</details>
`,
  );
  return html`<h2>Flaky tests (${flaky.length})</h2>
${shown}${more(flaky.length)}`;
}

function coveredOf({ evidence: { coverage } }: Check): Markup {
  if (coverage === undefined) return html``;
  const { percent, branches } = coverage;
  return html`${percentText(percent)}${branches === undefined ? undefined : html`<br><small>branches ${percentText(branches.percent)}</small>`}`;
}

function findingTable(checks: readonly Check[]): Markup {
  const findings = checks
    .flatMap(({ name, evidence }) => evidence.findings.map((finding) => ({ ...finding, check: name })))
    .sort(byGravity);
  if (findings.length === 0) return html``;
  return html`<h2>Findings (${findings.length})</h2>
<div class="wide"><table>
<thead><tr><th>Severity</th><th>Rule</th><th>Where</th><th>What</th><th>Fix</th><th>Check</th></tr></thead>
<tbody>
${findings.slice(0, mostRows).map(
  (finding) => html`<tr>
<td class="${finding.severity}">${finding.severity}</td>
<td><code>${finding.rule}</code></td>
<td class="where">${whereOf(finding)}</td>
<td class="prose">${finding.message}</td>
<td data-label="Fix">${finding.fix}</td>
<td class="check" data-label="Check">${finding.check}</td>
</tr>
`,
)}</tbody>
</table></div>${more(findings.length)}`;
}

function whereOf({ path, line, package: subject }: Finding): Markup {
  const place = path === undefined ? undefined : `${path}${line === undefined ? "" : `:${line}`}`;
  return html`${subject === undefined ? undefined : html`<p>${subject}</p>`}${place === undefined ? undefined : html`<code>${place}</code>`}`;
}

function more(total: number): Markup {
  if (total <= mostRows) return html``;
  return html`<p>${total - mostRows} more are in <a href="./summary.json">summary.json</a>.</p>`;
}
