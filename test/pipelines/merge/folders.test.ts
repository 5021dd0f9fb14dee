import { mkdir, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { codeOf } from "#pipelines/errors/errors.ts";
import { readShards, reportIn } from "#pipelines/merge/folders.ts";
import { mergeShards } from "#pipelines/merge/merge-shards.ts";
import { writeSummary } from "#pipelines/reports/summary-json.ts";
import { verdictOf } from "#pipelines/verdict/verdict.ts";
import { check } from "../samples.ts";
import { put, type Sample, summaryText, twoShards, written } from "./samples.ts";

const roots: string[] = [];
afterAll(() => Promise.all(roots.map((root) => rm(root, { recursive: true, force: true }))));

async function folder(shards: Readonly<Record<string, Sample>>): Promise<string> {
  const root = await written(shards);
  roots.push(root);
  return root;
}

async function merged(root: string) {
  return mergeShards(await readShards(root), (of, path) => reportIn(root, of, path));
}

const [one, two] = twoShards();

test("two shards are read and merged in the order of a run that is not split", async () => {
  const { checks } = await merged(await folder({ b: one, a: two }));
  expect(checks.map(({ check: { name }, folder: of }) => `${of} ${name}`)).toEqual([
    "b source",
    "b orders/ruff",
    "a web/ruff",
    "b orders/test",
    "a web/test",
    "a bump",
  ]);
});

/** Changes the summary.json of the second shard, as text or as what it says. */
type Spoil = (text: string) => string;
// biome-ignore lint/suspicious/noExplicitAny: what is tried is what has no type.
const json = (change: (summary: any) => void): Spoil => {
  return (text) => {
    const summary = JSON.parse(text);
    change(summary);
    return JSON.stringify(summary);
  };
};

describe("a summary.json that is none of a shard is refused with its place", () => {
  const cases: readonly [string, Spoil, string, RegExp][] = [
    ["truncated", (text) => text.slice(0, text.length / 2), "REPORT_MALFORMED", /^\S+ 2\/summary\.json /],
    ["empty", () => "", "REPORT_EMPTY", /2\/summary\.json/],
    ["white space", () => " \n\u0000".slice(0, 2), "REPORT_EMPTY", /2\/summary\.json/],
    ["no JSON", () => "<html>", "REPORT_MALFORMED", /not JSON/],
    ["a list", () => "[]", "REPORT_MALFORMED", /\$:/],
    ["null", () => "null", "REPORT_MALFORMED", /\$:/],
    ["somebody else's", () => '{"name":"x","version":"1.0.0"}', "REPORT_MALFORMED", /\$\.version/],
    [
      "of a run that was not split",
      () => writeSummary(verdictOf([check()])),
      "REPORT_MALFORMED",
      /\$\.shard/,
    ],
    [
      "another version of the format",
      json((it) => Object.assign(it, { version: 2 })),
      "REPORT_MALFORMED",
      /\$\.version/,
    ],
    [
      "an outcome that is none",
      json((it) => Object.assign(it.checks[0], { outcome: "ok" })),
      "REPORT_MALFORMED",
      /\$\.checks\[0\]\.outcome/,
    ],
    [
      "a code that is none",
      json((it) => Object.assign(it.checks[0], { reasons: [{ code: "MADE_UP", text: "" }] })),
      "REPORT_MALFORMED",
      /MADE_UP/,
    ],
    [
      "a shard beyond the last",
      json((it) => Object.assign(it.shard, { index: 3 })),
      "REPORT_MALFORMED",
      /\$\.shard\.index/,
    ],
    ["shard 0", json((it) => Object.assign(it.shard, { index: 0 })), "REPORT_MALFORMED", /\$\.shard\.index/],
    [
      "a million shards",
      json((it) => Object.assign(it.shard.run, { of: 1e6 })),
      "REPORT_MALFORMED",
      /\$\.shard\.run\.of/,
    ],
    [
      "a digest that is none",
      json((it) => Object.assign(it.shard.run, { source: "x" })),
      "REPORT_MALFORMED",
      /\$\.shard\.run\.source/,
    ],
    ["a check taken out", json((it) => it.checks.pop()), "REPORT_CONTRADICTORY", /3 places for 2 checks/],
    [
      "a service without a check",
      json((it) => {
        it.shard.places = it.shard.places.map(() => [3, 5]);
      }),
      "REPORT_CONTRADICTORY",
      /no check of the service web/,
    ],
    [
      "a unit that the run has not",
      json((it) => it.shard.units.push("service x")),
      "REPORT_CONTRADICTORY",
      /service x/,
    ],
    [
      "a failed check, and said to be passed",
      json((it) => Object.assign(it.checks[0], { outcome: "failed" })),
      "REPORT_CONTRADICTORY",
      /outcome is passed/,
    ],
    [
      "an errored check, and said to be passed",
      json((it) => Object.assign(it.checks[0], { outcome: "errored" })),
      "REPORT_CONTRADICTORY",
      /outcome is passed/,
    ],
    [
      "a check that leads up",
      json((it) => Object.assign(it.checks[0], { name: "../x" })),
      "PATH_OUTSIDE_REPORTS",
      /\$\.checks\[0\]\.name/,
    ],
    [
      "a check that leads up at its end",
      json((it) => Object.assign(it.checks[0], { name: "web/.." })),
      "PATH_OUTSIDE_REPORTS",
      /name/,
    ],
    [
      "an absolute check",
      json((it) => Object.assign(it.checks[0], { name: "/etc" })),
      "PATH_OUTSIDE_REPORTS",
      /name/,
    ],
    [
      "a check without a name",
      json((it) => Object.assign(it.checks[0], { name: "" })),
      "PATH_OUTSIDE_REPORTS",
      /name/,
    ],
    [
      "a check in the page's place",
      json((it) => Object.assign(it.checks[0], { name: "index.html" })),
      "PATH_OUTSIDE_REPORTS",
      /name/,
    ],
    [
      "a check over all reports",
      json((it) => Object.assign(it.checks[0], { name: "." })),
      "PATH_OUTSIDE_REPORTS",
      /name/,
    ],
    [
      "a check that is named like another",
      json((it) => Object.assign(it.checks[0], { name: "web/test" })),
      "REPORT_CONTRADICTORY",
      /\$\.checks\[0\]\.name/,
    ],
    [
      "a report that leads up",
      json((it) => it.checks[0].reports.push("web/ruff/../../../x")),
      "PATH_OUTSIDE_REPORTS",
      /reports\[0\]/,
    ],
    [
      "an absolute report",
      json((it) => it.checks[0].reports.push("/etc/passwd")),
      "PATH_OUTSIDE_REPORTS",
      /reports\[0\]/,
    ],
    [
      "a report of another check",
      json((it) => it.checks[0].reports.push("web/test/junit.xml")),
      "PATH_OUTSIDE_REPORTS",
      /reports\[0\]/,
    ],
    [
      "a report with escapes",
      json((it) => it.checks[0].reports.push("web/x\u001b[2J\u202e")),
      "PATH_OUTSIDE_REPORTS",
      /reports\[0\]/,
    ],
    [
      "a report that is missing",
      json((it) => it.checks[0].reports.push("web/ruff/ruff.json")),
      "REPORT_MISSING",
      /2\/web\/ruff\/ruff\.json/,
    ],
  ];
  test.each(cases)("%s", async (_, spoil, code, message) => {
    const root = await folder({ 1: one, 2: two });
    await writeFile(join(root, "2", "summary.json"), spoil(summaryText(two)));
    const error = await readShards(root).catch((thrown: unknown) => thrown);
    expect(codeOf(error)).toBe(code);
    expect(String(error).replace("SlipwayError: ", "")).toMatch(message);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there.
    expect(String(error)).not.toMatch(/[\u001b\u202e]/);
  });
});

describe("a folder that holds no shards", () => {
  test("that is empty", async () => {
    expect(codeOf(await readShards(await folder({})).catch((error) => error))).toBe("SHARD_MISSING");
  });

  test("but is the reports of one run", async () => {
    const root = await folder({ 1: one });
    const error = await readShards(join(root, "1")).catch((thrown) => thrown);
    expect(codeOf(error)).toBe("REPORT_MISSING");
    expect(String(error)).toContain("orders/summary.json");
  });

  test("with more folders than a run has shards", async () => {
    const root = await folder({});
    for (let at = 0; at < 257; at++) await mkdir(join(root, `${at}`));
    expect(codeOf(await readShards(root).catch((error) => error))).toBe("SHARDS_MIXED");
  });

  test("with a summary that is larger than any", async () => {
    const root = await folder({ 1: one, 2: two });
    await truncate(join(root, "2/summary.json"), 65 * 1024 * 1024);
    expect(codeOf(await readShards(root).catch((error) => error))).toBe("REPORT_TOO_LARGE");
  });

  test.each([
    ["for a shard", "3", "/etc"],
    ["for a summary", "2/summary.json", "/etc/passwd"],
    ["for a report", "1/orders/ruff/other.json", "/etc/passwd"],
    ["for a folder, within the reports", "1/orders/test", "ruff"],
    ["that leads nowhere", "1/nothing", "no/such/file"],
  ])("with a symbolic link %s", async (_, path, target) => {
    const root = await folder({ 1: one, 2: two });
    await rm(join(root, path), { force: true });
    await symlink(target, join(root, path));
    const error = await readShards(root).catch((thrown) => thrown);
    expect(codeOf(error)).toBe("PATH_OUTSIDE_REPORTS");
    expect(String(error)).toContain(path);
  });

  test("and files that are no check's do no harm", async () => {
    const root = await folder({ 1: one, 2: two });
    await put(join(root, "1/other/x.txt"), "");
    await put(join(root, "README"), "");
    expect((await merged(root)).checks).toHaveLength(6);
  });
});

describe("shards that are not of one run", () => {
  const differing: readonly [string, Sample, RegExp][] = [
    ["the same shard twice", { ...one }, /^\S+ shard 1 occurs twice, in 1 and 2/],
    ["another number of shards", twoShards({ of: 3 })[1], /differ in the number of shards: 2 and 3/],
    ["another source", twoShards({ source: "c".repeat(64) })[1], /differ in the source/],
    ["another configuration", twoShards({ plan: "c".repeat(64) })[1], /differ in the configuration/],
    [
      "another version",
      twoShards({ slipway: "0.0.9" })[1],
      /differ in Slipway's version: 0\.1\.0 and 0\.0\.9/,
    ],
    ["another folder", twoShards({ root: "sub" })[1], /differ in the checked folder/],
    ["another base", twoShards({ base: { name: "main", root: "." } })[1], /differ in the commit/],
    ["other gates", twoShards({ gates: { totalCoverage: 1 } })[1], /differ in the gates/],
    ["other services", twoShards({ services: [] })[1], /differ in the services/],
    [
      "a unit of the other",
      { ...two, record: { ...two.record, units: [...two.record.units, "source"] } },
      /source occurs twice/,
    ],
    [
      "a check of the other",
      { ...two, checks: two.checks.map((each, at) => (at === 0 ? check({ name: "source" }) : each)) },
      /source occurs twice/,
    ],
    [
      "a unit that none has",
      { ...two, record: { ...two.record, units: ["service web"] } },
      /no shard carried out bump/,
    ],
  ];
  test.each(differing)("%s", async (_, other, message) => {
    const root = await folder({ 1: one, 2: other });
    const error = await merged(root).catch((thrown) => thrown);
    expect(codeOf(error)).toBe("SHARDS_MIXED");
    expect(String(error).replace("SlipwayError: ", "")).toMatch(message);
  });

  test("of another version than the Slipway that merges", async () => {
    const [first, second] = twoShards({ slipway: "9.9.9" });
    const error = await merged(await folder({ 1: first, 2: second })).catch((thrown) => thrown);
    expect(codeOf(error)).toBe("SHARDS_MIXED");
    expect(String(error)).toContain("9.9.9");
  });
});

test("a shard that is missing is a check that could not be carried out, with what it was to do", async () => {
  const { checks } = await merged(await folder({ 2: two }));
  expect(checks[0]?.check).toMatchObject({
    name: "shard/1",
    outcome: "errored",
    reasons: [{ code: "SHARD_MISSING" }],
  });
  expect(checks[0]?.check.reasons[0]?.text).toContain("service orders, source, totals");
  expect(verdictOf(checks.map((each) => each.check)).outcome).toBe("errored");
  expect(checks.at(-1)?.check).toMatchObject({
    name: "bump/k8s",
    outcome: "skipped",
    reasons: [{ text: "an earlier check did not pass" }],
  });
});
