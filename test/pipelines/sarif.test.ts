import { expect, test } from "vitest";
import { readSarif } from "../../pipelines/readers/sarif.ts";
import { writeSarif } from "../../pipelines/sarif.ts";
import { finding, hostile, vulnerability } from "./samples.ts";

const origin = { tool: "slipway", version: "0.1.0" };

test("what is written is read back with rule, path and line", () => {
  const findings = [
    finding(),
    finding({ path: "a b/ü#%.py", line: undefined }),
    vulnerability({ path: undefined, severity: "LOW" }),
    finding({ message: hostile }),
  ];
  const reading = { tool: "slipway", kind: "lint", place: { root: "/src" } } as const;
  const read = readSarif(writeSarif(findings, origin), "f", reading);
  expect(read.map(({ rule, path, line }) => [rule, path, line])).toEqual(
    findings.map(({ rule, path, line }) => [rule, path, line]),
  );
  expect(read.map(({ severity }) => severity)).toEqual(["HIGH", "HIGH", "LOW", "HIGH"]);
  expect(read[2]?.message).toContain("requests 2.19.0");
  expect(read[3]?.message).toBe(hostile);
});

test("each rule is described once, a security finding's with the figure that GitHub sorts by", () => {
  const { runs } = JSON.parse(writeSarif([finding(), finding(), vulnerability()], origin));
  expect(runs[0].tool.driver.rules).toEqual([
    { id: "F401", properties: { tags: ["lint"] } },
    { id: "CVE-2018-18074", properties: { tags: ["vulnerability", "security"], "security-severity": "8.0" } },
  ]);
  expect(runs[0].results.map(({ ruleIndex }: { ruleIndex: number }) => ruleIndex)).toEqual([0, 0, 1]);
});

test("a remark is no matter of security", () => {
  const { runs } = JSON.parse(writeSarif([finding({ kind: "remark", severity: "LOW" })], origin));
  expect(runs[0].tool.driver.rules).toEqual([{ id: "F401", properties: { tags: ["remark"] } }]);
  expect(runs[0].results[0].level).toBe("note");
});

test("no finding is a report too", () => {
  expect(JSON.parse(writeSarif([], origin)).runs[0].results).toEqual([]);
});
