import { describe, expect, test } from "vitest";
import { sumCoverage } from "#pipelines/checks/test/coverage-total.ts";
import type { Coverage } from "#pipelines/findings/evidence.ts";
import type { Finding, Severity } from "#pipelines/findings/finding.ts";
import { type Gates, judge } from "#pipelines/gates/judge.ts";
import { passNote } from "#pipelines/verdict/pass-note.ts";
import { evidence, finding, hostile, tests, vulnerability } from "../samples.ts";

const gates: Gates = { coverage: 80, severity: ["CRITICAL", "HIGH"], ignoreUnfixed: false };
const covered = (percent: number): Coverage => ({ percent, coveredLines: 1, totalLines: 1, files: [] });
const outcome = (found: Finding, more: Partial<Gates> = {}) =>
  judge(evidence({ findings: [found] }), { ...gates, ...more }).outcome;

test("no finding passes without a reason", () => {
  expect(judge(evidence(), gates)).toEqual({ outcome: "passed", reasons: [] });
});

describe("coverage", () => {
  test.each([
    [100, 80, "passed"],
    [80, 80, "passed"],
    [79.999, 80, "failed"],
    [79.99999999999999, 80, "failed"],
    [0, 0, "passed"],
    [99.99, 100, "failed"],
    [Number.NaN, 80, "failed"],
    [Number.NaN, 0, "failed"],
  ])("%d under a bar of %d is %s", (percent, bar, expected) => {
    expect(judge(evidence({ coverage: covered(percent) }), { ...gates, coverage: bar }).outcome).toBe(
      expected,
    );
  });

  test("a figure under the bar never prints as the bar", () => {
    const { reasons } = judge(evidence({ coverage: covered(79.999) }), gates);
    expect(reasons).toEqual([{ text: "79.9 % of lines covered (required: at least 80 %)" }]);
  });
});

describe("a service's own limit", () => {
  const measured = (coveredLines: number, branches?: number) =>
    evidence({
      coverage: {
        percent: 1,
        coveredLines,
        totalLines: 1000,
        files: [],
        ...(branches !== undefined && { branches: { percent: 1, covered: branches, total: 1000 } }),
      },
    });
  const own = (percent: number, precision = 0) => ({
    ...gates,
    ownCoverage: { percent, precision, by: "tox.ini [coverage:report]" },
  });

  // As coverage.results.should_fail_under decides.
  test.each([
    [795, 80, 0, "passed"],
    [794, 80, 0, "failed"],
    [785, 79, 0, "failed"],
    [795, 80, 1, "failed"],
    [800, 80, 1, "passed"],
    [999, 100, 0, "failed"],
    [1000, 100, 0, "passed"],
    [100, 10, 0, "passed"],
  ])("%d of 1000 lines, at least %d, rounded to %d decimals: %s", (lines, least, precision, expected) => {
    expect(judge(measured(lines), own(least, precision)).outcome).toBe(expected);
  });

  test("counts branches where they are measured, as coverage.py does, and says who asks", () => {
    expect(judge(measured(1000, 600), own(80)).outcome).toBe("passed");
    expect(judge(measured(1000, 500), own(80)).reasons).toEqual([
      {
        text: "75 % of lines and branches covered (required: at least 80 %), by tox.ini [coverage:report]",
        remedy:
          "Add tests. If that limit is for several runs together, set `gates: { coverage: 1 }` in slipway.yaml.",
      },
    ]);
  });
});

test("the default says that it is one, and how to begin", () => {
  const { reasons } = judge(evidence({ coverage: covered(71.9) }), { ...gates, isDefaultCoverage: true });
  expect(reasons).toEqual([
    {
      text: "71.9 % of lines covered (required: at least 80 %), Slipway's default",
      remedy: "Add tests, or begin with what there is: `gates: { coverage: 71 }` in slipway.yaml.",
    },
  ]);
});

describe("branches", () => {
  const branched = (percent: number) =>
    evidence({ coverage: { ...covered(100), branches: { percent, covered: 1, total: 1 } } });

  test.each([
    [70, 70, "passed"],
    [69.99, 70, "failed"],
    [0, 0, "passed"],
    [Number.NaN, 0, "failed"],
    [-1, 0, "failed"],
  ])("%d under a bar of %d is %s", (percent, branches, expected) => {
    expect(judge(branched(percent), { ...gates, branches }).outcome).toBe(expected);
  });

  test("are not asked for by default, however few are covered", () => {
    expect(judge(branched(0), gates).outcome).toBe("passed");
  });

  test("that nobody measured do not pass where they are asked for", () => {
    expect(judge(evidence({ coverage: covered(100) }), { ...gates, branches: 0 }).reasons).toEqual([
      { text: "branch coverage was not measured (required: at least 0 %)" },
    ]);
  });

  test("and lines below their bars are two reasons", () => {
    const both = evidence({
      coverage: { ...covered(10), branches: { percent: 20, covered: 1, total: 5 } },
    });
    expect(judge(both, { ...gates, branches: 50 }).reasons.map(({ text }) => text)).toEqual([
      "10 % of lines covered (required: at least 80 %)",
      "20 % of branches covered (required: at least 50 %)",
    ]);
  });
});

describe("changed lines", () => {
  const changed = (coveredLines: number, totalLines: number, lines: readonly number[] = []) =>
    evidence({ changed: { base: "main", coveredLines, totalLines, missed: [{ path: "a.py", lines }] } });

  test.each([
    [8, 10, 80, "passed"],
    [7, 10, 80, "failed"],
    [0, 1, 100, "failed"],
    [0, 1, 1, "failed"],
    [1, 1, 100, "passed"],
    [0, 0, 100, "passed"],
    [0, 3, 0, "passed"],
    [Number.NaN, 3, 0, "failed"],
    [-1, 3, 0, "failed"],
  ])("%d of %d under a bar of %d is %s", (coveredLines, totalLines, changedCoverage, expected) => {
    expect(judge(changed(coveredLines, totalLines), { ...gates, changedCoverage }).outcome).toBe(expected);
  });

  test("are not judged where nothing asks for it", () => {
    expect(judge(changed(0, 10), gates).outcome).toBe("passed");
  });

  test("that are not covered are named, neighbours together", () => {
    const { reasons } = judge(changed(1, 6, [9, 3, 4, 5, 12]), { ...gates, changedCoverage: 50 });
    expect(reasons).toEqual([
      { text: "16.6 % of 6 changed lines covered (required: at least 50 %): a.py:3-5 9 12" },
    ]);
  });
});

describe("a drop", () => {
  const step = (before: number, after: number) => evidence({ steps: [{ service: "orders", before, after }] });

  test.each([
    [80, 80, 0, "passed"],
    [80, 90, 0, "passed"],
    [80, 79.99, 0, "failed"],
    [80.3, 80.2, 0.1, "passed"],
    [80.3, 80.1, 0.1, "failed"],
    [Number.NaN, 80, 100, "failed"],
    [80, Number.NaN, 100, "failed"],
  ])("from %d to %d where %d points are allowed is %s", (before, after, coverageDrop, expected) => {
    expect(judge(step(before, after), { ...gates, coverageDrop }).outcome).toBe(expected);
  });

  test("is not judged where nothing asks for it", () => {
    expect(judge(step(80, 1), gates).outcome).toBe("passed");
  });
});

test("the total weighs services by their lines", () => {
  const part = (coveredLines: number, totalLines: number, path: string): Coverage => ({
    percent: (100 * coveredLines) / totalLines,
    coveredLines,
    totalLines,
    files: [{ path, percent: 1 }],
  });
  expect(sumCoverage([part(90, 90, "a.py"), part(0, 10, "b.py")])).toMatchObject({
    percent: 90,
    coveredLines: 90,
    totalLines: 100,
    files: [{ path: "a.py" }, { path: "b.py" }],
  });
  expect(sumCoverage([]).percent).toBeNaN();
});

describe("tests", () => {
  test.each([
    [{ passed: 3 }, "passed"],
    [{ passed: 3, skipped: 2 }, "passed"],
    [{ passed: 3, failed: 1 }, "failed"],
    [{ passed: 3, errored: 1 }, "failed"],
  ] as const)("%j is %s", (counts, expected) => {
    expect(judge(evidence({ tests: tests(counts) }), gates).outcome).toBe(expected);
  });

  test("a module that could not be imported is named with the error", () => {
    const message =
      "collection failure\ntests/test_a.py:1: in <module>\n    import b\nE   ModuleNotFoundError: No module named 'b'\n";
    const failures = [
      { name: "tests.test_a", message },
      { name: "t::t1", message: "assert 1 == 2\nE   assert 1 == 2" },
    ];
    expect(
      judge(evidence({ tests: tests({ failed: 1, errored: 1, failures }) }), gates).reasons[0]?.text,
    ).toBe(
      "1 of 3 tests failed, 1 of 3 tests errored: tests.test_a (ModuleNotFoundError: No module named 'b'), t::t1",
    );
  });

  test("no test at all is errored, whatever the coverage", () => {
    const none = evidence({ tests: tests({ passed: 0 }), coverage: covered(100) });
    expect(judge(none, gates)).toMatchObject({ outcome: "errored", reasons: [{ code: "TESTS_NOT_FOUND" }] });
  });

  test("five failures are named and the rest counted", () => {
    const failures = Array.from({ length: 7 }, (_, n) => ({ name: `t::t${n}`, message: "" }));
    const { reasons } = judge(
      evidence({ tests: tests({ passed: 3, failed: 6, errored: 1, failures }) }),
      gates,
    );
    expect(reasons).toEqual([
      { text: "6 of 10 tests failed, 1 of 10 tests errored: t::t0, t::t1, t::t2, t::t3, t::t4 and 2 more" },
    ]);
  });
});

describe("findings", () => {
  test.each(["lint", "format", "type", "manifest", "policy"] as const)(
    "a %s finding is stopped whatever its severity",
    (kind) => {
      expect(outcome(finding({ kind, severity: "UNKNOWN" }), { severity: [] })).toBe("failed");
    },
  );

  test("a warning is never stopped", () => {
    expect(outcome(finding({ kind: "note", severity: "CRITICAL" }), { severity: ["LOW"] })).toBe("passed");
  });

  test.each<[Severity, readonly Severity[], string]>([
    ["CRITICAL", ["CRITICAL", "HIGH"], "failed"],
    ["HIGH", ["CRITICAL", "HIGH"], "failed"],
    ["MEDIUM", ["CRITICAL", "HIGH"], "passed"],
    ["CRITICAL", ["HIGH"], "failed"],
    ["CRITICAL", ["LOW"], "failed"],
    ["UNKNOWN", ["LOW"], "passed"],
    ["UNKNOWN", ["CRITICAL", "UNKNOWN"], "failed"],
    ["HIGH", ["CRITICAL", "UNKNOWN"], "passed"],
    ["LOW", ["UNKNOWN"], "passed"],
    ["CRITICAL", ["UNKNOWN"], "passed"],
    ["CRITICAL", [], "passed"],
  ])("%s is, with the gate on %j, %s", (graded, severity, expected) => {
    for (const kind of ["vulnerability", "secret", "misconfiguration"] as const) {
      expect(outcome(vulnerability({ kind, severity: graded }), { severity })).toBe(expected);
    }
  });

  test("a module of one's own has the last word, given what the gates say", () => {
    const asked: boolean[] = [];
    const stops = ({ kind }: Finding, byGates: boolean) => {
      asked.push(byGates);
      return kind === "lint" ? false : kind === "note" || byGates;
    };
    expect(outcome(finding({ kind: "lint" }), { blocks: stops })).toBe("passed");
    expect(outcome(finding({ kind: "note" }), { blocks: stops })).toBe("failed");
    expect(outcome(vulnerability({ severity: "LOW" }), { blocks: stops })).toBe("passed");
    expect(asked).toEqual([true, false, false]);
  });

  test("only a vulnerability without a fix is let pass by ignoreUnfixed", () => {
    const { fix, ...unfixed } = vulnerability();
    expect(outcome(unfixed)).toBe("failed");
    expect(outcome(unfixed, { ignoreUnfixed: true })).toBe("passed");
    expect(outcome(vulnerability(), { ignoreUnfixed: true })).toBe("failed");
    expect(outcome({ ...unfixed, kind: "secret" }, { ignoreUnfixed: true })).toBe("failed");
    expect(outcome({ ...unfixed, kind: "misconfiguration" }, { ignoreUnfixed: true })).toBe("failed");
  });

  test("each tool and kind has one reason, gravest first, the same finding once", () => {
    const findings = [
      finding({ path: "src/b.py" }),
      finding(),
      finding(),
      finding({ kind: "format", rule: "unformatted", path: "src/c.py" }),
      vulnerability({ rule: "CVE-2" }),
      vulnerability({ rule: "CVE-1", severity: "CRITICAL" }),
      vulnerability({ kind: "misconfiguration", rule: "DS002", path: "Dockerfile", package: undefined }),
    ];
    expect(judge(evidence({ findings }), gates).reasons.map(({ text }) => text)).toEqual([
      "ruff: 3 lint findings: F401 src/a.py:3, F401 src/b.py:3",
      "ruff: 1 unformatted file: src/c.py",
      "trivy: 2 vulnerabilities: CRITICAL CVE-1 in requests 2.19.0, HIGH CVE-2 in requests 2.19.0",
      "trivy: 1 misconfiguration: HIGH DS002 Dockerfile",
    ]);
  });

  test.each(["CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN"] as const)(
    "a note stops nothing: %s",
    (severity) => {
      expect(outcome(finding({ kind: "note", severity }), { severity: [severity, "UNKNOWN"] })).toBe(
        "passed",
      );
    },
  );

  test("what is wrong with a manifest is named by its message", () => {
    const found = finding({ tool: "kubeconform", kind: "manifest", message: "Service a /spec: got string" });
    const [reason] = judge(evidence({ findings: [found] }), gates).reasons;
    expect(reason?.text).toBe("kubeconform: 1 manifest error: Service a /spec: got string");
  });

  test("a hostile path stays on its line", () => {
    const [reason] = judge(evidence({ findings: [finding({ path: hostile })] }), gates).reasons;
    expect(reason?.text).not.toMatch(/\p{Cc}|\p{Cf}/u);
  });

  test("every gate that is not held gives a reason", () => {
    const bad = evidence({ findings: [finding()], tests: tests({ failed: 1 }), coverage: covered(1) });
    expect(judge(bad, gates).reasons).toHaveLength(3);
  });
});

test.each([
  [evidence(), "no finding"],
  [evidence({ tests: tests({ passed: 14 }), coverage: covered(93.19) }), "14 tests, 93.1 % of lines covered"],
  [
    evidence({ coverage: { ...covered(93.19), branches: { percent: 80.09, covered: 1, total: 2 } } }),
    "93.1 % of lines and 80.0 % of branches covered",
  ],
  [
    evidence({ tests: tests({ passed: 3, flaky: [{ name: `a::${hostile}`, retries: 1, message: "" }] }) }),
    expect.stringMatching(/^3 tests, 1 of them flaky, passed only after a retry: a::\P{C}+$/u),
  ],
  [
    evidence({ changed: { base: hostile, coveredLines: 0, totalLines: 0, missed: [] } }),
    expect.stringMatching(/^no measured line differs from \P{C}+$/u),
  ],
  [evidence({ steps: [] }), "the base has no coverage of these services"],
  [evidence({ tests: tests({ passed: 1, skipped: 2 }) }), "3 tests, 2 of them skipped"],
  [evidence({ findings: [vulnerability({ severity: "LOW" })] }), "1 finding below the gate"],
])("the note of a passed check says what it stands on", (found, note) => {
  expect(passNote(found)).toEqual(note);
});
