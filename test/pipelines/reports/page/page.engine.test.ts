import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dag } from "@dagger.io/dagger";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withText } from "#pipelines/dagger/text-file.ts";
import type { Check } from "#pipelines/findings/evidence.ts";
import type { JudgedFinding } from "#pipelines/findings/finding.ts";
import { mergeFindings } from "#pipelines/findings/merge.ts";
import { renderPage } from "#pipelines/reports/page/page.ts";
import { verdictOf } from "#pipelines/verdict/verdict.ts";
import { looksAt } from "../../../browser/browser.ts";
import type { Looks } from "../../../browser/looks.ts";
import { session } from "../../../session.ts";
import { check, evidence, finding, hostile, tests, vulnerability } from "../../samples.ts";

const services = [
  { name: "orders", path: "services/orders" },
  { name: "notifier", path: "services/notifier" },
];

const coverage = {
  percent: 86.4,
  coveredLines: 864,
  totalLines: 1000,
  branches: { percent: 71.2, covered: 712, total: 1000 },
  files: [
    {
      path: "services/orders/src/orders/api/handlers/very_long_module_name_that_does_not_end.py",
      percent: 41.2,
    },
    { path: "services/orders/src/orders/model.py", percent: 97.5 },
    { path: "services/orders/src/orders/store.py", percent: 100 },
  ],
};

const passing: readonly Check[] = [
  check({
    name: "orders/sbom",
    note: "123 packages; image sha256:4c17; 1 added, 1 removed, 1 changed since the last release",
    start: 40,
    seconds: 2,
    evidence: evidence({
      changes: {
        added: [
          {
            type: "pypi",
            name: "opentelemetry-instrumentation-that-has-a-very-long-name-and-does-not-end",
            after: {
              versions: ["1.45.2"],
              licenses: ["Apache-2.0 OR GPL-2.0-only WITH Classpath-exception-2.0"],
            },
          },
        ],
        removed: [
          { type: "deb", name: "bash", before: { versions: ["5.2"], licenses: ["GPL-3.0-or-later"] } },
        ],
        changed: [
          {
            type: "pypi",
            name: "redis",
            before: { versions: ["7.0"], licenses: ["MIT"] },
            after: { versions: ["8.1.0"], licenses: ["MIT"] },
          },
        ],
        unchanged: 121,
      },
    }),
  }),
  check({
    name: "orders/ruff",
    note: "no finding",
    start: 10,
    seconds: 2.1,
    reports: ["orders/ruff/ruff.sarif"],
  }),
  check({
    name: "orders/mypy",
    note: "no finding",
    start: 10.2,
    seconds: 9.4,
    reports: ["orders/mypy/mypy.jsonl"],
  }),
  check({
    name: "orders/test",
    note: "214 tests, 86.4 % of lines and 71.2 % of branches covered",
    start: 11,
    seconds: 38.2,
    evidence: evidence({ tests: tests({ passed: 214 }), coverage }),
    reports: ["junit.xml", "coverage.xml", "coverage.lcov", "coverage-html/index.html", "output.txt"].map(
      (file) => `orders/test/${file}`,
    ),
  }),
  check({
    name: "scan",
    note: "3 findings below the gate; database of 2026-11-20",
    start: 10.1,
    seconds: 21,
    reports: ["scan/trivy.json", "scan/trivy.sarif"],
  }),
  check({ name: "orders/image", note: "built from services/orders/Dockerfile", start: 12, seconds: 30 }),
  check({
    name: "notifier/types",
    outcome: "skipped",
    reasons: [{ text: "no type checker is configured here" }],
    seconds: 0,
  }),
];

const waiver = {
  place: "slipway.yaml waivers[0]",
  reason: "the endpoint is not reached from outside",
  expires: "2027-01-31",
};
const found: readonly JudgedFinding[] = [
  finding({
    path: "services/orders/src/orders/api.py",
    line: 12,
    message: "`os` imported but unused",
    advisory: "https://docs.astral.sh/ruff/rules/unused-import",
  }),
  finding({
    tool: "bandit",
    kind: "weakness",
    rule: "B602",
    path: "services/orders/src/orders/shell.py",
    line: 40,
    message: "subprocess call with shell=True identified, a needle",
  }),
  finding({
    rule: "S602",
    path: "services/orders/src/orders/shell.py",
    line: 41,
    message: "`subprocess` call with `shell=True`",
    severity: "LOW",
    status: "nonblocking",
  }),
  vulnerability({
    severity: "CRITICAL",
    path: "services/orders/uv.lock",
    message: "python-requests: Redirect from HTTPS to HTTP does not remove Authorization header",
    advisory: "https://avd.aquasec.com/nvd/cve-2018-18074",
  }),
  vulnerability({
    rule: "CVE-2026-1",
    package: "a-package-with-a-name-that-is-longer-than-anyone-would-like 2026.11.0",
    status: "waived",
    waiver,
    severity: "MEDIUM",
  }),
  finding({
    tool: "trivy",
    kind: "misconfiguration",
    rule: "DS002",
    path: "services/notifier/Dockerfile",
    line: undefined,
    message: "Specify at least 1 USER command in Dockerfile with non-root user as argument",
    severity: "MEDIUM",
    status: "baseline",
  }),
];

const failing: readonly Check[] = [
  ...passing.slice(0, 2),
  check({
    name: "orders/test",
    outcome: "failed",
    reasons: [
      { text: "2 of 214 tests failed: tests.unit.test_api::test_total, tests.unit.test_api::test_tax" },
    ],
    start: 11,
    seconds: 38.2,
    evidence: evidence({
      tests: tests({
        passed: 212,
        failed: 2,
        failures: [
          {
            name: "tests.unit.test_api::test_total",
            message:
              "assert 41 == 42\n\n    def test_total():\n>       assert total([40, 1]) == 42\nE       assert 41 == 42\nE        +  where 41 = total([40, 1])\n\ntests/unit/test_api.py:17: AssertionError",
          },
          { name: "tests.unit.test_api::test_tax", message: `KeyError: 'rate'\n${"x".repeat(300)}` },
        ],
        flaky: [{ name: "tests.unit.test_api::test_clock", retries: 1, message: "assert 1 == 2" }],
      }),
      coverage,
    }),
    reports: ["orders/test/junit.xml"],
  }),
  check({
    name: "scan",
    outcome: "failed",
    reasons: [{ text: "trivy: 1 vulnerability: CRITICAL CVE-2018-18074 in requests 2.19.0" }],
    start: 10.1,
    seconds: 21,
    evidence: evidence({ findings: found.filter(({ tool }) => tool === "trivy") }),
  }),
  check({
    name: "orders/bandit",
    outcome: "failed",
    reasons: [{ text: "bandit: 1 weakness: HIGH B602 services/orders/src/orders/shell.py:40" }],
    start: 12,
    seconds: 4,
    evidence: evidence({ findings: found.filter(({ tool }) => tool !== "trivy") }),
  }),
  ...passing.slice(4),
];

const errored: readonly Check[] = [
  check({
    name: "orders/test",
    outcome: "errored",
    reasons: [
      {
        code: "TOOL_KILLED",
        text: "TOOL_KILLED: pytest was ended by signal 9 (SIGKILL). Give the machine more memory, or run fewer processes at a time.",
      },
    ],
    start: 11,
    seconds: 12,
  }),
  ...passing.slice(0, 2),
];

const many = Array.from({ length: 100_000 }, (_, at) => ({
  ...finding({
    tool: at % 7 === 0 ? "bandit" : "ruff",
    rule: `R${at % 300}`,
    path: `services/${at % 2 ? "orders" : "notifier"}/src/module_${at % 5000}.py`,
    line: at + 1,
    message: at === 77_777 ? "a needle in the haystack" : `something is wrong here, case ${at}`,
    severity: (["CRITICAL", "HIGH", "MEDIUM", "LOW"] as const)[at % 4],
    ...(at === 5 ? { status: "waived" as const, waiver } : {}),
  }),
}));

const pages: Readonly<Record<string, readonly Check[]>> = {
  passed: passing,
  failed: failing,
  errored,
  hostile: [
    check({
      name: hostile,
      outcome: "failed",
      reasons: [{ text: hostile.repeat(3) }],
      start: 0,
      evidence: evidence({
        findings: [
          finding({
            rule: hostile,
            message: `<img src=x onerror=alert(1)>${hostile}`,
            path: hostile,
            fix: hostile,
          }),
          finding({
            rule: "</script><script>alert(2)</script>",
            message: "<!--<script>",
            path: "a".repeat(500),
          }),
        ],
        tests: tests({ failed: 1, failures: [{ name: hostile, message: hostile }] }),
      }),
      reports: [hostile],
    }),
  ],
  many: [
    check({
      name: "ruff",
      outcome: "failed",
      reasons: [{ text: "ruff: 100000 lint findings" }],
      start: 0,
      seconds: 60,
      evidence: evidence({ findings: many }),
    }),
  ],
};

let out: string;
let seen: Looks;
beforeAll(async () => {
  out = process.env.SLIPWAY_LOOKS ?? (await mkdtemp(join(tmpdir(), "slipway-looks-")));
  await session(async () => {
    let folder = dag.directory();
    for (const [name, checks] of Object.entries(pages)) {
      const notes =
        name === "failed"
          ? ["the waiver of E501 in b.py (slipway.yaml waivers[1]) matches no finding: remove it"]
          : [];
      const page = renderPage({
        verdict: verdictOf(checks, notes),
        findings: mergeFindings(checks),
        services,
      });
      folder = await withText(folder, `${name}.html`, page);
    }
    return (await looksAt(folder)).export(out);
  });
  seen = JSON.parse(await readFile(join(out, "looks.json"), "utf8"));
});
afterAll(async () => {
  if (process.env.SLIPWAY_LOOKS === undefined) await rm(out, { recursive: true });
});

const used = (name: string) => {
  const use = seen.uses.find((each) => each.name === name);
  if (use === undefined) throw new Error(`${name} was not used`);
  return use;
};

describe("in Chromium, at a phone's and a desk's width, light and dark, every page", () => {
  test("was looked at", () => {
    expect(seen.looks).toHaveLength(Object.keys(pages).length * 4);
  });

  test("shows its verdict first, without scrolling", () => {
    const verdicts = {
      passed: /^✔ Passed/,
      failed: /^✘ Failed/,
      errored: /^! Errored/,
      hostile: /^✘ Failed/,
      many: /^✘ Failed/,
    };
    for (const { name, verdict, verdictBottom } of seen.looks) {
      expect(verdict).toMatch(verdicts[name as keyof typeof verdicts]);
      if (name !== "hostile") expect(verdictBottom).toBeLessThan(400);
    }
  });

  test("is not wider than its window", () => {
    expect(seen.looks.filter(({ overflow }) => overflow > 0)).toEqual([]);
  });

  test("cuts no text off at a phone's width", () => {
    expect(seen.looks.filter(({ device, clipped }) => device === "phone" && clipped > 0)).toEqual([]);
  });

  test("is silent: nothing on the console, no dialog, no request", () => {
    expect([...seen.looks, ...seen.uses].flatMap(({ noise }) => noise)).toEqual([]);
  });

  test("holds to WCAG A and AA, as far as axe can tell", () => {
    expect(
      seen.looks.flatMap(({ name, device, scheme, faults }) =>
        faults.map((fault) => `${name} ${device} ${scheme} ${fault}`),
      ),
    ).toEqual([]);
  });

  test("is light or dark as the reader has it", () => {
    const of = (wanted: string) => [
      ...new Set(seen.looks.filter(({ scheme }) => scheme === wanted).map(({ background }) => background)),
    ];
    expect(of("light")).toEqual(["rgb(255, 255, 255)"]);
    expect(of("dark")).toEqual(["rgb(13, 17, 23)"]);
  });

  test("has a bar in the timeline for each check that ran", () => {
    const bars = Object.fromEntries(seen.looks.map(({ name, bars }) => [name, bars]));
    expect(bars).toMatchObject({ passed: 6 + 3, failed: 7 + 3, errored: 3 });
  });
});

describe("the filters", () => {
  test("find by free text, reached by a key", () => {
    const { first, slash, byText } = used("failed");
    expect(first).toBe("1 to 6 of 6");
    expect(slash).toBe("text");
    expect(byText).toEqual({ shown: "1 to 1 of 1 that match, of 6", rules: ["B602"] });
  });

  test("find by severity, service, tool and what a gate says", () => {
    const { bySeverity, byService, byTool, byStatus, options } = used("failed");
    expect(bySeverity).toEqual({ shown: "1 to 1 of 1 that match, of 6", severities: ["CRITICAL"] });
    expect(byService.shown).toBe("1 to 4 of 4 that match, of 6");
    expect(byTool).toEqual({ shown: "1 to 1 of 1 that match, of 6", tools: ["bandit"] });
    expect(byStatus.messages).toEqual([
      expect.stringContaining("waived until 2027-01-31: the endpoint is not reached"),
    ]);
    expect(Object.fromEntries(options)).toMatchObject({
      severity: ["all", "CRITICAL", "HIGH", "MEDIUM", "LOW"],
      service: ["all", "no service", "notifier", "orders"],
      tool: ["all", "bandit", "ruff", "trivy"],
    });
  });
});

describe("with 100,000 findings", () => {
  test("the page opens and shows a hundred at a time", () => {
    const looks = seen.looks.filter(({ name }) => name === "many");
    for (const { rows, seconds } of looks) {
      expect(rows).toBe(100);
      expect(seconds).toBeLessThan(150);
    }
  });

  test("the filters and the pages answer, by keyboard", () => {
    const { first, byText, bySeverity, byStatus, next, textSeconds } = used("many");
    expect(first).toBe("1 to 100 of 100000");
    expect(byText.shown).toBe("1 to 1 of 1 that match, of 100000");
    expect(bySeverity.shown).toBe("1 to 100 of 25000 that match, of 100000");
    expect(byStatus.shown).toBe("1 to 1 of 1 that match, of 100000");
    expect(next).toBe("101 to 200 of 100000");
    expect(textSeconds).toBeLessThan(100);
  });
});
