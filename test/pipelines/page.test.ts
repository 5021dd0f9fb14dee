import { expect, test } from "vitest";
import { html, relativeUrl } from "../../pipelines/markup.ts";
import { renderPage } from "../../pipelines/page.ts";
import { verdictOf } from "../../pipelines/verdict.ts";
import { check, evidence, finding, hostile, tests, vulnerability } from "./samples.ts";

const full = (text: string) =>
  renderPage(
    verdictOf([
      check({
        name: text,
        outcome: "failed",
        reasons: [{ text }],
        note: text,
        evidence: evidence({
          findings: [
            finding({ tool: text, rule: text, message: text, path: text, fix: text }),
            vulnerability({ package: text, path: undefined }),
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
            files: [],
          },
        }),
        reports: [text],
      }),
    ]),
  );

/** The page's tags and attributes, without the text between and within. */
const skeleton = (page: string) => page.replace(/>[^<]*</g, "><").replace(/href="[^"]*"/g, "href");

test("hostile text adds no tag, no attribute and no invisible character", () => {
  const page = full(hostile);
  expect(skeleton(page)).toBe(skeleton(full("harmless")));
  expect(page.replaceAll("\n", "")).not.toMatch(/\p{Cc}|\p{Cf}/u);
  expect(page).not.toContain("<script");
  expect(page).toContain("&#60;script&#62;");
});

test("nothing is loaded, linked or run from outside", () => {
  const page = full("x");
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  expect(page).not.toMatch(/https?:|src="|@import|url\(| on\w+=/);
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

test("a flaky test and the covered branches are shown", () => {
  const page = full("x");
  expect(page).toContain("Flaky tests (1)");
  expect(page).toContain("a retry");
  expect(page).toContain("branches 52 %");
});

test("the verdict comes first, then checks, failures, flaky tests and findings", () => {
  const page = full("x");
  const places = ["<h1", ">Checks<", ">Test failures (1)<", ">Flaky tests (1)<", ">Findings (2)<"].map(
    (part) => page.indexOf(part),
  );
  expect(places.every((place) => place > 0)).toBe(true);
  expect(places).toEqual([...places].sort((a, b) => a - b));
});

test("of very many findings the page says how many it leaves out", () => {
  const findings = Array.from({ length: 1500 }, (_, line) => finding({ line: line + 1 }));
  const page = renderPage(verdictOf([check({ evidence: evidence({ findings }) })]));
  expect(page.match(/<tr>/g)).toHaveLength(1 + 1 + 1 + 1000);
  expect(page).toContain("500 more are in");
});

test("the template escapes values in text and attributes, and takes lists and markup", () => {
  expect(html`<a title="${`"'<>&`}">${["<", html`<b>${1}</b>`, undefined]}</a>`.text).toBe(
    '<a title="&#34;&#39;&#60;&#62;&#38;">&#60;<b>1</b></a>',
  );
});
