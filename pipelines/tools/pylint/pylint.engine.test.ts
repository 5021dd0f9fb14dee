import { expect, test } from "vitest";
import { checkedBy } from "../../../test/checked-by.ts";

const check = checkedBy("pylint", "code");

test("pylint passes clean code", async () => {
  expect(await check({ "app.py": '"""Text."""\n' })).toMatch(/^app\/pylint passed/);
});

test("pylint finds what is wrong, with its place", async () => {
  expect(await check({ "app.py": '"""Text."""\n\nprint(missing)\n' })).toMatch(
    /^app\/pylint failed .*E0602 app\.py:3/,
  );
});

test("what pylint's own settings accept does not fail", async () => {
  const settings = '[tool.pylint.main]\nfail-under = 1\nfail-on = "F"\n';
  const code = '"""Text."""\n\nX = 1\nY = 2\nimport os\n';
  expect(await check({ "pyproject.toml": settings, "app.py": code })).toMatch(/^app\/pylint passed/);
});

test("settings that pylint cannot read are errored", async () => {
  expect(await check({ "pyproject.toml": "[tool.pylint.main\n" })).toMatch(/^app\/pylint errored|undefined/);
});
