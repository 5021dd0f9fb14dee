import { expect, test } from "vitest";
import { readContainers } from "#pipelines/readers/containers.ts";
import { readRetries } from "#pipelines/readers/retries.ts";
import { codeOfThrow } from "../errors/code-of-throw.ts";

const retries = (value: unknown) => readRetries(JSON.stringify(value), "retries.json");

test.each([
  ["tests/test_a.py::test_b", "tests.test_a::test_b"],
  ["tests/test_a.py::TestC::test_b", "tests.test_a.TestC::test_b"],
  ["test_a.py::test_b[x/y.py::z]", "test_a::test_b[x/y.py::z]"],
  ["test_a.py::test_b[[]", "test_a::test_b[[]"],
  ["test_bad.py", "test_bad"],
])("the node id %s is %s in the report", (nodeId, name) => {
  expect(retries([{ test: nodeId, message: "m" }])).toEqual([{ name, message: "m" }]);
});

test("none is none", () => {
  expect(retries([])).toEqual([]);
});

test.each([
  ["null", null],
  ["a map", {}],
  ["a test without a name", [{ test: "", message: "" }]],
  ["a test without a message", [{ test: "a" }]],
  ["a number", [1]],
])("%s is malformed", (_, value) => {
  expect(codeOfThrow(() => retries(value))).toBe("REPORT_MALFORMED");
});

test("nothing is empty", () => {
  expect(codeOfThrow(() => readRetries("", "retries.json"))).toBe("REPORT_EMPTY");
});

test.each([
  ["another time", { when: "now", faults: [] }],
  ["no faults", { when: "after" }],
  ["a probe that is no address", { when: "after", faults: [{ probe: "db", fault: "" }] }],
  ["a probe of another kind", { when: "after", faults: [{ probe: "file:///etc/passwd", fault: "" }] }],
])("of the containers %s is malformed", (_, value) => {
  expect(codeOfThrow(() => readContainers(JSON.stringify(value), "containers.json"))).toBe(
    "REPORT_MALFORMED",
  );
});
