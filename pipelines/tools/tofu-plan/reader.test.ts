import { expect, test } from "vitest";
import { planText } from "#pipelines/checks/infrastructure/tofu-plan.ts";
import { isCredential } from "#pipelines/workspace/secret-uses.ts";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { readTofuPlan } from "./reader.ts";

const recorded = recordedBeside(import.meta.url);

const read = (text: string) => readTofuPlan(text, "tofu-plan.jsonl");
const lines = (...events: readonly unknown[]) => events.map((event) => JSON.stringify(event)).join("\n");
const change = (addr: unknown, action: unknown) => ({
  type: "planned_change",
  change: { resource: { addr }, action },
});
const counted = (add: unknown = 0, changed = 0, remove = 0) => ({
  type: "change_summary",
  changes: { add, change: changed, remove, operation: "plan" },
});

test("a recorded plan says what would be created, and no value", () => {
  expect(recorded("tofu-plan.jsonl")).not.toContain("correct horse");
  expect(read(recorded("tofu-plan.jsonl"))).toEqual({
    create: ["terraform_data.s", "terraform_data.example"],
    update: [],
    replace: [],
    delete: [],
    forget: [],
    outputs: ["clear", "w"],
  });
});

test("each action is told, and what stays is left out", () => {
  const text = lines(
    { type: "version" },
    change("a", "noop"),
    change("b", "read"),
    change("c", "create"),
    change("d", "update"),
    change("e", "replace"),
    change("g", "delete"),
    change("h", "remove"),
    { type: "resource_drift", change: { resource: { addr: "i" }, action: "delete" } },
    counted(2, 1, 2),
    { type: "outputs", outputs: { j: { action: "noop" }, k: { action: "update" } } },
  );
  expect(planText(read(text))).toBe(
    "1 to add: c; 1 to change: d; 1 to replace: e; 1 to destroy: g; 1 to forget: h; 1 output changed: k",
  );
});

test("what is forgotten and created anew is counted, and listed as no-op", () => {
  expect(read(lines(change("a", "noop"), counted(1))).create).toEqual([]);
  expect(codeOfThrow(() => read(lines(change("a", "noop"), counted(2))))).toBe("REPORT_CONTRADICTORY");
});

test("a plan without a change says so", () => {
  expect(planText(read(lines(counted())))).toBe("nothing would change");
});

test("an address cannot move the cursor", () => {
  expect(planText(read(lines(change("a\u001b[2J", "create"), counted(1))))).toBe("1 to add: a␛[2J");
});

test.each<[what: string, text: string]>([
  ["text", "Plan: 1 to add"],
  ["a line that breaks off", recorded("tofu-plan.jsonl").slice(0, -5)],
  ["a plan that breaks off before its count", lines(change("a", "create"))],
  ["an error alone", lines({ type: "diagnostic", diagnostic: {} })],
  ["a list", "[]"],
  ["a number", "7"],
  ["no address", lines(change(undefined, "create"), counted(1))],
  ["no action", lines(change("a", undefined), counted())],
  ["an action that there is not", lines(change("a", "explode"), counted())],
  ["a count below 0", lines(counted(-1))],
  ["a count that is text", lines(counted("1"))],
  ["the count of something else", lines({ type: "change_summary", changes: { operation: "apply" } })],
  ["outputs that are a list", lines(counted(), { type: "outputs", outputs: [1] })],
])("%s is malformed", (_, text) => {
  expect(codeOfThrow(() => read(text))).toBe("REPORT_MALFORMED");
});

test.each<[what: string, text: string]>([
  ["fewer changes than counted", lines(change("a", "create"), counted(2))],
  ["a deletion that is not counted", lines(change("a", "delete"), counted())],
  ["a replacement that is counted once", lines(change("a", "replace"), counted(1))],
])("%s contradict", (_, text) => {
  expect(codeOfThrow(() => read(text))).toBe("REPORT_CONTRADICTORY");
});

test.each(["", " \n"])("an empty plan is none: %j", (text) => {
  expect(codeOfThrow(() => read(text))).toBe("REPORT_EMPTY");
});

test("credentials are told by the names that providers read", () => {
  const names = ["TF_VAR_a", "TF_TOKEN_x", "AWS_ACCESS_KEY_ID", "ARM_CLIENT_SECRET", "GOOGLE_CREDENTIALS"];
  expect(names.filter(isCredential)).toEqual(names);
  expect(["API_TOKEN", "MY_AWS_KEY", "UV_INDEX_X_PASSWORD", "TFX"].filter(isCredential)).toEqual([]);
});
