import { expect, test } from "vitest";
import { installVariable } from "#pipelines/workspace/secrets.ts";

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
