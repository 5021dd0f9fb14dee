import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { mergeFindings } from "#pipelines/findings/merge.ts";
import { html, relativeUrl } from "#pipelines/reports/page/html.ts";
import { renderPage } from "#pipelines/reports/page/page.ts";
import { verdictOf } from "#pipelines/verdict/verdict.ts";
import { check, evidence, finding, hostile, tests, vulnerability } from "../../samples.ts";

function pageOf(checks: Parameters<typeof verdictOf>[0], notes: readonly string[] = []): string {
  const services = [{ name: "orders", path: "services/orders" }];
  return renderPage({ verdict: verdictOf(checks, notes), findings: mergeFindings(checks), services });
}

const full = (text: string) =>
  pageOf(
    [
      check({
        name: text,
        outcome: "failed",
        reasons: [{ text }],
        note: text,
        start: 1,
        evidence: evidence({
          findings: [
            finding({ tool: text, rule: text, message: text, path: text, fix: text }),
            vulnerability({ package: text, path: undefined, advisory: "https://example.com/?a=b&c" }),
            finding({
              rule: `${text}2`,
              status: "waived",
              waiver: { place: text, reason: text, expires: "2027-01-31" },
            }),
          ],
          tests: tests({
            failed: 1,
            failures: [{ name: text, message: text }],
            flaky: [{ name: text, retries: 1, message: text }],
          }),
          coverage: {
            percent: 91,
            coveredLines: 91,
            totalLines: 100,
            branches: { percent: 52, covered: 52, total: 100 },
            files: [{ path: text, percent: 91 }],
          },
        }),
        reports: [text],
      }),
    ],
    [text],
  );

/** The page's tags and attributes, without the text between and within. */
const skeleton = (page: string) =>
  page
    .replace(/(<script[^>]*>)[\s\S]*?<\/script>/g, "$1")
    .replace(/>[^<]*</g, "><")
    .replace(/(href|value)="[^"]*"/g, "$1");
/** What the script is given. */
const dataOf = (page: string) => JSON.parse(/id="data">([\s\S]*?)<\/script>/.exec(page)?.[1] ?? "");

test("hostile text adds no tag, no attribute and no invisible character", () => {
  const page = full(hostile);
  expect(skeleton(page)).toBe(skeleton(full("harmless")));
  expect(page.replaceAll("\n", "")).not.toMatch(/\p{Cc}|\p{Cf}/u);
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page.match(/<\/script/g)).toHaveLength(2);
  expect(page).toContain("&#60;script&#62;");
});

test.each([
  "</script><script>alert(1)</script>",
  "<!--<script>",
  "]]>",
  "\u2028\u2029",
  "\u202e\u2066\u200f\u061c",
  "\u001b]8;;https://evil.example\u0007",
  "\ud800",
  "__proto__",
])("%j as a message is data, and nothing else", (message) => {
  const page = pageOf([check({ evidence: evidence({ findings: [finding({ message })] }) })]);
  expect(page.match(/<\/?script/g)).toHaveLength(4);
  expect(page.replaceAll("\n", "")).not.toMatch(/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/u);
  const { strings, message: at } = dataOf(page);
  expect(strings[at[0]]).not.toMatch(/\p{C}/u);
});

test("nothing is loaded from outside, and nothing runs but the one script and the one style", () => {
  const page = full("x");
  const [, policy = ""] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  const digest = (text = "") => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  expect(policy.split("; ")).toEqual([
    "default-src 'none'",
    `style-src ${digest(/<style>([\s\S]*?)<\/style>/.exec(page)?.[1])}`,
    `script-src ${digest(/<script>([\s\S]*?)<\/script>/.exec(page)?.[1])}`,
    "base-uri 'none'",
    "form-action 'none'",
  ]);
  expect(page).not.toMatch(/src="|@import|url\(| on\w+=| style="|<link|innerHTML/);
});

test.each([
  ["orders/junit.xml", "./orders/junit.xml"],
  ["a b/ü#?.xml", "./a%20b/%C3%BC%23%3F.xml"],
  ["javascript:alert(1)", "./javascript%3Aalert(1)"],
  ["//evil.example/x", "./evil.example/x"],
  ["../../etc/passwd", "./etc/passwd"],
  ["a\ud800", "./a%EF%BF%BD"],
  ['"><b>', "./%22%3E%3Cb%3E"],
])("the link to %j is %s", (path, url) => {
  expect(relativeUrl(path)).toBe(url);
});

test("a flaky test, the covered branches and a waiver's reason are shown", () => {
  const page = full("x");
  expect(page).toContain("Flaky tests (1)");
  expect(page).toContain("a retry");
  expect(page).toContain("branches 52 %");
  expect(page).toContain("waived until 2027-01-31: x");
});

test("the verdict comes first, then notes, checks, failures, flaky tests, findings and coverage", () => {
  const page = full("x");
  const places = [
    "<h1",
    'class="notes"',
    ">Checks<",
    ">Test failures (1)<",
    ">Flaky tests (1)<",
    ">Findings (3)<",
    ">Coverage<",
  ].map((part) => page.indexOf(part));
  expect(places.every((place) => place > 0)).toBe(true);
  expect(places).toEqual([...places].sort((a, b) => a - b));
});

describe("the timeline", () => {
  const bars = (page: string) =>
    [...page.matchAll(/<rect x="([\d.]+)" y="0" width="([\d.]+)"/g)].map(([, x, width]) => [
      Number(x),
      Number(width),
    ]);

  test("begins with the first check and ends with the last", () => {
    const page = pageOf([
      check({ name: "a", start: 100, seconds: 10 }),
      check({ name: "b", start: 105, seconds: 15 }),
      check({ name: "c", outcome: "skipped" }),
    ]);
    expect(bars(page)).toEqual([
      [0, 50],
      [25, 75],
    ]);
    expect(page).toContain("0 to 20.0 s");
  });

  test("has a bar that can be seen of a check that took no time, and none of a run that took none", () => {
    expect(
      bars(pageOf([check({ name: "a", start: 0, seconds: 0 }), check({ name: "b", start: 0, seconds: 9 })])),
    ).toEqual([
      [0, 0.7],
      [0, 100],
    ]);
    expect(bars(pageOf([check({ start: 5, seconds: 0 })]))).toEqual([]);
  });
});

test("a finding of the whole source is of the service that it lies in", () => {
  const found = (path: string) => finding({ path, rule: path });
  const page = pageOf([
    check({ name: "scan", evidence: evidence({ findings: [found("services/orders/a.py"), found("b.py")] }) }),
    check({ name: "orders/ruff", evidence: evidence({ findings: [found("c.py")] }) }),
  ]);
  const { strings, rule, service } = dataOf(page);
  const named = rule.map((at: number, row: number) => [
    strings[at],
    service[row].map((name: number) => strings[name]),
  ]);
  expect(Object.fromEntries(named)).toEqual({
    "services/orders/a.py": ["orders"],
    "b.py": [""],
    "c.py": ["orders"],
  });
});

test("of very many findings some stand in the page and all are its data", () => {
  const findings = Array.from({ length: 1500 }, (_, line) => finding({ rule: `R${line}` }));
  const page = pageOf([check({ evidence: evidence({ findings }) })]);
  expect(page.match(/<tr>/g)).toHaveLength(1 + 1 + 1 + 100);
  expect(page).toContain("1400 more are in");
  expect(dataOf(page).rule).toHaveLength(1500);
});

test("the template escapes values in text and attributes, and takes lists and markup", () => {
  expect(html`<a title="${`"'<>&`}">${["<", html`<b>${1}</b>`, undefined]}</a>`.text).toBe(
    '<a title="&#34;&#39;&#60;&#62;&#38;">&#60;<b>1</b></a>',
  );
});
