import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { planFile, planJsonSchema, planSchema, writePlan } from "#pipelines/affected/plan-json.ts";

const affected = [
  {
    name: "orders",
    path: "services/orders",
    reasons: [{ reason: "own path", path: 'a\n"\u202eb', files: 2 }],
  },
] as const;

test("is one line in which nothing is hidden, and its own schema takes it", () => {
  const written = writePlan(planFile(affected, 2, "origin/main"));
  expect(written).toMatch(/^[\x20-\x7e]+$/);
  const parsed = JSON.parse(written);
  expect(parsed).toEqual({
    version: 1,
    base: "origin/main",
    services: [{ name: "orders", path: "services/orders", reasons: affected[0].reasons }],
    all: false,
    notes: [],
  });
  expect(planSchema.parse(parsed)).toEqual(parsed);
  expect(new Ajv2020().validate(planJsonSchema(), parsed)).toBe(true);
});

test("says when every service is named", () => {
  expect(planFile(affected, 1).all).toBe(true);
  expect(planFile([], 1, "main", ["nothing differs"])).toEqual({
    version: 1,
    base: "main",
    services: [],
    all: false,
    notes: ["nothing differs"],
  });
});
