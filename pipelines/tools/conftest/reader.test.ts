import { describe, expect, test } from "vitest";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { readConftest } from "./reader.ts";

const recorded = recordedBeside(import.meta.url);

const read = (text: string, exitCode = 0) => readConftest(text, "conftest.json", exitCode);

const result = (more: object = {}) => ({ filename: "a.yaml", namespace: "main", successes: 1, ...more });
const report = (...results: readonly unknown[]) => JSON.stringify(results);
const failed = (more: object = {}) => result({ failures: [{ msg: "no" }], ...more });
const warned = result({ warnings: [{ msg: "hm" }] });

describe("a recorded report", () => {
  test("gives failures findings that gate, and warnings ones that do not", () => {
    const { findings, rules } = read(recorded("conftest.json"), 1);
    expect(findings.map(({ kind, rule, message }) => `${kind} ${rule}: ${message}`)).toEqual([
      "policy main.deny: a: wants two replicas",
      "policy main.violation: with details",
      "note main.warn: wants labels",
    ]);
    expect(rules).toBe(8);
  });

  test("of manifests that hold has no finding", () => {
    expect(read(recorded("conftest-passed.json"))).toEqual({ findings: [], rules: 4 });
  });

  test("of manifests that are warned of passes, or fails where conftest.toml says so", () => {
    const kinds = (exitCode: number) =>
      read(recorded("conftest-warned.json"), exitCode).findings.map(({ kind }) => kind);
    expect(kinds(0)).toEqual(["note"]);
    expect(kinds(1)).toEqual(["policy"]);
  });

  test("where no rule was evaluated is no pass", () => {
    expect(codeOfThrow(() => read(recorded("conftest-none.json")))).toBe("RULES_NOT_FOUND");
  });
});

test("with exit code 2 warnings fail beside failures", () => {
  expect(read(report(failed(), warned), 2).findings.map(({ kind }) => kind)).toEqual(["policy", "policy"]);
  expect(read(report(failed(), warned), 1).findings.map(({ kind }) => kind)).toEqual(["policy", "note"]);
});

test.each<[what: string, text: string]>([
  ["text", "FAIL - a.yaml - main - no"],
  ["a file that breaks off", recorded("conftest.json").slice(0, -5)],
  ["an object", JSON.stringify(result())],
  ["null", "null"],
  ["a list of text", report("main")],
  ["no count", report(result({ successes: undefined }))],
  ["a count below 0", report(result({ successes: -1 }))],
  ["half a count", report(result({ successes: 0.5 }))],
  ["a count that is text", report(result({ successes: "1" }))],
  ["failures that are a number", report(result({ failures: 1 }))],
  ["a failure without a message", report(result({ failures: [{}] }))],
  ["a message that is a map", report(result({ failures: [{ msg: {} }] }))],
  ["a rule that is a number", report(result({ failures: [{ msg: "m", metadata: { query: 1 } }] }))],
  ["no namespace", report(result({ namespace: undefined }))],
])("%s is malformed", (_, text) => {
  expect(codeOfThrow(() => read(text, 1))).toBe("REPORT_MALFORMED");
});

test.each<[what: string, text: string, exitCode: number]>([
  ["failures and exit code 0", report(failed()), 0],
  ["no failure and exit code 1", report(result()), 1],
  ["no failure and exit code 2", report(result()), 2],
  ["warnings alone and exit code 2", report(warned), 2],
])("%s contradict", (_, text, exitCode) => {
  expect(codeOfThrow(() => read(text, exitCode))).toBe("REPORT_CONTRADICTORY");
});

test.each(["[]", report(result({ successes: 0 })), report(result({ successes: 0, failures: [] }))])(
  "a report without a rule is no clean one: %s",
  (text) => {
    expect(codeOfThrow(() => read(text))).toBe("RULES_NOT_FOUND");
  },
);

test.each(["", " \n"])("an empty report is no clean one: %j", (text) => {
  expect(codeOfThrow(() => read(text))).toBe("REPORT_EMPTY");
});
