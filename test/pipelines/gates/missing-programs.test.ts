import { expect, test } from "vitest";
import { judge } from "#pipelines/gates/judge.ts";
import { missingPrograms } from "#pipelines/gates/missing-programs.ts";

test.each<[what: string, message: string, missing: readonly object[]]>([
  [
    "Python's own words",
    "FileNotFoundError: [Errno 2] No such file or directory: 'git'",
    [{ program: "git", package: "git" }],
  ],
  ["a shell's words", "/bin/sh: 1: msgfmt: not found", [{ program: "msgfmt", package: "gettext" }]],
  ["a project's own words", "VCSNotInstalled: 'git' is not installed.", [{ program: "git", package: "git" }]],
  ["GitPython's words", "ImportError: Bad git executable.", [{ program: "git", package: "git" }]],
  ["a file", "FileNotFoundError: [Errno 2] No such file or directory: 'data'", []],
  ["a file with a folder", "[Errno 2] No such file or directory: '/usr/bin/git'", []],
  ["a name that every object has", "[Errno 2] No such file or directory: 'constructor'", []],
  ["anything else", "assert git == 1", []],
])("programs that tests miss are found in %s", (_, message, missing) => {
  expect(missingPrograms([message, message])).toEqual(
    missing.map((each) => ({ ...each, isOnRunners: true })),
  );
});

test("what is large is not installed without being asked", () => {
  const messages = ["git", "docker"].map((name) => `[Errno 2] No such file or directory: '${name}'`);
  expect(missingPrograms(messages)).toEqual([
    { program: "docker", package: "docker.io", isOnRunners: false },
    { program: "git", package: "git", isOnRunners: true },
  ]);
});

test("the verdict names them with the packages, beside what failed", () => {
  const failures = ["make", "git"].map((program) => ({
    name: program,
    message: `[Errno 2] No such file or directory: '${program}'`,
  }));
  const tests = { passed: 1, failed: 2, errored: 0, skipped: 0, failures, flaky: [] };
  const gates = { coverage: 0, severity: [], ignoreUnfixed: false };
  expect(judge({ findings: [], tests }, gates).reasons).toEqual([
    { text: "2 of 3 tests failed: make, git" },
    {
      text: "the container of the tests has no git, make",
      remedy: "Add `packages: [git, make]` to the service's `test` in slipway.yaml.",
    },
  ]);
});
