import { describe, expect, test } from "vitest";
import type { Finding } from "#pipelines/findings/finding.ts";
import { withFingerprints } from "#pipelines/findings/fingerprint.ts";
import { mergeFindings } from "#pipelines/findings/merge.ts";
import { check, evidence, finding } from "../samples.ts";

const lint = (more: Partial<Finding> = {}): Finding => ({
  tool: "ruff",
  kind: "lint",
  rule: "F401",
  severity: "HIGH",
  message: "unused",
  path: "a.py",
  line: 2,
  ...more,
});
const advisory = (more: Partial<Finding> = {}): Finding => ({
  tool: "trivy",
  kind: "vulnerability",
  rule: "CVE-2018-18074",
  severity: "HIGH",
  message: "leak",
  package: "requests 2.19.0",
  path: "uv.lock",
  ...more,
});
const print = (found: Finding, text = "x\nimport os\n") =>
  withFingerprints([found], () => text.split("\n"))[0]?.fingerprint;

describe("a fingerprint stays", () => {
  test.each<[what: string, one: Finding, other: Finding, text?: string]>([
    ["when lines move", lint(), lint({ line: 4 }), "x\ny\nz\nimport os\n"],
    ["when the line is indented", lint(), lint(), "x\n  import   os  \n"],
    ["when another tool finds it", lint(), lint({ tool: "flake8", message: "'os' imported but unused" })],
    [
      "between bandit and ruff",
      lint({ tool: "bandit", kind: "weakness", rule: "B602" }),
      lint({ rule: "S602" }),
    ],
    ["when the severity changes", lint(), lint({ severity: "LOW" })],
    [
      "of an advisory in another version of the package",
      advisory(),
      advisory({ package: "requests 2.19.1" }),
    ],
    [
      "of an advisory in another spelling of the package",
      advisory({ package: "Foo_bar 1" }),
      advisory({ package: "foo-bar 1" }),
    ],
    [
      "of an advisory by its other id",
      advisory(),
      advisory({ tool: "grype", rule: "GHSA-x", aliases: ["CVE-2018-18074"] }),
    ],
    [
      "between black and ruff format",
      lint({ kind: "format", rule: "unformatted", line: undefined }),
      lint({ tool: "black", kind: "format", rule: "unformatted", line: undefined, message: "no" }),
    ],
    [
      "of a secret between tools",
      lint({ tool: "trivy", kind: "secret", rule: "aws" }),
      lint({ tool: "gitleaks", kind: "secret", rule: "aws-token" }),
    ],
  ])("%s", (_, one, other, text) => {
    expect(print(other, text)).toBe(print(one));
  });
});

describe("a fingerprint differs", () => {
  test.each<[what: string, other: Finding, text?: string]>([
    ["with the path", lint({ path: "b.py" })],
    ["with the rule", lint({ rule: "F811" })],
    ["with the line's text", lint(), "x\nimport sys\n"],
    ["where bugbear has bandit's letter", lint({ rule: "B006", tool: "flake8" })],
  ])("%s", (_, other, text) => {
    expect(print(other, text)).not.toBe(print(lint()));
  });

  test("from that of the same line further down, and stays when a line comes between", () => {
    const prints = (text: string, lines: readonly number[]) =>
      withFingerprints(
        lines.map((line) => lint({ line })),
        () => text.split("\n"),
      ).map(({ fingerprint }) => fingerprint);
    const before = prints("a()\na()\n", [1, 2]);
    expect(new Set(before).size).toBe(2);
    expect(prints("a()\nb()\na()\n", [1, 3])).toEqual(before);
    expect(prints("a()\na()\n", [2, 1])).toEqual(before.toReversed());
  });

  const quoting = [
    lint({ kind: "secret", rule: "generic" }),
    lint({ tool: "bandit", kind: "weakness", rule: "B105" }),
    lint({ rule: "S107" }),
  ];

  test.each(quoting)("where another secret takes the place of a known one, by $rule", (found) => {
    const texts = ["x\nPASSWORD = 'hunter2'", "x\nPASSWORD = 'correct'", "x\nhunter2", "x\ncorrect"];
    expect(new Set(texts.map((text) => print(found, text))).size).toBe(4);
    const key = (body: string) => `x\n-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\nrest`;
    expect(print(found, key("AAAA"))).not.toBe(print(found, key("BBBB")));
    expect(print(found, `${key("AAAA")} of the file`)).toBe(print(found, key("AAAA")));
  });

  test.each(quoting)("and no digest tells the secret: many values have the same one, by $rule", (found) => {
    const prints = new Map<string | undefined, number>();
    for (let at = 0; at < 2000; at += 1) {
      const each = print(found, `x\nPASSWORD = '${at}'`);
      prints.set(each, (prints.get(each) ?? 0) + 1);
    }
    expect([...prints.values()].some((count) => count > 1)).toBe(true);
  });
});

test.each([
  ["a line that the file has not", 99],
  ["line 0", 0],
  ["a line below zero", -1],
  ["no line", undefined],
])("a finding at %s has a fingerprint too", (_, line) => {
  expect(print(lint({ line }))).toMatch(/^[0-9a-f]{32}$/);
});

const checks = (...found: readonly (readonly [name: string, findings: readonly Finding[]])[]) =>
  found.map(([name, findings]) =>
    check({
      name,
      evidence: evidence({
        findings: withFingerprints(findings, () => ["x", "import os"]).map((each) => ({
          ...each,
          status: "blocking" as const,
        })),
      }),
    }),
  );

describe("merged", () => {
  test("the same finding of two tools stands once and names both, each with its own rule", () => {
    const [one, ...others] = mergeFindings(
      checks(
        ["a/bandit", [lint({ tool: "bandit", kind: "weakness", rule: "B602", severity: "LOW" })]],
        ["a/ruff", [lint({ rule: "S602" })]],
      ),
    );
    expect(others).toEqual([]);
    expect(one).toMatchObject({ tools: ["bandit", "ruff"], severity: "HIGH", rule: "S602" });
    expect(one?.seen.map(({ check, tool, rule }) => [check, tool, rule])).toEqual([
      ["a/bandit", "bandit", "B602"],
      ["a/ruff", "ruff", "S602"],
    ]);
  });

  test("the same advisory of the same package from two scans stands once, with each place", () => {
    const found = mergeFindings(
      checks(
        ["scan", [advisory(), advisory({ path: "b/uv.lock", package: "requests 2.18.0" })]],
        ["a/image-scan", [advisory({ path: undefined, message: "leak (python)" })]],
      ),
    );
    expect(found).toHaveLength(1);
    expect(found[0]?.seen.map(({ check, path }) => path ?? check)).toEqual([
      "uv.lock",
      "b/uv.lock",
      "a/image-scan",
    ]);
  });

  test("an advisory that each tool calls otherwise stands once as soon as one knows both names", () => {
    const found = mergeFindings(
      checks(
        ["one", [advisory({ rule: "GHSA-x" })]],
        ["two", [advisory({ rule: "PYSEC-1", aliases: ["GHSA-x"] })]],
        ["three", [advisory({ rule: "CVE-2020-1", aliases: ["GHSA-x"] })]],
      ),
    );
    expect(found).toHaveLength(1);
    expect(found[0]?.aliases).toHaveLength(2);
  });

  test("other packages, other advisories and other lines stay apart", () => {
    const found = mergeFindings(
      checks([
        "scan",
        [
          advisory(),
          advisory({ package: "urllib3 1" }),
          advisory({ rule: "CVE-1" }),
          lint(),
          lint({ line: 1 }),
        ],
      ]),
    );
    expect(found).toHaveLength(5);
  });

  test("a finding is stopped where one tool's is, and takes the fix that any tool knows", () => {
    const [one] = mergeFindings([
      check({ name: "a", evidence: evidence({ findings: [finding({ status: "nonblocking" })] }) }),
      check({ name: "b", evidence: evidence({ findings: [finding({ tool: "flake8", fix: "remove it" })] }) }),
    ]);
    expect(one).toMatchObject({ status: "blocking", fix: "remove it", tools: ["flake8", "ruff"] });
  });

  test("ten thousand of the same stand once", () => {
    const found = mergeFindings(checks(["a", Array.from({ length: 10_000 }, () => lint())]));
    expect(found).toHaveLength(1);
    expect(found[0]?.seen).toHaveLength(1);
  });
});
