import { describe, expect, test } from "vitest";
import { testResultType } from "#pipelines/release/attest/test-result.ts";
import { judgeImage } from "#pipelines/verify/judge.ts";
import type { ScanPolicy, VerificationPolicy } from "#pipelines/verify/policy.ts";
import { evidenceOf, now, policy, scanPredicate } from "./samples.ts";

/** Each check with its outcome. */
function outcomes(scans: readonly unknown[], more: Partial<VerificationPolicy> = {}, result?: unknown) {
  const { checks } = judgeImage(policy(more), evidenceOf(scans, result), now);
  return Object.fromEntries(checks.map(({ name, outcome }) => [name, outcome]));
}

const scanned = (scans: readonly unknown[], more: Partial<ScanPolicy> = {}) => {
  const scan: ScanPolicy = {
    maxAge: 86_400,
    severities: ["CRITICAL", "HIGH"],
    ignoreUnfixed: false,
    except: [],
    ...more,
  };
  return judgeImage(policy({ scan }), evidenceOf(scans), now).checks.find(({ name }) => name === "scan");
};

test("an image that has all that is asked for passes, and the verdict says by whom", () => {
  const verdict = judgeImage(policy(), evidenceOf([scanPredicate()]), now);
  expect(verdict.outcome).toBe("passed");
  expect(verdict.checks.map(({ name, note }) => [name, note])).toEqual([
    ["signature", "by key release"],
    ["attestation test result", "by key release"],
    ["attestation vulnerability report", "by key release"],
    ["scan", "by key release, scanned 2026-03-01T11:00:00.000Z"],
  ]);
});

describe("the scan", () => {
  test.each([
    [24, "passed"],
    [24.01, "failed"],
    [-0.05, "passed"],
    [-1, "failed"],
  ])("of %d hours ago, where a day is allowed, is %s", (hours, outcome) => {
    expect(scanned([scanPredicate([], hours)])?.outcome).toBe(outcome);
  });

  test("stops by severity, and names what it found", () => {
    const scan = scanned([
      scanPredicate([
        { severity: "LOW" },
        { severity: "HIGH", fix: "2.20.0" },
        { rule: "CVE-1", severity: "CRITICAL" },
      ]),
    ]);
    expect(scan?.outcome).toBe("failed");
    expect(scan?.reasons.map(({ text }) => text)).toEqual([
      "CRITICAL CVE-1 in requests 2.19.0 linux/amd64",
      "HIGH CVE-2018-18074 in requests 2.19.0 linux/amd64",
    ]);
  });

  test("lets through what has no fix, or is excepted by its id, only where that is said", () => {
    const found = [scanPredicate([{}])];
    expect(scanned(found)?.outcome).toBe("failed");
    expect(scanned(found, { ignoreUnfixed: true })?.outcome).toBe("passed");
    expect(scanned(found, { except: ["CVE-2018-18074"] })?.outcome).toBe("passed");
    expect(scanned([scanPredicate([{ fix: "2.20.0" }])], { ignoreUnfixed: true })?.outcome).toBe("failed");
  });

  test("is the newest of each platform, in whatever order they come", () => {
    const [old, fresh] = [scanPredicate([{}], 5), scanPredicate([], 1)];
    expect(scanned([old, fresh])?.outcome).toBe("passed");
    expect(scanned([fresh, old])?.outcome).toBe("passed");
    expect(scanned([scanPredicate([], 5), scanPredicate([{}], 1)])?.outcome).toBe("failed");
    expect(scanned([fresh, scanPredicate([], 30, "arm64")])?.outcome).toBe("failed");
    expect(scanned([fresh, scanPredicate([{}], 1, "arm64")])?.outcome).toBe("failed");
  });

  const good = scanPredicate();
  test.each([
    ["null", null],
    ["a text", "scan"],
    ["nothing", {}],
    ["no scanner", { ...good, scanner: undefined }],
    ["another scanner", { ...good, scanner: { uri: "pkg:golang/example.com/other", result: {} } }],
    ["a result that is none", { ...good, scanner: { uri: "trivy", result: [] } }],
    ["a result of another shape", { ...good, scanner: { uri: "trivy", result: { SchemaVersion: 3 } } }],
    ["a time that is none", { ...good, metadata: { scanFinishedOn: "yesterday" } }],
    [
      "a result nested too deep",
      { ...good, scanner: { uri: "trivy", result: { Metadata: {}, deep: nested(200_000) } } },
    ],
  ])("with %s as its predicate is errored, though it was signed", (_, predicate) => {
    const scan = scanned([good, predicate]);
    expect(scan?.outcome).toBe("errored");
    expect(scan?.reasons[0]?.code).toBe("REPORT_MALFORMED");
  });
});

test("an index whose platforms are not all scanned is errored, and one whose are is not", () => {
  const evidence = evidenceOf([scanPredicate([], 1, "amd64")]);
  const judged = (...platforms: readonly string[]) =>
    judgeImage(policy(), { ...evidence, platforms }, now).checks.find(({ name }) => name === "scan");
  expect(judged("linux/amd64")?.outcome).toBe("passed");
  expect(judged("linux/amd64", "linux/arm64")).toMatchObject({
    outcome: "errored",
    reasons: [{ text: "no scan of linux/arm64 is attested" }],
  });
});

describe("a test result", () => {
  test.each([
    [{ result: "PASSED" }, "passed"],
    [{ result: "WARNED" }, "passed"],
    [{ result: "FAILED", failedTests: ["orders/test"] }, "failed"],
    [{ result: "passed" }, "errored"],
    [{}, "errored"],
    [[], "errored"],
  ])("of %j is %s", (result, outcome) => {
    expect(outcomes([scanPredicate()], {}, result)["attestation test result"]).toBe(outcome);
  });
});

test("one failed result among several stops, whichever comes first", () => {
  const [passed, failed] = [{ result: "PASSED" }, { result: "FAILED", failedTests: ["orders/test"] }];
  for (const predicates of [
    [passed, failed],
    [failed, passed],
    [passed, passed, failed],
  ]) {
    const evidence = evidenceOf([scanPredicate()]);
    const value = predicates.map((predicate) => ({ type: testResultType, predicate }));
    const attestations = new Map([
      ...evidence.attestations,
      [testResultType, { kind: "held", signer: "key release", value }] as const,
    ]);
    const { checks } = judgeImage(policy(), { ...evidence, attestations }, now);
    expect(checks.find(({ name }) => name === "attestation test result")).toMatchObject({
      outcome: "failed",
      reasons: [{ text: "an attested test result is FAILED: orders/test" }],
    });
  }
});

describe("what is not there", () => {
  test("is failed; what could not be found out, or was not looked for, is errored", () => {
    const lacking = {
      kind: "lacking",
      code: "SIGNATURE_INVALID",
      text: "SIGNATURE_INVALID: by another",
    } as const;
    const broken = {
      kind: "broken",
      code: "REGISTRY_UNREACHABLE",
      text: "REGISTRY_UNREACHABLE: down",
    } as const;
    const verdict = judgeImage(
      policy(),
      { platforms: [], signature: lacking, attestations: new Map([[testResultType, broken]]) },
      now,
    );
    expect(verdict.checks.map(({ outcome }) => outcome)).toEqual(["failed", "errored", "errored", "errored"]);
    expect(verdict.outcome).toBe("failed");
  });

  test("a policy without a signer passes nothing", () => {
    expect(judgeImage(policy({ signers: [] }), evidenceOf([scanPredicate()]), now).outcome).toBe("errored");
  });
});

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
}
