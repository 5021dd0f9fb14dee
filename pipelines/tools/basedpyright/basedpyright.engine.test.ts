import { expect, test } from "vitest";
import { checkedBy } from "../../../test/checked-by.ts";

const check = checkedBy("basedpyright", "types");

test("basedpyright passes clean code, with the service's dependencies", async () => {
  expect(await check({ "app.py": "import pytest\n\nprint(pytest.__name__)\n" })).toMatch(
    /^app\/basedpyright passed/,
  );
});

test("basedpyright reports a fault with its place", async () => {
  expect(await check({ "app.py": 'x: int = "one"\n' })).toMatch(
    /^app\/basedpyright failed .*reportAssignmentType app\.py:1/,
  );
});

test("basedpyright is errored if it checks no file", async () => {
  const nothing = '[tool.basedpyright]\ninclude = ["empty"]\n';
  expect(await check({ "pyproject.toml": nothing, "empty/a.txt": "" })).toMatch(
    /^app\/basedpyright errored REPORT_CONTRADICTORY/,
  );
});
