import { expect, test } from "vitest";
import { checkedBy } from "../../../test/checked-by.ts";

const check = checkedBy("ty", "types");

test("ty passes clean code", async () => {
  expect(await check({ "app.py": "import pytest\n\nx: object = pytest\n" })).toMatch(/^app\/ty passed/);
});

test("ty reports a fault with its place", async () => {
  expect(await check({ "app.py": 'x: int = "one"\n' })).toMatch(
    /^app\/ty failed .*invalid-assignment app\.py:1/,
  );
});

test("ty is errored if it checks no file", async () => {
  const nothing = '[tool.ty.src]\ninclude = ["empty"]\n';
  expect(await check({ "pyproject.toml": nothing, "empty/a.txt": "" })).toMatch(
    /^app\/ty errored TOOL_FAILED.*no python files found/i,
  );
});

test("ty is errored if it fails itself", async () => {
  expect(await check({ "pyproject.toml": "[tool.ty]\nno-such-key = 1\n" })).toMatch(
    /^app\/ty errored TOOL_FAILED/,
  );
});
