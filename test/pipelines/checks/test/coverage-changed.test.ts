import { describe, expect, test } from "vitest";
import { tally } from "#pipelines/checks/test/coverage-changed.ts";

const covered = (lines: Readonly<Record<string, Readonly<Record<number, boolean>>>>) =>
  new Map(
    Object.entries(lines).map(([path, each]) => [
      path,
      new Map(Object.entries(each).map(([line, run]) => [Number(line), run])),
    ]),
  );

describe("of the changed lines", () => {
  test("those count that tests measure", () => {
    const changed = [
      { path: "a.py", lines: [1, 2, 3, 4] },
      { path: "README.md", lines: [1] },
    ];
    expect(tally(changed, [covered({ "a.py": { 1: true, 3: false, 9: false } })])).toEqual({
      coveredLines: 1,
      totalLines: 2,
      missed: [{ path: "a.py", lines: [3] }],
    });
  });

  test("one that any service's tests run is covered", () => {
    const both = [covered({ "lib.py": { 1: false, 2: false } }), covered({ "lib.py": { 1: true } })];
    expect(tally([{ path: "lib.py", lines: [1, 2] }], both)).toEqual({
      coveredLines: 1,
      totalLines: 2,
      missed: [{ path: "lib.py", lines: [2] }],
    });
  });

  test("those of a source that is a part of the repository are found in it", () => {
    const changed = [
      { path: "shop/a.py", lines: [1] },
      { path: "a.py", lines: [2] },
    ];
    expect(tally(changed, [covered({ "a.py": { 1: true, 2: false } })], "shop")).toEqual({
      coveredLines: 1,
      totalLines: 1,
      missed: [],
    });
  });

  test("none is none", () => {
    expect(tally([], [covered({ "a.py": { 1: true } })])).toEqual({
      coveredLines: 0,
      totalLines: 0,
      missed: [],
    });
  });

  test("a name of an object's own property is a file as any other", () => {
    const unmeasured = ["jobs/nightly.py", "tests/a.py", "a/test_b.py", "conftest.py", "README.md", "a.py"];
    const all = unmeasured.map((path) => ({ path, lines: [1] }));
    expect(tally(all, [covered({ "a.py": { 2: true } })]).unmeasured).toEqual(["jobs/nightly.py"]);
    expect(tally([{ path: "__proto__", lines: [1] }], [covered({})])).toMatchObject({ totalLines: 0 });
  });
});
