import { expect, test } from "vitest";
import { advisoryOf } from "#pipelines/readers/advisory.ts";
import { hostile } from "../samples.ts";

test("an https address is kept, as browsers write it", () => {
  expect(advisoryOf("https://avd.aquasec.com/nvd/cve-2018-18074")).toEqual({
    advisory: "https://avd.aquasec.com/nvd/cve-2018-18074",
  });
  expect(advisoryOf('https://example.com/"><script>\u202e')).toEqual({
    advisory: "https://example.com/%22%3E%3Cscript%3E%E2%80%AE",
  });
});

test.each([
  undefined,
  null,
  "",
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  " data:text/html,x",
  "http://example.com/",
  "//example.com/",
  "/etc/passwd",
  "file:///etc/passwd",
  "https://",
  "https://user@example.com/",
  "https://user:password@example.com/",
  `https://example.com/${"a".repeat(5000)}`,
  hostile,
])("%j is none", (address) => {
  expect(advisoryOf(address)).toEqual({});
});
