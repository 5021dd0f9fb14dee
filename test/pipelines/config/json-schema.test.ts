import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { jsonSchema } from "#pipelines/config/json-schema.ts";
import { checkConfig } from "#pipelines/config/read.ts";
import { generated } from "../../../ci/scripts/generate.ts";

const validate = new Ajv({ allErrors: true }).compile(jsonSchema());

test.each([...generated()])("%s is what `npm run generate` writes", (path, text) => {
  expect(readFileSync(path, "utf8")).toBe(text);
});

test("the example's config and the empty one hold to the schema for editors", () => {
  expect(validate(parse(readFileSync("test/fixtures/shop/slipway.yaml", "utf8")))).toBe(true);
  expect(validate({})).toBe(true);
});

test.each([
  "gatez: {}",
  "version: 2",
  "gates: {coverage: 101}",
  "gates: {severity: [low]}",
  "reuse: 60",
  "services: {a: {}}",
  "services: {A: {path: a}}",
  "services: {a: {path: ../a}}",
  "services: {a: {path: a, python: 3.10}}",
  "services: {a: {path: a, test: {containers: {db: {image: a}}}}}",
  "services: {a: {path: a, test: {containers: {db: {image: a, port: 1, ports: [1]}}}}}",
  "services: {a: {path: a, image: {name: $(id)}}}",
  "services: {a: {path: a, test: {env: {A: 1}}}}",
  "tools: {trivy: trivy}",
  "root: a\ngates: {}",
])("%s is refused by the schema for editors and by the reader alike", (yaml) => {
  expect(validate(parse(yaml))).toBe(false);
  expect(checkConfig(yaml)).toHaveProperty("faults");
});

test("every key has a description", () => {
  expect(undescribed(jsonSchema(), "")).toEqual([]);
});

function undescribed(node: unknown, path: string): readonly string[] {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    if (key !== "properties") return undescribed(value, `${path}/${key}`);
    const bare = Object.entries(value).filter(
      ([, property]) => !Object.hasOwn(Object(property), "description"),
    );
    return [...bare.map(([name]) => `${path}/${name}`), ...undescribed(value, path)];
  });
}
