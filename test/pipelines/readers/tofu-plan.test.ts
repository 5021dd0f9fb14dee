import { expect, test } from "vitest";
import { readTofuPlan } from "../../../pipelines/readers/tofu-plan.ts";
import { isCredential, planText } from "../../../pipelines/tofu-plan.ts";
import { codeOfThrow } from "../code-of-throw.ts";
import { recorded } from "./recorded.ts";

const read = (text: string) => readTofuPlan(text, "plan.json");
const change = (address: unknown, ...actions: readonly unknown[]) => ({ address, change: { actions } });
const plan = (...changes: readonly unknown[]) =>
  JSON.stringify({ format_version: "1.2", resource_changes: changes });

test("a recorded plan says what would be created, and no value", () => {
  const summary = read(recorded("tofu-plan.json"));
  expect(summary).toEqual({
    create: ["terraform_data.a"],
    update: [],
    replace: [],
    delete: [],
    outputs: ["a"],
  });
});

test("each action is told, and what stays is left out", () => {
  const text = plan(
    change("a", "no-op"),
    change("b", "read"),
    change("c", "create"),
    change("d", "update"),
    change("e", "delete", "create"),
    change("f", "create", "delete"),
    change("g", "delete"),
    change("h", "forget"),
  );
  expect(planText(read(text))).toBe("1 to add: c; 1 to change: d; 2 to replace: e, f; 2 to destroy: g, h");
});

test("a plan without a change says so", () => {
  expect(planText(read('{"format_version":"1.2"}'))).toBe("nothing would change");
});

test("an address cannot move the cursor", () => {
  expect(planText(read(plan(change("a\u001b[2J", "create"))))).toBe("1 to add: a␛[2J");
});

test.each<[what: string, text: string]>([
  ["text", "Plan: 1 to add"],
  ["a file that breaks off", recorded("tofu-plan.json").slice(0, -5)],
  ["a list", "[]"],
  ["no version", "{}"],
  ["another version", '{"format_version":"2.0"}'],
  ["changes that are a map", '{"format_version":"1.2","resource_changes":{}}'],
  ["no address", plan(change(undefined, "create"))],
  ["no action", plan(change("a"))],
  ["an action that there is not", plan(change("a", "explode"))],
  ["three actions", plan(change("a", "create", "delete", "create"))],
  ["outputs that are a list", '{"format_version":"1.2","output_changes":[1]}'],
])("%s is malformed", (_, text) => {
  expect(codeOfThrow(() => read(text))).toBe("REPORT_MALFORMED");
});

test.each(["", " \n"])("an empty plan is none: %j", (text) => {
  expect(codeOfThrow(() => read(text))).toBe("REPORT_EMPTY");
});

test("credentials are told by the names that providers read", () => {
  const names = ["TF_VAR_a", "TF_TOKEN_x", "AWS_ACCESS_KEY_ID", "ARM_CLIENT_SECRET", "GOOGLE_CREDENTIALS"];
  expect(names.filter(isCredential)).toEqual(names);
  expect(["API_TOKEN", "MY_AWS_KEY", "UV_INDEX_X_PASSWORD", "TFX"].filter(isCredential)).toEqual([]);
});
