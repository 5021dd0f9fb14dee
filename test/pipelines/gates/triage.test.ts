import { describe, expect, test } from "vitest";
import { waiverLines, waiverNotes } from "#pipelines/conclude/waiver-notes.ts";
import type { Finding } from "#pipelines/findings/finding.ts";
import { mergeFindings } from "#pipelines/findings/merge.ts";
import type { Exemptions, KnownFindings } from "#pipelines/gates/exemptions.ts";
import type { Gates } from "#pipelines/gates/judge.ts";
import { flaggedLines, mayBeKnown, triage } from "#pipelines/gates/triage.ts";
import { configuredWaivers } from "#pipelines/gates/waiver.ts";
import { findingsSchema, writeFindings } from "#pipelines/reports/findings-json.ts";
import { isDay } from "#pipelines/text/calendar-day.ts";
import { suppressedNote } from "#pipelines/verdict/pass-note.ts";
import { readBaseline } from "#pipelines/workspace/baseline-file.ts";
import { readInlineWaivers } from "#pipelines/workspace/inline-waivers.ts";
import { judgementDay } from "#pipelines/workspace/today.ts";
import { computingOf } from "../../computing.ts";
import { codeOfThrow } from "../errors/code-of-throw.ts";
import { check, evidence, finding, hostile, merged, vulnerability } from "../samples.ts";

const today = "2027-01-31";
const latest = "2027-12-31";
const gates: Gates = { coverage: 80, severity: ["CRITICAL", "HIGH"], ignoreUnfixed: false };
const waiver = { rule: "F401", reason: "generated", expires: "2027-02-28" };
type Written = Parameters<typeof configuredWaivers>[0];

const exemptions = (waivers: Written = [], text = "", more: Partial<Exemptions> = {}): Exemptions => ({
  today,
  latest,
  waivers: configuredWaivers(waivers, "slipway.yaml"),
  lines: async () => text.split("\n"),
  ...more,
});
const weighed = async (found: readonly Finding[], given: Exemptions, known?: KnownFindings) => {
  const lines = await flaggedLines(found, given);
  const all = evidence<Finding>({ findings: found });
  return triage("app/ruff", all, { ...gates, exemptions: given }, lines, known);
};
const status = async (found: Finding, given: Exemptions) =>
  (await weighed([found], given)).evidence.findings[0]?.status;

describe("a waiver", () => {
  test.each<[what: string, written: Written[number], found: Finding, expected: string]>([
    ["holds for its rule", waiver, finding(), "waived"],
    ["holds on its last day", { ...waiver, expires: today }, finding(), "waived"],
    ["holds for the longest term", { ...waiver, expires: latest }, finding(), "waived"],
    ["for longer than that does not hold", { ...waiver, expires: "2028-01-01" }, finding(), "blocking"],
    ["for ever does not hold", { ...waiver, expires: "9999-12-31" }, finding(), "blocking"],
    ["holds in its file", { ...waiver, path: "src/a.py" }, finding(), "waived"],
    ["holds below its folder", { ...waiver, path: "src" }, finding(), "waived"],
    [
      "holds for bandit's name of ruff's rule",
      { ...waiver, rule: "B602" },
      finding({ rule: "S602" }),
      "waived",
    ],
    [
      "holds for ruff's name of bandit's rule",
      { ...waiver, rule: "S602" },
      finding({ tool: "bandit", kind: "weakness", rule: "B602" }),
      "waived",
    ],
    [
      "holds for a package of any version",
      { ...waiver, rule: "CVE-2018-18074", package: "Requests" },
      vulnerability(),
      "waived",
    ],
    [
      "holds for another id of the advisory",
      { ...waiver, rule: "GHSA-x" },
      vulnerability({ aliases: ["GHSA-x"] }),
      "waived",
    ],
    ["ends after its last day", { ...waiver, expires: "2027-01-30" }, finding(), "blocking"],
    ["is for no other rule", { ...waiver, rule: "F4011" }, finding(), "blocking"],
    ["is for no file whose name only begins alike", { ...waiver, path: "src/a" }, finding(), "blocking"],
    [
      "with a path is not for what has none",
      { ...waiver, path: "src" },
      finding({ path: undefined }),
      "blocking",
    ],
    [
      "is for no other package",
      { ...waiver, rule: "CVE-2018-18074", package: "urllib3" },
      vulnerability(),
      "blocking",
    ],
    [
      "of a secret's rule is not for every secret",
      { ...waiver, rule: "secret" },
      finding({ kind: "secret", rule: "aws" }),
      "blocking",
    ],
  ])("%s", async (_, written, found, expected) => {
    expect(await status(found, exemptions([written]))).toBe(expected);
  });

  test("that has expired gates again and says so, with its place and day", async () => {
    const { open, lapsed } = await weighed([finding()], exemptions([{ ...waiver, expires: "2026-12-31" }]));
    expect(open.findings).toHaveLength(1);
    expect(lapsed).toEqual([
      expect.stringMatching(/F401 in src\/a\.py \(slipway\.yaml waivers\[0\]\) expired on 2026-12-31/),
    ]);
  });

  test("that has expired leaves the word to one that holds", async () => {
    expect(await status(finding(), exemptions([{ ...waiver, expires: "2026-12-31" }, waiver]))).toBe(
      "waived",
    );
  });

  test("that is for nothing is noted, unless a check could not be carried out", async () => {
    const given = exemptions([waiver, { ...waiver, rule: "E501", path: "b.py" }]);
    const { evidence: found } = await weighed([finding()], given);
    const checks = [check({ evidence: found })];
    expect(linesOf(given.waivers, none, checks)).toEqual([
      "the waiver of E501 in b.py (slipway.yaml waivers[1]) matches no finding: remove it",
    ]);
    expect(linesOf(given.waivers, none, [...checks, check({ outcome: "errored" })])).toEqual([]);
    expect(suppressedNote(found)).toEqual(["1 waived"]);
  });
});

const none = { waivers: [] };

const linesOf = (...[waivers, inlineWaivers, checks]: Parameters<typeof waiverNotes>) =>
  waiverLines(waiverNotes(waivers, inlineWaivers, checks), checks);

describe("what grep finds of waivers in the code", () => {
  const row = (path: string, text: string) => `/src/${path}\0${3}:${text}\n`;
  const good = "x  # slipway: ignore F401 until 2027-06-30: why";

  test("is noted where it is for nothing, or where it does not hold", () => {
    const inlineWaivers = readInlineWaivers(
      row("a.py", good) + row("b\nc d.py", good) + row("d.py", "# slipway: ignore F401"),
    );
    const used = finding({ waiver: { place: "a.py:3", reason: "why", expires: "2027-06-30" } });
    const checks = [check({ evidence: evidence({ findings: [used] }) })];
    expect(linesOf([], { waivers: inlineWaivers }, checks)).toEqual([
      "the waiver of F401 (b\nc d.py:3) matches no finding: remove it",
      expect.stringMatching(/^the waiver in d\.py:3 has no last day/),
    ]);
  });

  test("is counted from the twentieth on, and that nothing could be found out is said", () => {
    const inlineWaivers = readInlineWaivers(
      Array.from({ length: 50 }, (_, at) => row(`a${at}.py`, good)).join(""),
    );
    expect(linesOf([], { waivers: inlineWaivers, fault: "no grep" }, [])).toHaveLength(22);
  });

  test.each([
    "",
    "\n",
    "grep: x",
    "/src/a.py",
    "/src/a.py\0x:y",
    `/etc/passwd\0${1}:${good}`,
    `/src/../a\0${1}:${good}`,
  ])("is nothing in %j", (output) => {
    expect(readInlineWaivers(output)).toEqual([]);
  });
});

describe("a waiver in the code", () => {
  const at = (line: string) =>
    finding({ line: 3, message: "x", path: "a.py" }) && ["x", "y", line].join("\n");
  test.each<[what: string, text: string, expected: string]>([
    [
      "at the line's end holds",
      at("import os  # slipway: ignore F401 until 2027-06-30: used by name"),
      "waived",
    ],
    ["above the line holds", "x\n# slipway: ignore F401 until 2027-06-30: used by name\nimport os", "waived"],
    [
      "in JavaScript's comment holds",
      at("import os  // slipway: ignore F401 until 2027-06-30: why"),
      "waived",
    ],
    [
      "in HTML's comment holds",
      "x\n<!-- -- slipway: ignore F401 until 2027-06-30: why -->\nimport os",
      "waived",
    ],
    ["of two rules holds", at("import os  # slipway: ignore E401, F401 until 2027-06-30: why"), "waived"],
    ["that has expired does not", at("import os  # slipway: ignore F401 until 2026-06-30: why"), "blocking"],
    ["of another rule does not", at("import os  # slipway: ignore F811 until 2027-06-30: why"), "blocking"],
    ["without a day does not", at("import os  # slipway: ignore F401: why"), "blocking"],
    ["without a reason does not", at("import os  # slipway: ignore F401 until 2027-06-30"), "blocking"],
    [
      "with an empty reason does not",
      at("import os  # slipway: ignore F401 until 2027-06-30:  "),
      "blocking",
    ],
    ["until no day does not", at("import os  # slipway: ignore F401 until 2027-02-30: why"), "blocking"],
    ["until a word does not", at("import os  # slipway: ignore F401 until forever: why"), "blocking"],
    ["of every rule does not", at("import os  # slipway: ignore * until 2027-06-30: why"), "blocking"],
    ["of no rule does not", at("import os  # slipway: ignore"), "blocking"],
    ["two lines above does not", "# slipway: ignore F401 until 2027-06-30: why\n\nimport os", "blocking"],
    [
      "at the end of the line above is for that line",
      "x\nx = 1  # slipway: ignore F401 until 2027-06-30: why\nimport os",
      "blocking",
    ],
    ["in no comment does not", at("import os  slipway: ignore F401 until 2027-06-30: why"), "blocking"],
  ])("%s", async (_, text, expected) => {
    expect(await status(finding({ line: 3 }), exemptions([], text))).toBe(expected);
  });

  test.each([
    ["names no rule", "# slipway: ignore"],
    ["has no last day", "# slipway: ignore F401: why"],
    ["has a last day that does not exist", "# slipway: ignore F401 until 2027-02-30: why"],
    ["gives no reason", "# slipway: ignore F401 until 2027-06-30"],
  ])("that %s is a reason of the check, with its place and how to write it", async (what, line) => {
    const { lapsed } = await weighed([finding({ line: 1 })], exemptions([], line));
    expect(lapsed).toEqual([expect.stringContaining(`the waiver in src/a.py:1 ${what}`)]);
    expect(lapsed[0]).toContain("# slipway: ignore RULE until 2027-01-31: reason");
  });

  test("that is very long takes no time", async () => {
    const line = `# slipway: ignore ${"a,".repeat(100_000)} until ${" ".repeat(100_000)}:`;
    const work = async () =>
      expect(await status(finding({ line: 1 }), exemptions([], line))).toBe("blocking");
    expect(await computingOf(work)).toBeLessThan(5);
  });
});

describe("the baseline", () => {
  const baseline = (findings: readonly Finding[], name = "app/ruff") => {
    const judged = findings.map((each) => finding({ ...each }));
    return readBaseline(
      writeFindings(mergeFindings([check({ name, evidence: evidence({ findings: judged }) })])),
    );
  };
  const given = (known: readonly Finding[], name?: string) =>
    exemptions([], "", { baseline: baseline(known, name), lines: async () => undefined });

  test("lets its findings pass, whatever their line, and no others", async () => {
    const { open, evidence: all } = await weighed(
      [finding({ line: 30 }), finding({ rule: "F811" })],
      given([finding()]),
    );
    expect(open.findings.map(({ rule }) => rule)).toEqual(["F811"]);
    expect(suppressedNote(all)).toEqual(["1 in the baseline"]);
  });

  test("knows an advisory where it was: in another lock file it is new", async () => {
    const known = given([vulnerability()]);
    expect(await status(vulnerability({ package: "requests 2.19.1" }), known)).toBe("baseline");
    expect(await status(vulnerability({ path: "b/uv.lock" }), known)).toBe("blocking");
    expect(await status(vulnerability({ path: undefined }), known)).toBe("blocking");
  });

  test("knows what an image holds by the check", async () => {
    const bare = vulnerability({ path: undefined });
    expect(await status(bare, given([bare]))).toBe("baseline");
    expect(await status(bare, given([bare], "other/image-scan"))).toBe("blocking");
  });

  test("does not stand in for a waiver, neither one that has expired since nor one that held then", async () => {
    const lapsed = exemptions([{ ...waiver, expires: "2027-01-01" }], "", {
      baseline: baseline([finding()]),
      lines: async () => undefined,
    });
    expect(await status(finding(), lapsed)).toBe("blocking");
    expect(await status(finding(), given([finding({ status: "waived" })]))).toBe("blocking");
  });

  test.each<[what: string, text: string, says: RegExp]>([
    ["is empty", "", /no content/],
    ["is blank", " \n", /no content/],
    ["is no JSON", "<html>", /not JSON/],
    ["breaks off", writeFindings(merged([finding()])).slice(0, 200), /cut off/],
    ["is a list", "[]", /\$/],
    ["is null", "null", /\$/],
    ["has no version", '{"tool":"slipway","findings":[]}', /version/],
    [
      "is of version 2",
      '{"version":2,"tool":"slipway","findings":[]}',
      /version 2, and this Slipway reads version 1/,
    ],
    ["is of version 0", '{"version":0,"tool":"slipway","findings":[]}', /version 0/],
    ["has a version as text", '{"version":"1","tool":"slipway","findings":[]}', /version/],
    ["is another tool's", '{"version":1,"tool":"other","findings":[]}', /tool/],
    ["is a SARIF report", '{"version":"2.1.0","runs":[]}', /version/],
    ["is a summary.json", '{"version":1,"outcome":"passed","checks":[]}', /tool/],
    ["has no findings", '{"version":1,"tool":"slipway"}', /findings/],
    [
      "has a finding without a fingerprint",
      '{"version":1,"tool":"slipway","findings":[{"seen":[]}]}',
      /fingerprint/,
    ],
    [
      "has a short fingerprint",
      '{"version":1,"tool":"slipway","findings":[{"fingerprint":"ab","seen":[]}]}',
      /fingerprint/,
    ],
    [
      "has a finding that nothing saw",
      `{"version":1,"tool":"slipway","findings":[{"fingerprint":"${"a".repeat(32)}","seen":[]}]}`,
      /seen/,
    ],
    ["has a key of JavaScript's own", '{"__proto__":{"version":1},"findings":[]}', /version/],
  ])("is refused when it %s", (_, text, says) => {
    expect(codeOfThrow(() => readBaseline(text))).toBe("BASELINE_INVALID");
    expect(() => readBaseline(text)).toThrow(says);
    expect(() => readBaseline(text)).toThrow(/Pass a findings\.json/);
  });

  test("is the same when the findings are those of a folder, which the file names", () => {
    const text = writeFindings(
      mergeFindings([check({ evidence: evidence({ findings: [finding()] }) })]),
      'a "b"',
    );
    expect(findingsSchema.parse(JSON.parse(text)).root).toBe('a "b"');
    expect([...readBaseline(text).places]).toEqual([expect.stringMatching(/ src\/a\.py$/)]);
    expect(findingsSchema.parse(JSON.parse(writeFindings([])))).not.toHaveProperty("root");
  });

  test("is read with a byte order mark, and without a finding", () => {
    expect(readBaseline(`\ufeff${writeFindings([])}`).places.size).toBe(0);
  });
});

describe("what a base has too", () => {
  const [one, two] = [finding(), finding({ rule: "F811" })];
  const places = new Set([`${one.fingerprint} ${one.path}`]);

  test("is known, and the rest is not", async () => {
    const { evidence: all, open, lapsed } = await weighed([one, two], exemptions(), { places });
    expect(all.findings.map((each) => each.status)).toEqual(["baseline", "blocking"]);
    expect([open.findings.length, lapsed]).toEqual([1, []]);
  });

  test.each<[what: string, found: readonly Finding[], waivers: Written]>([
    ["without a finding", [], []],
    ["where no gate stops one", [finding({ kind: "note" })], []],
    ["where a waiver holds", [finding()], [waiver]],
    ["where a waiver has ended", [finding()], [{ ...waiver, expires: "2027-01-30" }]],
  ])("is not asked for %s", async (_, found, waivers) => {
    const { evidence: all } = await weighed(found, exemptions(waivers));
    expect(mayBeKnown(all)).toBe(false);
  });

  test("does not take the place of a waiver that has ended", async () => {
    const ended = exemptions([{ ...waiver, expires: "2027-01-30" }]);
    const { evidence: all, lapsed } = await weighed([one], ended, { places });
    expect(all.findings.map((each) => each.status)).toEqual(["blocking"]);
    expect(lapsed).toEqual([expect.stringContaining("expired on 2027-01-30")]);
  });

  test("is said to be unknown where something is stopped all the same", async () => {
    const known = { places: new Set<string>(), fault: "on base it broke" };
    expect((await weighed([one], exemptions(), known)).lapsed).toEqual(["on base it broke"]);
    expect((await weighed([], exemptions(), known)).lapsed).toEqual([]);
  });
});

describe("a finding in a commit", () => {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  const secret = finding({ tool: "gitleaks", kind: "secret", rule: "github-pat", commit });

  test("has the fingerprint of its place there, whatever the source holds now", async () => {
    const prints = async (found: Finding, text: string) =>
      (await weighed([found], exemptions([], text))).evidence.findings[0]?.fingerprint;
    expect(await prints(secret, "a\nb\nc")).toBe(await prints(secret, "x\ny\nz"));
    const others = [
      { ...secret, commit: undefined },
      { ...secret, line: 4 },
      { ...secret, commit: `f${commit.slice(1)}` },
    ];
    for (const other of others) expect(await prints(other, "")).not.toBe(await prints(secret, ""));
  });

  test("is waived by rule and path, and not by a comment that stands in the source there", async () => {
    const line = "x  # slipway: ignore github-pat until 2027-06-30: no";
    expect(await status(secret, exemptions([], `\n\n${line}`))).toBe("blocking");
    expect(await status({ ...secret, commit: undefined }, exemptions([], `\n\n${line}`))).toBe("waived");
    expect(await status(secret, exemptions([{ ...waiver, rule: "github-pat", path: "src" }]))).toBe("waived");
  });
});

test("a finding with hostile text everywhere is weighed, and its words stay on their line", async () => {
  const found = finding({ tool: hostile, rule: hostile, path: hostile, message: hostile });
  const given = exemptions([{ ...waiver, rule: hostile, expires: "2026-01-01" }], hostile);
  const { lapsed, evidence: all } = await weighed([found], given);
  expect(all.findings[0]?.fingerprint).toMatch(/^[0-9a-f]{32}$/);
  expect(lapsed).toHaveLength(1);
});

test.each([
  ["2027-01-31", true],
  ["2028-02-29", true],
  ["2027-02-29", false],
  ["2027-04-31", false],
  ["0000-01-01", true],
  ["2027-1-31", false],
  ["27-01-31", false],
  [" 2027-01-31", false],
  ["2027-01-31\n", false],
  ["", false],
])("that %j is a day is %s", (text, expected) => {
  expect(isDay(text)).toBe(expected);
});

test("the day is the one that the call names, else that of UTC", () => {
  expect(judgementDay("2027-01-31")).toBe("2027-01-31");
  expect(judgementDay(undefined, new Date("2027-01-31T23:59:59.999Z"))).toBe("2027-01-31");
  for (const bad of ["tomorrow", "2027-02-30", hostile]) {
    expect(codeOfThrow(() => judgementDay(bad))).toBe("ARGUMENT_INVALID");
    expect(() => judgementDay(bad)).not.toThrow(/[^\P{C}\n]/u);
  }
});
