import { describe, expect, test } from "vitest";
import { isLicense, ruleOn } from "#pipelines/gates/spdx-license.ts";
import { computingOf } from "../../computing.ts";

const allow = ["MIT", "Apache-2.0", "BSD-3-Clause"];

describe("with a list of what is allowed", () => {
  test.each([
    ["MIT", "passed"],
    ["GPL-3.0-only", "refused"],
    ["MIT OR GPL-3.0-only", "passed"],
    ["GPL-2.0-only OR GPL-3.0-only", "refused"],
    ["MIT AND Apache-2.0", "passed"],
    ["MIT AND GPL-3.0-only", "refused"],
    ["(MIT OR GPL-3.0-only) AND BSD-3-Clause", "passed"],
    ["MIT OR GPL-3.0-only AND BSD-3-Clause", "passed"],
    ["Apache-2.0 WITH LLVM-exception", "passed"],
    ["GPL-2.0-only WITH Classpath-exception-2.0", "refused"],
    ["Apache-2.0+", "passed"],
    ["LicenseRef-Proprietary", "unknown"],
    ["MIT OR LicenseRef-Proprietary", "passed"],
    ["MIT AND LicenseRef-Proprietary", "unknown"],
    ["GPL-3.0-only AND LicenseRef-Proprietary", "refused"],
    ["GPL-3.0-only OR LicenseRef-Proprietary", "unknown"],
    ["DocumentRef-x:LicenseRef-y", "unknown"],
  ])("%s is %s", (license, ruling) => {
    expect(ruleOn(license, { allow, deny: [] })).toBe(ruling);
  });
});

describe("with a list of what is denied", () => {
  test.each([
    ["MIT", ["GPL-3.0-only"], "passed"],
    ["GPL-3.0-only", ["GPL-3.0-only"], "refused"],
    ["GPL-3.0-or-later", ["GPL-3.0-only"], "refused"],
    ["GPL-3.0-only", ["GPL-3.0-or-later"], "refused"],
    ["GPL-3.0", ["GPL-3.0-only"], "refused"],
    ["GPL-3.0+", ["GPL-3.0-only"], "refused"],
    ["GPL-2.0-only", ["GPL-3.0-only"], "passed"],
    ["MIT OR GPL-3.0-only", ["GPL-3.0-only"], "passed"],
    ["MIT AND GPL-3.0-only", ["GPL-3.0-only"], "refused"],
    ["GPL-2.0-only WITH Classpath-exception-2.0", ["GPL-2.0-only"], "refused"],
    ["GPL-2.0-only", ["GPL-2.0-only WITH Classpath-exception-2.0"], "passed"],
    ["LicenseRef-Proprietary", ["LicenseRef-Proprietary"], "refused"],
  ] as const)("%s against %j is %s", (license, deny, ruling) => {
    expect(ruleOn(license, { deny })).toBe(ruling);
  });
});

test("the entry that is more exact goes first, and of two that are as exact the one that denies", () => {
  const classpath = "GPL-2.0-only WITH Classpath-exception-2.0";
  expect(ruleOn(classpath, { allow: [classpath], deny: ["GPL-2.0-only"] })).toBe("passed");
  expect(ruleOn("GPL-2.0-only", { allow: [classpath], deny: ["GPL-2.0-only"] })).toBe("refused");
  expect(ruleOn("MIT", { allow: ["MIT"], deny: ["MIT"] })).toBe("refused");
  expect(ruleOn("GPL-3.0-or-later", { allow: ["GPL-3.0-or-later"], deny: ["GPL-3.0-only"] })).toBe("passed");
});

test("what may be used under an allowed version passes, and a version is none that came later", () => {
  expect(ruleOn("GPL-2.0-or-later", { allow: ["GPL-2.0-only"], deny: [] })).toBe("passed");
  expect(ruleOn("GPL-2.0-only", { allow: ["GPL-2.0-or-later"], deny: [] })).toBe("refused");
  expect(ruleOn("LGPL-2.1", { allow: ["LGPL-2.1-or-later"], deny: [] })).toBe("refused");
});

describe("what is no expression is unknown, and found to be so at once", () => {
  test.each([
    ["nothing", ""],
    ["NOASSERTION", "NOASSERTION"],
    ["NONE", "NONE"],
    ["free text of Debian's", "public-domain"],
    ["free text of PyPI's", "Apache 2"],
    ["a classifier", "License :: OSI Approved :: MIT License"],
    ["a digest", "sha256:fd7e4aae7e7b05f217bcf2d02322825c360e66c52c4c2f1b28d784d6297a1c23"],
    ["brackets that do not close", "MIT AND (GPL-2.0-only"],
    ["an operator without its right side", "MIT OR"],
    ["an exception of nothing", "WITH Classpath-exception-2.0"],
    ["an id that SPDX does not have", "MIT OR Foo-1.0"],
    ["characters that the grammar does not have", "!!!MIT"],
    ["a line's end", "MIT\nOR Apache-2.0"],
    ["a terminal escape", "MIT\u001b[2J"],
    ["the name of a property", "__proto__"],
    ["a megabyte of brackets", `${"(".repeat(500_000)}MIT${")".repeat(500_000)}`],
    ["brackets within brackets", `${"(".repeat(60)}MIT${")".repeat(60)}`],
    ["a megabyte of alternatives", "MIT OR ".repeat(150_000)],
    ["a bomb that multiplies", "(MIT OR Apache-2.0) AND ".repeat(1000)],
  ])("%s", async (_, license) => {
    const work = () => expect(ruleOn(license, { allow, deny: [] })).toBe("unknown");
    expect(await computingOf(work)).toBeLessThan(5);
  });

  test("an expression that would multiply out is judged in a moment", async () => {
    const bomb = Array.from({ length: 150 }, () => "(MIT OR Apache-2.0)").join(" AND ");
    const work = () => expect(ruleOn(bomb, { allow, deny: [] })).toBe("passed");
    expect(await computingOf(work)).toBeLessThan(5);
  });
});

test("a policy names single licenses", () => {
  const yes = ["MIT", "GPL-3.0", "LicenseRef-ours", "GPL-2.0-only WITH Classpath-exception-2.0"];
  expect(yes.filter((text) => !isLicense(text))).toEqual([]);
  const no = ["mit", "MIT OR Apache-2.0", "GPLv3", "NOASSERTION", "", "Classpath-exception-2.0"];
  expect(no.filter(isLicense)).toEqual([]);
});
