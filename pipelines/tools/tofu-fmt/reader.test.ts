import { expect, test } from "vitest";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { readTofuFmt } from "./reader.ts";

const recorded = recordedBeside(import.meta.url);

const read = (text: string, exitCode = 3) =>
  readTofuFmt(text, "tofu-fmt.diff", exitCode, { root: "/src", folder: "infra" });
const diff = (name: string, body = "@@ -1 +1 @@\n-a\n+b\n") =>
  `${name}\n--- old/${name}\n+++ new/${name}\n${body}`;

test("a recorded report gives each file a finding", () => {
  expect(read(recorded("tofu-fmt.diff")).map(({ tool, kind, path }) => `${tool} ${kind} ${path}`)).toEqual([
    "tofu fmt format infra/l.tf",
    "tofu fmt format infra/n.tf",
  ]);
});

test("nothing printed is nothing to format", () => {
  expect(read("", 0)).toEqual([]);
});

test("a line of a file that looks like a header is none", () => {
  const body = "@@ -1,2 +1,2 @@\n--- old/x.tf\n x.tf\n+++ new/x.tf\n";
  expect(read(diff("a.tf", body)).map(({ path }) => path)).toEqual(["infra/a.tf"]);
});

test.each<[what: string, text: string]>([
  ["text", "Error: oh\n"],
  ["a name alone", "a.tf\n"],
  ["a name before another's diff", `b.tf\n${diff("a.tf").slice(5)}`],
  ["a hunk that breaks off", diff("a.tf").slice(0, -3)],
  ["a hunk with less than it counts", diff("a.tf", "@@ -1,9 +1 @@\n-a\n+b\n")],
  ["a hunk with more than it counts", diff("a.tf", "@@ -1 +1 @@\n-a\n+b\n+c\n")],
  ["a line that no diff has", diff("a.tf", "@@ -1 +1 @@\n-a\n!b\n")],
  ["a file outside the folder", diff("../../../etc/passwd")],
  ["an error after the diff", `${diff("a.tf")}Error: oh\n`],
])("%s is malformed", (_, text) => {
  expect(codeOfThrow(() => read(text))).toBe("REPORT_MALFORMED");
});

test("a diff and exit code 0, or none and 3, contradict", () => {
  expect(codeOfThrow(() => read(diff("a.tf"), 0))).toBe("REPORT_CONTRADICTORY");
  expect(codeOfThrow(() => read("", 3))).toBe("REPORT_CONTRADICTORY");
});
