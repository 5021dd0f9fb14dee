import { expect, test } from "vitest";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { readZizmor } from "./reader.ts";

const recorded = recordedBeside(import.meta.url);

const read = (text: string) => readZizmor(text, "zizmor.sarif", { root: "/src" });
const result = (severity: unknown, more: object = {}) => ({
  ruleId: "zizmor/unpinned-uses",
  level: "warning",
  message: { text: "m" },
  locations: [{ physicalLocation: { artifactLocation: { uri: "action.yml" }, region: { startLine: 3 } } }],
  properties: { "zizmor/severity": severity },
  ...more,
});
const report = (results: readonly unknown[], more: object = {}) =>
  JSON.stringify({
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "zizmor" } },
        invocations: [{ executionSuccessful: true }],
        results,
        ...more,
      },
    ],
  });

test("each result is a weakness of zizmor's own grade, with its place", () => {
  const findings = read(recorded("zizmor.sarif"));
  expect(
    findings.map(({ kind, severity, rule, path, line }) => `${kind} ${severity} ${rule} ${path}:${line}`),
  ).toEqual([
    "weakness MEDIUM zizmor/artipacked .github/workflows/ci.yml:6",
    "weakness MEDIUM zizmor/excessive-permissions .github/workflows/ci.yml:1",
    "weakness MEDIUM zizmor/excessive-permissions .github/workflows/ci.yml:3",
    "weakness MEDIUM zizmor/excessive-permissions .github/workflows/ci.yml:12",
    "weakness HIGH zizmor/dangerous-triggers .github/workflows/ci.yml:1",
    "weakness HIGH zizmor/template-injection .github/workflows/ci.yml:9",
    "weakness HIGH zizmor/unpinned-uses .github/workflows/ci.yml:6",
  ]);
});

test("a report without results is one of nothing found", () => {
  expect(read(recorded("zizmor-none.sarif"))).toEqual([]);
});

test.each([
  ["High", "weakness", "HIGH"],
  ["Medium", "weakness", "MEDIUM"],
  ["Low", "weakness", "LOW"],
  ["Informational", "note", "LOW"],
  ["Unknown", "weakness", "UNKNOWN"],
])("the grade %s, whatever the level, is a %s of %s", (grade, kind, severity) => {
  expect(read(report([result(grade, { level: "note" })]))).toMatchObject([
    { kind, severity, path: "action.yml", line: 3 },
  ]);
});

test.each(["../x.yml", "/etc/x.yml", "file:///etc/x.yml", "%2e%2e/x.yml"])(
  "a path out of the source is kept as text only: %s",
  (uri) => {
    const locations = [{ physicalLocation: { artifactLocation: { uri } } }];
    const [finding] = read(report([result("High", { locations })]));
    expect(finding?.message).toBe(`m (${uri})`);
    expect(finding).not.toHaveProperty("path");
  },
);

test.each([
  ["text", "fatal: no audit was performed"],
  ["JSON of its own", "[]"],
  ["another tool's report", report([]).replace("zizmor", "actionlint")],
  ["another version of the format", report([]).replace("2.1.0", "2.0.0")],
  ["no run", '{"version":"2.1.0","runs":[]}'],
  ["no results", report([], { results: null })],
  ["a run that did not succeed", report([], { invocations: [{ executionSuccessful: false }] })],
  ["a grade that there is not", report([result("Severe")])],
  ["a grade in lower case", report([result("high")])],
  ["no grade", report([result(undefined)])],
  ["no properties", report([result("High", { properties: undefined })])],
  ["a file that breaks off", recorded("zizmor.sarif").slice(0, -3)],
])("%s is malformed", (_, text) => {
  expect(codeOfThrow(() => read(text))).toBe("REPORT_MALFORMED");
});

test("an empty report is no clean one", () => {
  expect(codeOfThrow(() => read(""))).toBe("REPORT_EMPTY");
});
