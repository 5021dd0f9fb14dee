import { expect, test } from "vitest";
import { localPathIn } from "#pipelines/plan/python/local-requirement.ts";
import { computingOf } from "../../../computing.ts";

test.each([
  ["-e .", "."],
  ["-e.", "."],
  ["  --editable=../shared  # ours", "../shared"],
  ["-e .[test,fast]", "."],
  ["-e libs", "libs"],
  ["-e file:libs/money#egg=money", "libs/money"],
  [".", "."],
  ["..", ".."],
  ["./a@b", "./a@b"],
  ["./libs/money[fast] ; python_version > '3.9'", "./libs/money"],
  ["libs/money", "libs/money"],
  ["wheels/a-1-py3-none-any.whl", "wheels/a-1-py3-none-any.whl"],
  ["money @ file:libs/money", "libs/money"],
  ["money[fast] @ file:///opt/money", "/opt/money"],
  ["/opt/money", "/opt/money"],
  ["-f wheels", "wheels"],
  ["--find-links ./wheels", "./wheels"],
])("%j names %j", (line, path) => {
  expect(localPathIn(line)).toBe(path);
});

test.each([
  "",
  "# see docs/install",
  "a==1  # via -r b/c.txt",
  "a==1 \\",
  "    --hash=sha256:00/11",
  "a[b]>=1,<2 ; sys_platform == 'linux'",
  "a @ https://a.example/a.whl",
  "https://a.example/a.whl",
  "-e git+https://a.example/a.git@main#egg=a",
  "-e git+ssh://git@a.example/a.git",
  "-f https://a.example/wheels",
  "--find-links=https://a.example/wheels",
  "-r other/requirements.txt",
  "-c constraints/all.txt",
  "--index-url https://a.example/simple",
  "--extra-index-url=https://a.example/simple",
])("%j names nothing on this disk", (line) => {
  expect(localPathIn(line)).toBeUndefined();
});

test("a line of a million spaces is read at once", async () => {
  const work = () => {
    expect(localPathIn(`a${" ".repeat(1_000_000)}b`)).toBeUndefined();
    expect(localPathIn(`-e${" ".repeat(1_000_000)}`)).toBeUndefined();
  };
  expect(await computingOf(work)).toBeLessThan(5);
});
