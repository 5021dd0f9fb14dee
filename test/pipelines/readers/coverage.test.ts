import { describe, expect, test } from "vitest";
import { readCoverage } from "#pipelines/readers/coverage.ts";
import { codeOfThrow } from "../errors/code-of-throw.ts";
import { recorded } from "./recorded.ts";

const place = { root: "/src", folder: "orders" };
const read = (text: string) => readCoverage(text, "coverage.json", place);

/** A report of one file; `percent` is put in as text, so that it may be no JSON. */
function report(
  covered: number | string,
  statements: number | string,
  percent: string,
  missing?: number,
): string {
  const summary = `{"covered_lines": ${covered}, "num_statements": ${statements}, "percent_covered": ${percent}, "missing_lines": ${missing ?? Number(statements) - Number(covered)}}`;
  return `{"meta": {"version": "7.0", "branch_coverage": false}, "files": {"a.py": {"summary": ${summary}}}, "totals": ${summary}}`;
}

/** A report of one file with two lines, one covered, and these branches. */
function branched({ total, covered, missing, percent }: Record<string, number | string>): string {
  const summary = `{"covered_lines": 1, "num_statements": 2, "percent_covered": ${percent}, "missing_lines": 1, "num_branches": ${total}, "missing_branches": ${missing}, "covered_branches": ${covered}}`;
  return `{"meta": {"version": "7.0", "branch_coverage": true}, "files": {"a.py": {"summary": ${summary}}}, "totals": ${summary}}`;
}

describe("coverage.py's own reports", () => {
  test("the percentage is unrounded, files are of the source, files without a line are left out", () => {
    expect(read(recorded("coverage.json"))).toEqual({
      percent: 1000 / 13,
      coveredLines: 10,
      totalLines: 13,
      files: [
        { path: "orders/src/orders/price.py", percent: 1000 / 12 },
        { path: "orders/src/orders/ünïcode name.py", percent: 0 },
      ],
    });
  });

  test("measured branches do not raise the line coverage", () => {
    expect(JSON.parse(recorded("coverage-branch.json")).totals.percent_covered).toBe(80);
    expect(read(recorded("coverage-branch.json")).percent).toBe(1000 / 13);
  });

  test("measured branches are counted", () => {
    expect(read(recorded("coverage-branch.json")).branches).toEqual({ percent: 100, covered: 2, total: 2 });
    expect(read(recorded("coverage.json"))).not.toHaveProperty("branches");
  });

  test("code without a branch has all of them covered", () => {
    expect(read(branched({ total: 0, covered: 0, missing: 0, percent: 50 })).branches?.percent).toBe(100);
  });

  test("a coverage.py that does not count covered branches has none to judge", () => {
    const old = branched({ total: 2, covered: 1, missing: 1, percent: 50 }).replace(
      /, "covered_branches": 1/g,
      "",
    );
    expect(read(old.replace(/, "num_branches": 2, "missing_branches": 1/g, ""))).not.toHaveProperty(
      "branches",
    );
  });

  test("79.999 % stays that", () => {
    expect(read(report(79999, 100000, "79.999")).percent).toBe(79.999);
  });

  test("a file outside the source keeps its name", () => {
    const text = report(1, 2, "50.0").replace("a.py", "/usr/lib/x.py");
    expect(read(text).files).toEqual([{ path: "/usr/lib/x.py", percent: 50 }]);
  });
});

describe("hostile reports", () => {
  test("nothing is empty", () => {
    expect(codeOfThrow(() => read("\n"))).toBe("REPORT_EMPTY");
  });

  test.each([
    ["NaN", report(1, 2, "NaN")],
    ["Infinity", report(1, 2, "Infinity")],
    ["1e999, which is infinite", report(1, 2, "1e999")],
    ["a string", report(1, 2, '"50"')],
    ["null", report(1, 2, "null")],
    ["100.1", report(2, 2, "100.1")],
    ["-0.1", report(0, 2, "-0.1")],
    ["a negative count", report(-1, 2, "50")],
    ["a fraction of a line", report(0.5, 1, "50")],
    ["a count past all integers", report("1e300", "1e300", "100", 0)],
    ["a report that breaks off", report(1, 2, "50").slice(0, -3)],
    ["a number alone", "100"],
    ["null alone", "null"],
    ["an array", "[]"],
    ["another schema", '{"coverage": 100}'],
    ["no totals", '{"meta": {"version": "7", "branch_coverage": false}, "files": {}}'],
    ["a NUL", `\0${report(1, 2, "50")}`],
    ["UTF-16 read as UTF-8", [...report(1, 2, "50")].join("\0")],
    ["XML", "<coverage line-rate='1'/>"],
    ["a deep nest", "[".repeat(200_000)],
    ["a negative count of branches", branched({ total: 2, covered: -1, missing: 3, percent: 0 })],
    ["NaN branches", branched({ total: "NaN", covered: 1, missing: 1, percent: 50 })],
    ["half a branch", branched({ total: 1, covered: 0.5, missing: 0.5, percent: 50 })],
    ["branches as text", branched({ total: 2, covered: '"2"', missing: 0, percent: 75 })],
    ["above 100 with branches", branched({ total: 2, covered: 2, missing: 0, percent: 100.1 })],
  ])("%s is malformed", (_, text) => {
    expect(codeOfThrow(() => read(text))).toBe("REPORT_MALFORMED");
  });

  test.each([
    ["no line at all", report(0, 0, "100.0")],
    ["no file at all", report(0, 0, "100.0").replace(/"files": \{.*\}\}, "totals"/, '"files": {}, "totals"')],
    ["more lines covered than there are", report(3, 2, "100", -1).replaceAll("-1", "0")],
    ["lines that do not add up", report(1, 2, "50", 0)],
    ["a percentage that is not the lines'", report(1, 2, "99.0")],
    [
      "totals that are not the files' sum",
      report(1, 2, "50.0").replace(/"files": \{.*\}\}, "t/, '"files": {}, "t'),
    ],
    ["more branches covered than there are", branched({ total: 2, covered: 3, missing: 0, percent: 100 })],
    ["branches that do not add up", branched({ total: 4, covered: 1, missing: 1, percent: 33.33 })],
    ["a percentage that is not the branches'", branched({ total: 2, covered: 0, missing: 2, percent: 99 })],
    [
      "totals of branches that are not the files' sum",
      branched({ total: 2, covered: 1, missing: 1, percent: 50 }).replace(
        /"num_branches": 2, "missing_branches": 1, "covered_branches": 1/,
        '"num_branches": 0, "missing_branches": 0, "covered_branches": 0',
      ),
    ],
  ])("%s is contradictory", (_, text) => {
    expect(codeOfThrow(() => read(text))).toBe("REPORT_CONTRADICTORY");
  });

  test("a fault is named by its path, and nothing of the report is quoted", () => {
    expect(() => read(report(1, 2, '"s3cret"'))).toThrow(/coverage\.json.*\$\.totals\.percent_covered/);
    expect(() => read(report(1, 2, '"s3cret"'))).not.toThrow(/s3cret/);
    expect(() => read("s3cret")).not.toThrow(/s3cret/);
  });
});

test.each([
  ["below", 2],
  ["above", 4],
])("totals %s the sum over the files contradict them", (_, covered) => {
  const [file, totals] = [3, covered].map((lines) => JSON.parse(report(lines, 5, `${20 * lines}`)).totals);
  const whole = { ...JSON.parse(report(3, 5, "60")), files: { "a.py": { summary: file } }, totals };
  expect(codeOfThrow(() => read(JSON.stringify(whole)))).toBe("REPORT_CONTRADICTORY");
});
