import { createHash } from "node:crypto";
import { marks } from "#pipelines/reports/marks.ts";
import type { Results } from "#pipelines/reports/results.ts";
import { secondsText } from "#pipelines/text/format.ts";
import { runLines } from "#pipelines/verdict/run-facts.ts";
import { verdictSentence } from "#pipelines/verdict/verdict.ts";
import { checksSection } from "./checks.ts";
import { coverageSection } from "./coverage.ts";
import { findingsSection } from "./findings.ts";
import { Html, html } from "./html.ts";
import { changesSection } from "./packages.ts";
import { pageScript } from "./script.ts";
import { pageStyle } from "./style.ts";
import { testsSection } from "./tests.ts";

/**
 * Renders `index.html`, a page that loads nothing from outside. It shows the verdict, checks, test failures,
 * findings, coverage and links to the raw reports beside it. All text from outside is escaped. The page's own
 * policy allows only the one script, by its digest.
 */
export function renderPage({ verdict, findings, services }: Omit<Results, "sarif" | "root">): string {
  const { outcome, checks, notes, run } = verdict;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${outcome} · Slipway</title>
<style>${new Html(pageStyle)}</style>
</head>
<body>
<main>
<h1 class="${outcome}">${marks[outcome]} ${verdictSentence(verdict)}</h1>
${run === undefined ? undefined : html`<p class="run">${runLines(run).join(" · ")}, ${secondsText(run.seconds)}</p>`}
${notes.length === 0 ? undefined : html`<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}
${checksSection(checks)}
${testsSection(checks)}
${findingsSection(findings, services)}
${changesSection(checks)}
${coverageSection(checks)}
<footer><p>The same as data: <a href="./summary.json">summary.json</a>, <a href="./findings.json">findings.json</a>, <a href="./findings.sarif">findings.sarif</a>; in short: <a href="./summary.md">summary.md</a></p></footer>
</main>
<script>${new Html(pageScript)}</script>
</body>
</html>
`.text;
}

const policy = [
  "default-src 'none'",
  `style-src '${digest(pageStyle)}'`,
  `script-src '${digest(pageScript)}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

function digest(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
