import { Marked } from "marked";
import { expect, test } from "vitest";
import { mergeFindings } from "#pipelines/findings/merge.ts";
import { code, codeBlock } from "#pipelines/reports/markdown.ts";
import { writeMarkdown } from "#pipelines/reports/summary-markdown.ts";
import { verdictOf } from "#pipelines/verdict/verdict.ts";
import { check, evidence, finding, hostile, tests } from "../samples.ts";

const marked = new Marked({ gfm: true, async: false });
const render = (text: string) => String(marked.parse(text));

const full = (text: string) => {
  const checks = [
    check({
      name: text,
      outcome: "failed",
      reasons: [{ text }],
      evidence: evidence({
        findings: [finding({ tool: text, rule: text, message: text, path: text, fix: text })],
        tests: tests({ failed: 1, failures: [{ name: text, message: `${text}\n\n${text}` }] }),
      }),
    }),
    check({ name: "orders/image", outcome: "skipped", reasons: [{ text }] }),
  ];
  return writeMarkdown({ verdict: verdictOf(checks, [text]), findings: mergeFindings(checks) });
};

/** The tags that Markdown makes of a text. */
const tagsOf = (text: string) => [...render(text).matchAll(/<[^>]*>/g)].map(([tag]) => tag);

test.each([
  hostile,
  "[a](https://evil.example)",
  "![a](https://evil.example/x.png)",
  "https://evil.example www.evil.example a@evil.example",
  "@everyone closes #1",
  "`code` ``` ~~~",
  "a | b | c",
  "**bold** _it_ ~~gone~~",
  "# title\n\n- list\n\n> quote\n\n---",
  "</code></pre></details><img src=x onerror=alert(1)>",
  "<!-- hidden",
  "&lt;script&gt;",
  "\\| \\` \\<",
  "\u202egnp.exe",
  "\u001b[31mred",
  "    four blanks",
  "1. one",
  "[x]: https://evil.example",
  ":tada: $x$ \\(y\\)",
])("%j has no meaning in Markdown", (text) => {
  const written = full(text);
  expect(tagsOf(written)).toEqual(tagsOf(full("harmless")));
  expect(written.replaceAll("\n", "")).not.toMatch(/\p{Cc}|\p{Cf}/u);
  expect(written).not.toMatch(/https?:\/\/|www\.|@|(?<!&)#1/);
});

test("what was written is what is read", () => {
  const unescaped = render(code("a < b & c | d * e_f [g](h)")).replace(/&#(\d+);/g, (_, number) =>
    String.fromCharCode(Number(number)),
  );
  expect(unescaped).toContain("<code>a < b & c | d * e_f [g](h)</code>");
  expect(code("")).toBe("");
  expect(codeBlock(["a", "", "b"])).toBe("<pre>a\n&#32;\nb</pre>");
  expect(code("x".repeat(300))).toHaveLength("<code></code>".length + 200);
});

test("the verdict, the failed checks and their findings come first", () => {
  const written = full("harmless");
  const places = [
    "## ✘ Slipway: failed",
    "| ✘ failed |",
    "| – skipped |",
    "### Test failures (1)",
    "### Findings (1)",
  ].map((part) => written.indexOf(part));
  expect(places.every((place) => place >= 0)).toBe(true);
  expect(places).toEqual([...places].sort((a, b) => a - b));
});

test("a comment of a pull request takes it, however much there is", () => {
  const findings = Array.from({ length: 5000 }, (_, line) =>
    finding({ rule: `R${line}`, message: "<".repeat(5000) }),
  );
  const failures = Array.from({ length: 500 }, (_, at) => ({
    name: `t${at}`,
    message: `${"<".repeat(2000)}\n`.repeat(50),
  }));
  const checks = Array.from({ length: 300 }, (_, at) =>
    check({
      name: `s${at}/ruff`,
      outcome: "failed",
      reasons: [{ text: "<".repeat(3000) }],
      evidence: evidence(at === 0 ? { findings, tests: tests({ failed: 500, failures }) } : {}),
    }),
  );
  const written = writeMarkdown({ verdict: verdictOf(checks), findings: mergeFindings(checks) });
  expect(written.length).toBeLessThan(65_536);
  expect(written).toContain("index.html");
});
