import { describe, expect, test } from "vitest";
import type { Outcome } from "#pipelines/findings/evidence.ts";
import { renderVerdict } from "#pipelines/reports/console.ts";
import { columnsOf } from "#pipelines/text/printable.ts";
import { shardVerdict, verdictOf, verdictSentence } from "#pipelines/verdict/verdict.ts";
import { check, hostile } from "../samples.ts";

const of = (...outcomes: Outcome[]) =>
  verdictOf(outcomes.map((outcome, n) => check({ name: `c${n}`, outcome })));

test.each<[readonly Outcome[], string]>([
  [["passed", "passed"], "passed"],
  [["passed", "skipped"], "passed"],
  [["passed", "failed"], "failed"],
  [["passed", "errored"], "errored"],
  [["failed", "errored"], "failed"],
  [["skipped", "skipped"], "errored"],
  [[], "errored"],
])("%j comes to %s", (outcomes, expected) => {
  expect(of(...outcomes).outcome).toBe(expected);
});

test.each<[readonly Outcome[], string]>([
  [["passed", "skipped"], "passed"],
  [["failed", "errored"], "failed"],
  [["skipped", "errored"], "errored"],
  [["skipped", "skipped"], "passed"],
  [[], "passed"],
])("in a shard, %j comes to %s, with a note that it is but a shard", (outcomes, expected) => {
  const { checks } = of(...outcomes);
  const { outcome, notes } = shardVerdict(checks, [], { index: 2, run: { of: 3 } });
  expect(outcome).toBe(expected);
  expect(notes).toEqual(["this is shard 2 of 3; merge-reports gives the verdict of the whole run"]);
});

test("an error that several checks have in common is told once", () => {
  const reasons = [
    { code: "IMAGE_UNAVAILABLE" as const, text: "python:3.9 could not be pulled", remedy: "Check it." },
  ];
  const broken = (name: string, own = reasons) => check({ name, outcome: "errored" as const, reasons: own });
  const other = broken("d", [{ ...reasons[0], text: "another" }] as typeof reasons);
  const screen = renderVerdict(verdictOf([check({ name: "c" }), broken("a"), broken("b"), other]));
  const lines = screen.split("\n").map((line) => line.replace(/ {2,}\S+ s {2,}/, " ").trimEnd());
  expect(lines.slice(0, 3)).toEqual([
    expect.stringMatching(/^! a +errored.* IMAGE_UNAVAILABLE: python:3\.9 could not be pulled\. Check it\.$/),
    expect.stringMatching(/^! b +errored.* IMAGE_UNAVAILABLE, as a$/),
    expect.stringMatching(/^! d +errored.* IMAGE_UNAVAILABLE: another\. Check it\.$/),
  ]);
});

test("the sentence names each check that failed or errored", () => {
  expect(verdictSentence(of("passed", "passed", "skipped"))).toBe("Passed: 2 checks, 1 skipped.");
  expect(verdictSentence(of("failed", "passed", "errored", "failed", "failed"))).toBe(
    "Failed: c0, c3 and c4 failed; c2 could not be carried out; 1 passed.",
  );
  expect(verdictSentence(of("errored", "skipped"))).toBe(
    "Errored: c0 could not be carried out; 0 passed, 1 skipped.",
  );
  expect(verdictSentence(of())).toMatch(/^Errored: there was no check/);
  expect(verdictSentence(of("skipped"))).toMatch(/^Errored: every check was skipped/);
});

describe("the screen", () => {
  const reportsHint = "dagger call reports export --path=reports";
  const verdict = verdictOf([
    check({ name: "orders/lint", note: "no finding" }),
    check({
      name: "orders/test",
      outcome: "failed",
      seconds: 62,
      reasons: [{ text: "2 of 14 tests failed: a::b, a::c" }, { text: "79.9 % of lines covered" }],
    }),
    check({
      name: "scan",
      outcome: "errored",
      seconds: 0.3,
      reasons: [{ code: "REPORT_EMPTY", text: "trivy.json has no content" }],
    }),
    check({ name: "orders/image", outcome: "skipped", reasons: [{ text: "orders/test failed" }] }),
  ]);

  test("has a line a check, aligned, then the sentence and the reports", () => {
    expect(renderVerdict(verdict, { reportsHint })).toBe(
      [
        "✘ orders/test   failed   1 min 02 s  2 of 14 tests failed: a::b, a::c",
        "                                     79.9 % of lines covered",
        "! scan          errored       0.3 s  REPORT_EMPTY: trivy.json has no content",
        "✔ orders/lint   passed        1.2 s  no finding",
        "– orders/image  skipped              orders/test failed",
        "",
        "Failed: orders/test failed; scan could not be carried out; 1 passed, 1 skipped.",
        "Reports: dagger call reports export --path=reports",
        "",
      ].join("\n"),
    );
  });

  test("a code stands before the text, and the remedy behind it", () => {
    const reasons = [{ code: "TOOL_FAILED" as const, text: "x", remedy: "Do y." }];
    expect(renderVerdict(verdictOf([check({ outcome: "errored", reasons })]))).toContain(
      "  TOOL_FAILED: x. Do y.\n",
    );
  });

  test("the remedy of a long error is not cut off", () => {
    const remedy = "Set `services.orders.python` in slipway.yaml.";
    const reasons = [{ code: "TOOL_FAILED" as const, text: "word ".repeat(400), remedy }];
    const screen = renderVerdict(verdictOf([check({ outcome: "errored", reasons })]));
    expect(screen.replace(/\s+/g, " ")).toContain(remedy);
    expect(screen).toContain("…");
  });

  test("without a check there is the sentence alone", () => {
    expect(renderVerdict(verdictOf([]))).toMatch(/^Errored: [^\n]+\n$/);
  });

  test.each([
    ["failed", 2],
    ["errored", 6],
  ] as const)(
    "no line is wider than 110 columns, and a reason of a check that %s has %d lines at most",
    (outcome, most) => {
      const long = [{ text: "word ".repeat(400) }, { text: "x".repeat(3000) }, { text: "日本".repeat(500) }];
      const checks = [check({ name: "n".repeat(300), outcome, reasons: long })];
      const lines = renderVerdict(verdictOf(checks), { reportsHint: "y".repeat(300) }).split("\n");
      for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(110);
      expect(lines.filter((line) => line.endsWith("…"))).toHaveLength(3);
      expect(lines.indexOf("")).toBe(3 * most);
    },
  );

  test("hostile names and reasons cannot move the cursor or begin a line", () => {
    const bad = check({ name: hostile, outcome: "failed", reasons: [{ text: hostile }], note: hostile });
    const screen = renderVerdict(verdictOf([bad]), { reportsHint: hostile });
    expect(screen.replaceAll("\n", "")).not.toMatch(/\p{Cc}|\p{Cf}/u);
    expect(screen).not.toMatch(/^Second/m);
  });
});
