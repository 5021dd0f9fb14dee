import { expect, test } from "vitest";
import { findingsIn, hasPolicy, isSkipped } from "#pipelines/checks/image/licenses.ts";
import { readConfig } from "#pipelines/config/read.ts";
import type { Package } from "#pipelines/findings/sbom.ts";
import { judge } from "#pipelines/gates/judge.ts";
import { computingOf } from "../../../computing.ts";
import { codeOfThrow } from "../../errors/code-of-throw.ts";

const policyOf = (text: string) => readConfig(`licenses: ${text}\n`, "slipway.yaml").licenses;
const gates = { coverage: 0, severity: ["CRITICAL"] as const, ignoreUnfixed: true };
const packageOf = (licenses: readonly string[], more: Partial<Package> = {}): Package => ({
  type: "pypi",
  name: "psycopg",
  version: "3.3.9",
  licenses,
  ...more,
});

test("a disallowed license gates whatever severities do, and is named with its package", () => {
  const findings = findingsIn(packageOf(["LGPL-3.0-only"]), policyOf("{ deny: [LGPL-3.0-only] }"));
  expect(findings).toMatchObject([
    { tool: "syft", kind: "license", rule: "LGPL-3.0-only", package: "psycopg 3.3.9" },
  ]);
  expect(judge({ findings }, gates)).toEqual({
    outcome: "failed",
    reasons: [{ text: "syft: 1 disallowed license: LGPL-3.0-only in psycopg 3.3.9" }],
  });
});

test("all of a package's licenses hold, so that one that is allowed hides none that is not", () => {
  const findings = findingsIn(
    packageOf(["GPL-2.0-only", "GPL-3.0-only", "MIT"]),
    policyOf("{ allow: [MIT] }"),
  );
  expect(findings.map(({ rule }) => rule)).toEqual(["GPL-2.0-only", "GPL-3.0-only"]);
});

test("an unknown license is a note, and a failure where that is asked for", () => {
  const unknown = [packageOf([]), packageOf(["Apache 2", "MIT"]), packageOf(["LicenseRef-x"])];
  const noted = unknown.flatMap((each) => findingsIn(each, policyOf("{ allow: [MIT] }")));
  expect(noted.map(({ kind, rule }) => `${kind} ${rule}`)).toEqual(Array(3).fill("note unknown-license"));
  expect(judge({ findings: noted }, gates).outcome).toBe("passed");
  expect(noted.map(({ message }) => message)[1]).toMatch(/Apache 2$/);
  const failed = unknown.flatMap((each) => findingsIn(each, policyOf("{ unknown: fail }")));
  expect(judge({ findings: failed }, gates).outcome).toBe("failed");
});

test("nothing is asked for where nothing is configured", () => {
  expect(["{}", "{ skip: [deb/*] }", "{ unknown: note }"].map((text) => hasPolicy(policyOf(text)))).toEqual([
    false,
    false,
    false,
  ]);
  expect(
    ["{ deny: [MIT] }", "{ allow: [MIT] }", "{ unknown: fail }"].map((text) => hasPolicy(policyOf(text))),
  ).toEqual([true, true, true]);
});

test.each([
  ["psycopg", true],
  ["Psyco_pg", false],
  ["PSYCOPG", true],
  ["pypi/psycopg", true],
  ["deb/psycopg", false],
  ["pypi/*", true],
  ["psycopg*", true],
  ["*copg", true],
  ["p*o*g", true],
  ["p*x*g", false],
  ["psycopg*psycopg", false],
  ["*", true],
])("the pattern %s skips psycopg of PyPI: %s", (pattern, skips) => {
  expect(isSkipped(packageOf([]), [pattern])).toBe(skips);
});

test("names are compared as PyPI compares them", () => {
  expect(isSkipped(packageOf([], { name: "Typing_Extensions" }), ["typing.extensions"])).toBe(true);
});

test("a pattern of many stars takes no time", async () => {
  const long = packageOf([], { name: "a".repeat(100_000) });
  const work = () => expect(isSkipped(long, [`${"*a".repeat(90)}*b`])).toBe(false);
  expect(await computingOf(work)).toBeLessThan(5);
});

test.each([
  ["an expression", "{ allow: [MIT OR ISC] }"],
  ["an id in another case", "{ allow: [mit] }"],
  ["an id that SPDX does not have", "{ deny: [GPLv3] }"],
  ["an empty list", "{ allow: [] }"],
  ["another word for unknown", "{ unknown: ignore }"],
  ["a package with a space", "{ skip: [a b] }"],
  ["another key", "{ permit: [MIT] }"],
])("%s is refused", (_, text) => {
  expect(codeOfThrow(() => policyOf(text))).toBe("CONFIG_INVALID");
});
