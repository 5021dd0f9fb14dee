import { describe, expect, test } from "vitest";
import { waiverLines, waiverNotes } from "#pipelines/conclude/waiver-notes.ts";
import type { Finding } from "#pipelines/findings/finding.ts";
import { mergeFindings } from "#pipelines/findings/merge.ts";
import type { Exceptions } from "#pipelines/gates/exemptions.ts";
import type { Gates } from "#pipelines/gates/judge.ts";
import { weigh } from "#pipelines/gates/triage.ts";
import { waiversOf } from "#pipelines/gates/waiver.ts";
import { findingsSchema, writeFindings } from "#pipelines/reports/findings-json.ts";
import { isDay } from "#pipelines/text/calendar-day.ts";
import { excusedNote } from "#pipelines/verdict/pass-note.ts";
import { readBaseline } from "#pipelines/workspace/baseline-file.ts";
import { found } from "#pipelines/workspace/inline-waivers.ts";
import { dayOf } from "#pipelines/workspace/today.ts";
import { codeOfThrow } from "../errors/code-of-throw.ts";
import { check, evidence, finding, hostile, merged, vulnerability } from "../samples.ts";

const today = "2027-01-31";
const gates: Gates = { coverage: 80, severity: ["CRITICAL", "HIGH"], ignoreUnfixed: false };
const waiver = { rule: "F401", reason: "generated", expires: "2027-02-28" };
type Written = Parameters<typeof waiversOf>[0];

const exceptions = (waivers: Written = [], text = "", more: Partial<Exceptions> = {}): Exceptions => ({
  today,
  waivers: waiversOf(waivers, "slipway.yaml"),
  lines: async () => text.split("\n"),
  ...more,
});
const weighed = (found: readonly Finding[], given: Exceptions) =>
  weigh("app/ruff", evidence<Finding>({ findings: found }), { ...gates, exceptions: given });
const standing = async (found: Finding, given: Exceptions) =>
  (await weighed([found], given)).evidence.findings[0]?.standing;

describe("a waiver", () => {
  test.each<[what: string, written: Written[number], found: Finding, expected: string]>([
    ["holds for its rule", waiver, finding(), "waived"],
    ["holds on its last day", { ...waiver, expires: today }, finding(), "waived"],
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
    ["ends after its last day", { ...waiver, expires: "2027-01-30" }, finding(), "stopped"],
    ["is for no other rule", { ...waiver, rule: "F4011" }, finding(), "stopped"],
    ["is for no file whose name only begins alike", { ...waiver, path: "src/a" }, finding(), "stopped"],
    [
      "with a path is not for what has none",
      { ...waiver, path: "src" },
      finding({ path: undefined }),
      "stopped",
    ],
    [
      "is for no other package",
      { ...waiver, rule: "CVE-2018-18074", package: "urllib3" },
      vulnerability(),
      "stopped",
    ],
    [
      "of a secret's rule is not for every secret",
      { ...waiver, rule: "secret" },
      finding({ kind: "secret", rule: "aws" }),
      "stopped",
    ],
  ])("%s", async (_, written, found, expected) => {
    expect(await standing(found, exceptions([written]))).toBe(expected);
  });

  test("that has expired gates again and says so, with its place and day", async () => {
    const { open, lapsed } = await weighed([finding()], exceptions([{ ...waiver, expires: "2026-12-31" }]));
    expect(open.findings).toHaveLength(1);
    expect(lapsed).toEqual([
      expect.stringMatching(/F401 in src\/a\.py \(slipway\.yaml waivers\[0\]\) ended on 2026-12-31/),
    ]);
  });

  test("that has expired leaves the word to one that holds", async () => {
    expect(await standing(finding(), exceptions([{ ...waiver, expires: "2026-12-31" }, waiver]))).toBe(
      "waived",
    );
  });

  test("that is for nothing is noted, unless a check could not be carried out", async () => {
    const given = exceptions([waiver, { ...waiver, rule: "E501", path: "b.py" }]);
    const { evidence: found } = await weighed([finding()], given);
    const checks = [check({ evidence: found })];
    expect(linesOf(given.waivers, none, checks)).toEqual([
      "the waiver of E501 in b.py (slipway.yaml waivers[1]) is for no finding: take it out",
    ]);
    expect(linesOf(given.waivers, none, [...checks, check({ outcome: "errored" })])).toEqual([]);
    expect(excusedNote(found)).toEqual(["1 waived"]);
  });
});

const none = { remarks: [] };

const linesOf = (...[waivers, remarks, checks]: Parameters<typeof waiverNotes>) =>
  waiverLines(waiverNotes(waivers, remarks, checks), checks);

describe("what grep finds of waivers in the code", () => {
  const row = (path: string, text: string) => `/src/${path}\0${3}:${text}\n`;
  const good = "x  # slipway: ignore F401 until 2027-06-30: why";

  test("is noted where it is for nothing, or where it does not hold", () => {
    const remarks = found(row("a.py", good) + row("b\nc d.py", good) + row("d.py", "# slipway: ignore F401"));
    const used = finding({ excuse: { place: "a.py:3", reason: "why", expires: "2027-06-30" } });
    const checks = [check({ evidence: evidence({ findings: [used] }) })];
    expect(linesOf([], { remarks }, checks)).toEqual([
      "the waiver of F401 (b\nc d.py:3) is for no finding: take it out",
      expect.stringMatching(/^the waiver in d\.py:3 has no last day/),
    ]);
  });

  test("is counted from the twentieth on, and that nothing could be found out is said", () => {
    const remarks = found(Array.from({ length: 50 }, (_, at) => row(`a${at}.py`, good)).join(""));
    expect(linesOf([], { remarks, fault: "no grep" }, [])).toHaveLength(22);
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
    expect(found(output)).toEqual([]);
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
    ["that has expired does not", at("import os  # slipway: ignore F401 until 2026-06-30: why"), "stopped"],
    ["of another rule does not", at("import os  # slipway: ignore F811 until 2027-06-30: why"), "stopped"],
    ["without a day does not", at("import os  # slipway: ignore F401: why"), "stopped"],
    ["without a reason does not", at("import os  # slipway: ignore F401 until 2027-06-30"), "stopped"],
    ["with an empty reason does not", at("import os  # slipway: ignore F401 until 2027-06-30:  "), "stopped"],
    ["until no day does not", at("import os  # slipway: ignore F401 until 2027-02-30: why"), "stopped"],
    ["until a word does not", at("import os  # slipway: ignore F401 until forever: why"), "stopped"],
    ["of every rule does not", at("import os  # slipway: ignore * until 2027-06-30: why"), "stopped"],
    ["of no rule does not", at("import os  # slipway: ignore"), "stopped"],
    ["two lines above does not", "# slipway: ignore F401 until 2027-06-30: why\n\nimport os", "stopped"],
    [
      "at the end of the line above is for that line",
      "x\nx = 1  # slipway: ignore F401 until 2027-06-30: why\nimport os",
      "stopped",
    ],
    ["in no comment does not", at("import os  slipway: ignore F401 until 2027-06-30: why"), "stopped"],
  ])("%s", async (_, text, expected) => {
    expect(await standing(finding({ line: 3 }), exceptions([], text))).toBe(expected);
  });

  test.each([
    ["names no rule", "# slipway: ignore"],
    ["has no last day", "# slipway: ignore F401: why"],
    ["has a last day that the calendar has not", "# slipway: ignore F401 until 2027-02-30: why"],
    ["gives no reason", "# slipway: ignore F401 until 2027-06-30"],
  ])("that %s is a reason of the check, with its place and how to write it", async (what, line) => {
    const { lapsed } = await weighed([finding({ line: 1 })], exceptions([], line));
    expect(lapsed).toEqual([expect.stringContaining(`the waiver in src/a.py:1 ${what}`)]);
    expect(lapsed[0]).toContain("# slipway: ignore RULE until 2027-01-31: reason");
  });

  test("that is very long takes no time", async () => {
    const line = `# slipway: ignore ${"a,".repeat(100_000)} until ${" ".repeat(100_000)}:`;
    expect(await standing(finding({ line: 1 }), exceptions([], line))).toBe("stopped");
  }, 2_000);
});

describe("the baseline", () => {
  const baseline = (findings: readonly Finding[], name = "app/ruff") => {
    const judged = findings.map((each) => finding({ ...each }));
    return readBaseline(
      writeFindings(mergeFindings([check({ name, evidence: evidence({ findings: judged }) })])),
    );
  };
  const given = (known: readonly Finding[], name?: string) =>
    exceptions([], "", { baseline: baseline(known, name), lines: async () => undefined });

  test("lets its findings pass, whatever their line, and no others", async () => {
    const { open, evidence: all } = await weighed(
      [finding({ line: 30 }), finding({ rule: "F811" })],
      given([finding()]),
    );
    expect(open.findings.map(({ rule }) => rule)).toEqual(["F811"]);
    expect(excusedNote(all)).toEqual(["1 known from the baseline"]);
  });

  test("knows an advisory where it was: in another lock file it is new", async () => {
    const known = given([vulnerability()]);
    expect(await standing(vulnerability({ package: "requests 2.19.1" }), known)).toBe("known");
    expect(await standing(vulnerability({ path: "b/uv.lock" }), known)).toBe("stopped");
    expect(await standing(vulnerability({ path: undefined }), known)).toBe("stopped");
  });

  test("knows what an image holds by the check", async () => {
    const bare = vulnerability({ path: undefined });
    expect(await standing(bare, given([bare]))).toBe("known");
    expect(await standing(bare, given([bare], "other/image-scan"))).toBe("stopped");
  });

  test("does not stand in for a waiver, neither one that has expired since nor one that held then", async () => {
    const lapsed = exceptions([{ ...waiver, expires: "2027-01-01" }], "", {
      baseline: baseline([finding()]),
      lines: async () => undefined,
    });
    expect(await standing(finding(), lapsed)).toBe("stopped");
    expect(await standing(finding(), given([finding({ standing: "waived" })]))).toBe("stopped");
  });

  test.each<[what: string, text: string, says: RegExp]>([
    ["is empty", "", /no content/],
    ["is blank", " \n", /no content/],
    ["is no JSON", "<html>", /not JSON/],
    ["breaks off", writeFindings(merged([finding()])).slice(0, 200), /breaks off/],
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
    expect(() => readBaseline(text)).toThrow(/Hand over the findings\.json/);
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
    const given = exceptions([], "", { known: async () => ({ places }) });
    const { evidence: all, open, lapsed } = await weighed([one, two], given);
    expect(all.findings.map((each) => each.standing)).toEqual(["known", "stopped"]);
    expect([open.findings.length, lapsed]).toEqual([1, []]);
  });

  test.each<[what: string, found: readonly Finding[], waivers: Written]>([
    ["without a finding", [], []],
    ["where no gate stops one", [finding({ kind: "remark" })], []],
    ["where a waiver holds", [finding()], [waiver]],
    ["where a waiver has ended", [finding()], [{ ...waiver, expires: "2027-01-30" }]],
  ])("is not asked for %s", async (_, found, waivers) => {
    let asked = 0;
    const known = async () => {
      asked += 1;
      return { places: new Set<string>() };
    };
    await weighed(found, exceptions(waivers, "", { known }));
    expect(asked).toBe(0);
  });

  test("is said to be unknown where something is stopped all the same", async () => {
    const known = async () => ({ places: new Set<string>(), fault: "on base it broke" });
    expect((await weighed([one], exceptions([], "", { known }))).lapsed).toEqual(["on base it broke"]);
  });
});

describe("a finding in a commit", () => {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  const secret = finding({ tool: "gitleaks", kind: "secret", rule: "github-pat", commit });

  test("has the fingerprint of its place there, whatever the source holds now", async () => {
    const prints = async (found: Finding, text: string) =>
      (await weighed([found], exceptions([], text))).evidence.findings[0]?.fingerprint;
    expect(await prints(secret, "a\nb\nc")).toBe(await prints(secret, "x\ny\nz"));
    const others = [
      { ...secret, commit: undefined },
      { ...secret, line: 4 },
      { ...secret, commit: `f${commit.slice(1)}` },
    ];
    for (const other of others) expect(await prints(other, "")).not.toBe(await prints(secret, ""));
  });

  test("is waived by rule and path, and not by a remark that stands in the source there", async () => {
    const line = "x  # slipway: ignore github-pat until 2027-06-30: no";
    expect(await standing(secret, exceptions([], `\n\n${line}`))).toBe("stopped");
    expect(await standing({ ...secret, commit: undefined }, exceptions([], `\n\n${line}`))).toBe("waived");
    expect(await standing(secret, exceptions([{ ...waiver, rule: "github-pat", path: "src" }]))).toBe(
      "waived",
    );
  });
});

test("a finding with hostile text everywhere is weighed, and its words stay on their line", async () => {
  const found = finding({ tool: hostile, rule: hostile, path: hostile, message: hostile });
  const given = exceptions([{ ...waiver, rule: hostile, expires: "2026-01-01" }], hostile);
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
  expect(dayOf("2027-01-31")).toBe("2027-01-31");
  expect(dayOf(undefined, new Date("2027-01-31T23:59:59.999Z"))).toBe("2027-01-31");
  for (const bad of ["tomorrow", "2027-02-30", hostile]) {
    expect(codeOfThrow(() => dayOf(bad))).toBe("ARGUMENT_INVALID");
    expect(() => dayOf(bad)).not.toThrow(/[^\P{C}\n]/u);
  }
});
