import { expect, test } from "vitest";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { type HadolintReading, readHadolint } from "./reader.ts";

const recorded = recordedBeside(import.meta.url);

const read = (text: string, exitCode = 1, least?: HadolintReading["least"]) =>
  readHadolint(text, "hadolint.json", {
    exitCode,
    place: { root: "/src" },
    ...(least !== undefined && { least }),
  });
const found = (more: object = {}) => ({
  file: "./Dockerfile",
  line: 2,
  column: 1,
  level: "warning",
  code: "DL3006",
  message: "m",
  ...more,
});
const report = (...all: readonly unknown[]) => JSON.stringify(all);

test("errors and warnings are findings, the rest are notes, of rules of its own and of ShellCheck's", () => {
  const findings = read(recorded("hadolint.json"));
  expect(
    findings.map(({ kind, severity, rule, path, line }) => `${kind} ${severity} ${rule} ${path}:${line}`),
  ).toEqual([
    "lint MEDIUM DL3006 Dockerfile:1",
    "note LOW DL3009 Dockerfile:2",
    "lint MEDIUM DL3008 Dockerfile:2",
    "note LOW DL3015 Dockerfile:2",
    "lint MEDIUM DL3003 Dockerfile:3",
    "note LOW SC2006 Dockerfile:3",
    "lint HIGH DL4000 Dockerfile:4",
    "lint MEDIUM DL3002 Dockerfile:5",
    "note LOW DL3066 Dockerfile:5",
    "lint MEDIUM DL3025 Dockerfile:6",
    "lint HIGH DL1000 docker/bad.Dockerfile:2",
  ]);
});

test.each<[least: HadolintReading["least"], findings: number, exitCode: number]>([
  ["error", 2, 1],
  ["warning", 7, 1],
  ["info", 10, 1],
  ["style", 11, 1],
  ["none", 0, 0],
])("what stops is what its own settings say: %s", (least, expected, exitCode) => {
  const findings = read(recorded("hadolint.json"), exitCode, least);
  expect(findings.filter(({ kind }) => kind === "lint")).toHaveLength(expected);
});

test("an empty list and exit code 0 is nothing found", () => {
  expect(read("[]", 0)).toEqual([]);
});

test.each(["/etc/Dockerfile", "../Dockerfile", "a/../../Dockerfile"])(
  "a path out of the source is kept as text only: %s",
  (file) => {
    const [finding] = read(report(found({ file })));
    expect(finding?.message).toBe(`m (${file})`);
    expect(finding).not.toHaveProperty("path");
    expect(finding).not.toHaveProperty("line");
  },
);

test.each([
  ["text", "hadolint: withBinaryFile: does not exist"],
  ["a map", "{}"],
  ["null", "null"],
  ["a level that there is not", report(found({ level: "ignore" }))],
  ["a rule that is none", report(found({ code: "" }))],
  ["a rule with a line's end", report(found({ code: "DL3006\n" }))],
  ["half a line", report(found({ line: 1.5 }))],
  ["no message", report(found({ message: undefined }))],
  ["a file that breaks off", recorded("hadolint.json").slice(0, 300)],
])("%s is malformed", (_, text) => {
  expect(codeOfThrow(() => read(text))).toBe("REPORT_MALFORMED");
});

test.each<[string, string, number, HadolintReading["least"]]>([
  ["nothing found and exit code 1", "[]", 1, undefined],
  ["something found and exit code 0", report(found()), 0, undefined],
  ["no-fail and exit code 1", report(found()), 1, "none"],
])("%s contradict", (_, text, exitCode, least) => {
  expect(codeOfThrow(() => read(text, exitCode, least))).toBe("REPORT_CONTRADICTORY");
});

test("an empty report is no clean one", () => {
  expect(codeOfThrow(() => read(" \n", 0))).toBe("REPORT_EMPTY");
});
