import { mergeFindings } from "#pipelines/findings/merge.ts";
import { flaggedLines, triage } from "#pipelines/gates/triage.ts";
import { writeFindings } from "#pipelines/reports/findings-json.ts";
import { renderPage } from "#pipelines/reports/page/page.ts";
import { writeSarif } from "#pipelines/reports/sarif.ts";
import { writeSummary } from "#pipelines/reports/summary-json.ts";
import { writeMarkdown } from "#pipelines/reports/summary-markdown.ts";
import { verdictOf } from "#pipelines/verdict/verdict.ts";
import { check } from "../samples.ts";

/**
 * Weighs, merges and renders 100,000 findings of four tools over fifty services, a process of its own, and prints what it
 * took. Every finding of flake8 is one of ruff's.
 */
const lines = Array.from(
  { length: 1000 },
  (_, at) => `    value_${at} = compute(${at}, "of a line like any other")`,
);
const gates = {
  coverage: 80,
  severity: ["HIGH"] as const,
  ignoreUnfixed: false,
  exemptions: { today: "2027-01-31", latest: "9999-12-31", waivers: [], lines: async () => lines },
};
const start = performance.now();
const checks = [];
for (let service = 0; service < 50; service++) {
  for (const tool of ["ruff", "flake8", "mypy", "bandit"]) {
    const findings = Array.from({ length: 500 }, (_, at) => ({
      tool,
      kind: "lint" as const,
      rule: tool === "flake8" || tool === "ruff" ? `E${at % 40}` : `${tool}-${at % 40}`,
      severity: "HIGH" as const,
      message: `${tool} has something to say about value_${at} of service ${service}, at some length`,
      path: `services/s${service}/src/module_${at % 20}.py`,
      line: at + 1,
    }));
    const { evidence } = triage(
      `s${service}/${tool}`,
      { findings },
      gates,
      await flaggedLines(findings, gates.exemptions),
    );
    checks.push(
      check({ name: `s${service}/${tool}`, outcome: "failed", reasons: [{ text: "500" }], evidence }),
    );
  }
}
const findings = mergeFindings(checks);
const sarif = writeSarif(findings);
const verdict = verdictOf(checks, sarif.notes);
const services = Array.from({ length: 50 }, (_, at) => ({ name: `s${at}`, path: `services/s${at}` }));
const texts = {
  page: renderPage({ verdict, findings, services }),
  summary: writeSummary(verdict),
  markdown: writeMarkdown({ verdict, findings }),
  findings: writeFindings(findings),
  sarif: sarif.text,
};
const { user, system } = process.cpuUsage();
const sizes = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text.length]));
process.stdout.write(
  JSON.stringify({
    found: checks.reduce((sum, { evidence }) => sum + evidence.findings.length, 0),
    merged: findings.length,
    wall: (performance.now() - start) / 1000,
    cpu: (user + system) / 1e6,
    memory: process.resourceUsage().maxRSS * 1024,
    sizes,
  }),
);
