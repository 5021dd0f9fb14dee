import { expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { plan } from "#pipelines/plan/plan.ts";
import { installVariable, unusedSecretNotes } from "#pipelines/workspace/secret-uses.ts";
import { factsOf } from "../plan/facts-of.ts";

test.each([
  ["UV_INDEX_INTERNAL_PASSWORD", "UV_INDEX_INTERNAL_PASSWORD"],
  ["UV_DEFAULT_INDEX", "UV_DEFAULT_INDEX"],
  ["PIP_INDEX_URL", "UV_DEFAULT_INDEX"],
  ["PIP_EXTRA_INDEX_URL", "UV_INDEX"],
  ["PIP_TOKEN", "PIP_TOKEN"],
  ["POETRY_HTTP_BASIC_INTERNAL_USERNAME", "UV_INDEX_INTERNAL_USERNAME"],
  ["POETRY_HTTP_BASIC_OUR_MIRROR_PASSWORD", "UV_INDEX_OUR_MIRROR_PASSWORD"],
  ["POETRY_HTTP_BASIC_INTERNAL", undefined],
  ["API_TOKEN", undefined],
  ["MY_UV_TOKEN", undefined],
  ["uv_index", undefined],
])("a secret named %s reaches uv as %s", (name, variable) => {
  expect(installVariable(name)).toBe(variable);
});

test("a secret that no step gets is named, and how a step gets it", async () => {
  const files = { "setup.py": "", Dockerfile: "FROM a\n" };
  const yaml = `services:
  a: {path: ., test: {secrets: [OF_TESTS], suites: {slow: {secrets: [OF_SUITE]}}}, image: {secrets: [OF_BUILD]}}
`;
  const { services } = await plan(factsOf(files), readConfig(yaml, "slipway.yaml"));
  const given = ["OF_SUITE", "OF_BUILD", "UV_INDEX_TEAM_PASSWORD", "AWS_ACCESS_KEY_ID", "PIP_INDEX_URL"];
  expect(unusedSecretNotes(given, services)).toEqual([]);
  // A suite's own list replaces that of all suites.
  expect(unusedSecretNotes(["OF_TESTS", "API_TOKEN"], services)).toEqual([
    expect.stringMatching(/ OF_TESTS: name it in `test\.secrets`/),
    expect.stringMatching(/ API_TOKEN: /),
  ]);
});
