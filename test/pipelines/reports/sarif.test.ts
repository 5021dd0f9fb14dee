import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readSarif } from "#pipelines/readers/sarif.ts";
import { writeSarif } from "#pipelines/reports/sarif.ts";
import { finding, hostile, merged, vulnerability } from "../samples.ts";
import { sarifFaults } from "./sarif-schema.ts";

const parsed = (text: string) => JSON.parse(text);

test("what is written is read back with rule, path and line", () => {
  const findings = [
    finding({ tool: "slipway" }),
    finding({ tool: "slipway", path: "a b/ü#%.py", line: undefined }),
    finding({ tool: "slipway", message: hostile }),
  ];
  const reading = { tool: "slipway", kind: "lint", place: { root: "/src" } } as const;
  const read = readSarif(writeSarif(merged(findings)).text, "f", reading);
  expect(read.map(({ rule, path, line }) => [rule, path, line])).toEqual([
    ["F401", "a b/ü#%.py", undefined],
    ["F401", "src/a.py", 3],
    ["F401", "src/a.py", 3],
  ]);
  expect(read.map(({ message }) => message)).toContain(hostile);
});

test("places are told from the top of what was handed over, and a check in place of a file is none", () => {
  const found = merged([finding(), finding({ path: undefined, line: undefined, message: "other" })]);
  const { runs } = parsed(writeSarif(found, "sub/a b").text);
  const uris = runs[0].results.map(
    ({ locations }: { locations: readonly { physicalLocation: { artifactLocation: { uri: string } } }[] }) =>
      locations.map(({ physicalLocation }) => physicalLocation.artifactLocation.uri),
  );
  expect(uris.sort()).toEqual([["orders/lint"], ["sub/a%20b/src/a.py"]]);
});

test("a note is no matter of security", () => {
  const { runs } = parsed(writeSarif(merged([finding({ kind: "note", severity: "LOW" })])).text);
  expect(runs[0].tool.driver.rules).toEqual([{ id: "F401", properties: { tags: ["note"] } }]);
  expect(runs[0].results[0].level).toBe("note");
});

test("each tool has a run, each rule is described once, a security finding's with the figure that GitHub sorts by", () => {
  const { runs } = parsed(
    writeSarif(merged([finding(), finding({ message: "other" }), vulnerability()])).text,
  );
  expect(runs.map((run: { tool: { driver: unknown } }) => run.tool.driver)).toEqual([
    {
      name: "trivy",
      rules: [
        {
          id: "CVE-2018-18074",
          properties: { tags: ["vulnerability", "security"], "security-severity": "8.0" },
        },
      ],
    },
    { name: "ruff", rules: [{ id: "F401", properties: { tags: ["lint"] } }] },
  ]);
  expect(runs[1].results.map(({ ruleIndex }: { ruleIndex: number }) => ruleIndex)).toEqual([0, 0]);
});

test("a finding bears its fingerprint, a waived one is suppressed with the reason", () => {
  const waiver = { place: "slipway.yaml waivers[0]", reason: "not reached", expires: "2027-01-31" };
  const one = finding({ status: "waived", waiver });
  const [result] = parsed(writeSarif(merged([one])).text).runs[0].results;
  expect(result.partialFingerprints).toEqual({ "slipway/v1": one.fingerprint });
  expect(result.suppressions).toEqual([
    { kind: "external", justification: "not reached (until 2027-01-31)" },
  ]);
});

test("what a commit holds names it, and no line of the source", () => {
  const found = finding({ commit: "0123456789abcdef0123456789abcdef01234567" });
  const text = writeSarif(merged([found])).text;
  const [result] = parsed(text).runs[0].results;
  expect(result.message.text).toBe("unused\nIn 0123456789ab:src/a.py:3");
  expect(result.locations).toEqual([
    { physicalLocation: { artifactLocation: { uri: "src/a.py", uriBaseId: "%SRCROOT%" } } },
  ]);
  expect(sarifFaults(parsed(text))).toEqual([]);
});

describe("the public schema of SARIF 2.1.0 has nothing against a report of", () => {
  test.each([
    ["nothing", []],
    ["one finding", [finding()]],
    ["a finding without a path", [vulnerability({ path: undefined })]],
    [
      "hostile text everywhere",
      [finding({ tool: hostile, rule: hostile, message: hostile, path: hostile, fix: hostile })],
    ],
    ["half a character", [finding({ path: "a\ud800", message: "\udc00" })]],
    ["no message", [finding({ message: "" })]],
    [
      "every field",
      [vulnerability({ aliases: ["GHSA-1"], advisory: "https://example.com/a?b=c", severity: "UNKNOWN" })],
    ],
    ["ten thousand of the same", Array.from({ length: 10_000 }, () => finding())],
  ])("%s", (_, findings) => {
    const { text } = writeSarif(merged(findings));
    expect(sarifFaults(parsed(text))).toEqual([]);
    expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}|\p{Cf}/u);
    for (const { results } of parsed(text).runs) {
      for (const { locations } of results) expect(locations.length).toBeGreaterThan(0);
    }
  });

  test("but it does against one that is none", () => {
    expect(sarifFaults({ version: "2.0.0", runs: [] })).not.toEqual([]);
    expect(sarifFaults({ version: "2.1.0", runs: [{ results: [{}] }] })).not.toEqual([]);
  });
});

test("no message makes a link of its own", () => {
  const [result] = parsed(writeSarif(merged([finding({ message: "[a](https://evil.example)" })])).text)
    .runs[0].results;
  expect(result.message.text).toBe("[a] (https://evil.example)");
});

describe("GitHub's limits", () => {
  const many = (count: number, tool = "ruff") =>
    Array.from({ length: count }, (_, line) =>
      finding({
        tool,
        rule: `R${line}`,
        severity: line % 2 ? "HIGH" : "LOW",
        message: randomBytes(60).toString("hex"),
      }),
    );

  test("of results keep the gravest, and say so", () => {
    const { text, notes } = writeSarif(merged(many(40)), ".", { gzipped: 1e7, runs: 20, results: 25 });
    const levels = parsed(text).runs[0].results.map(({ level }: { level: string }) => level);
    expect(levels.filter((level: string) => level === "error")).toHaveLength(20);
    expect(levels).toHaveLength(25);
    expect(notes).toEqual([
      expect.stringMatching(/^findings\.sarif has the 25 most severe of 40 findings of ruff/),
    ]);
  });

  test("of runs keep the tools with the gravest, and say so of each that is left out", () => {
    const findings = [
      ...many(2, "a"),
      finding({ tool: "b", severity: "CRITICAL" }),
      finding({ tool: "c", rule: "C1", severity: "UNKNOWN" }),
    ];
    const { text, notes } = writeSarif(merged(findings), ".", { gzipped: 1e7, runs: 2, results: 100 });
    expect(
      parsed(text).runs.map((run: { tool: { driver: { name: string } } }) => run.tool.driver.name),
    ).toEqual(["b", "a"]);
    expect(notes).toEqual([
      expect.stringMatching(/^findings\.sarif has the 0 most severe of 1 findings of c/),
    ]);
  });

  test("of size hold after compression, and what is left out is counted", () => {
    const { text, notes } = writeSarif(merged(many(400)), ".", {
      gzipped: 20_000,
      runs: 20,
      results: 25_000,
    });
    const { results } = parsed(text).runs[0];
    expect(gzipSync(text).length).toBeLessThanOrEqual(20_000);
    expect(results.length).toBeGreaterThan(50);
    expect(results.every(({ level }: { level: string }) => level === "error")).toBe(results.length <= 200);
    expect(notes).toEqual([expect.stringContaining(`${results.length} most severe of 400 findings`)]);
    expect(sarifFaults(parsed(text))).toEqual([]);
  });

  test("are GitHub's own where nothing else is said", () => {
    const { text, notes } = writeSarif(merged(many(25_010)));
    expect(parsed(text).runs[0].results).toHaveLength(25_000);
    expect(gzipSync(text).length).toBeLessThanOrEqual(10_000_000);
    expect(notes).toHaveLength(1);
  });
});
