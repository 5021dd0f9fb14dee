import { describe, expect, test } from "vitest";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { readTrivy } from "./reader.ts";

const recorded = recordedBeside(import.meta.url);

const read = (text: string) => readTrivy(text, "trivy.json", { root: "/src" });
const report = (Results?: unknown, more: object = {}) =>
  JSON.stringify({ SchemaVersion: 2, ArtifactName: ".", ArtifactType: "filesystem", Results, ...more });
const vulnerability = {
  VulnerabilityID: "CVE-2018-18074",
  PkgName: "requests",
  InstalledVersion: "2.19.0",
  FixedVersion: "2.20.0",
  Status: "fixed",
  Title: "redirect leaks credentials",
  Severity: "HIGH",
};
const packages = (found: object, target = "orders/requirements.txt") => [
  { Target: target, Class: "lang-pkgs", Type: "pip", Vulnerabilities: [found] },
];

describe("reports of a source", () => {
  test("Trivy's own report gives secrets and misconfigurations", () => {
    expect(read(recorded("trivy.json"))).toEqual([
      {
        tool: "trivy",
        kind: "misconfiguration",
        rule: "DS002",
        severity: "HIGH",
        message: "Specify at least 1 USER command in Dockerfile with non-root user as argument",
        path: "Dockerfile",
        fix: "Add 'USER <non root user name>' line to the Dockerfile",
        advisory: "https://avd.aquasec.com/misconfig/ds002",
      },
      expect.objectContaining({ rule: "DS026", severity: "LOW", path: "Dockerfile" }),
      {
        tool: "trivy",
        kind: "secret",
        rule: "aws-access-key-id",
        severity: "CRITICAL",
        message: "AWS Access Key ID",
        path: "deploy/env.sh",
        line: 2,
      },
      expect.objectContaining({ rule: "github-pat", line: 3 }),
    ]);
  });

  test("a vulnerability bears its package and the version that mends it", () => {
    expect(read(recorded("trivy-vulnerability.json"))).toEqual([
      {
        tool: "trivy",
        kind: "vulnerability",
        rule: "CVE-2018-18074",
        severity: "HIGH",
        package: "requests 2.19.0",
        message: "python-requests: Redirect from HTTPS to HTTP does not remove Authorization header",
        path: "requirements.txt",
        fix: "2.20.0",
        advisory: "https://avd.aquasec.com/nvd/cve-2018-18074",
      },
    ]);
    const [unfixed] = read(report(packages({ ...vulnerability, FixedVersion: "" })));
    expect(unfixed).not.toHaveProperty("fix");
  });

  test("what surrounds a secret is never copied", () => {
    const secret = {
      RuleID: "r",
      Title: "t",
      StartLine: 1,
      Severity: "HIGH",
      Match: "hunter2",
      Code: { Lines: [{ Content: "hunter2" }] },
    };
    expect(JSON.stringify(read(report([{ Target: "a", Secrets: [secret] }])))).not.toContain("hunter2");
  });

  test.each([-1, 1.5, "1"])("a line %j is malformed", (StartLine) => {
    const secret = { RuleID: "r", Title: "t", StartLine, Severity: "HIGH" };
    expect(codeOfThrow(() => read(report([{ Target: "a", Secrets: [secret] }])))).toBe("REPORT_MALFORMED");
  });

  test("checks that passed or are excepted are no findings", () => {
    const check = { ID: "DS002", Title: "t", Severity: "HIGH" };
    const Misconfigurations = ["PASS", "EXCEPTION", "FAIL"].map((Status) => ({ ...check, Status }));
    expect(read(report([{ Target: "Dockerfile", Misconfigurations }]))).toHaveLength(1);
  });

  test("a report without results, or with null ones, holds none", () => {
    expect(read(recorded("trivy-none.json"))).toEqual([]);
    expect(read(report())).toEqual([]);
    expect(read(report(null))).toEqual([]);
    expect(read(report([{ Target: "a", Vulnerabilities: null }]))).toEqual([]);
  });

  test("a target out of the source is kept as text only", () => {
    const [finding] = read(report(packages(vulnerability, "../../etc/x")));
    expect(finding).not.toHaveProperty("path");
    expect(finding?.message).toBe("redirect leaks credentials (../../etc/x)");
  });
});

test("an image's findings have no path in the source, and say where in the image they are", () => {
  const findings = read(recorded("trivy-image.json"));
  expect(findings.map(({ rule, message }) => `${rule} ${message}`)).toEqual([
    expect.stringMatching(
      /^CVE-2018-18074 .*\(app\/lib\/python3.12\/site-packages\/requests-2.19.0.dist-info\/METADATA\)$/,
    ),
    "aws-access-key-id AWS Access Key ID (/app/env.sh)",
  ]);
  expect(findings.some((finding) => "path" in finding || "line" in finding)).toBe(false);
});

describe("hostile reports", () => {
  test.each([
    ["another version of the schema", report([], { SchemaVersion: 3 })],
    ["no version of the schema", report([], { SchemaVersion: undefined })],
    ["the version as text", report([], { SchemaVersion: "2" })],
    ["no artifact", report([], { ArtifactName: undefined })],
    ["an artifact without a name", report([], { ArtifactName: "" })],
    ["the schema of 2020, a bare array", "[]"],
    ["null", "null"],
    ["an unknown severity", report(packages({ ...vulnerability, Severity: "SEVERE" }))],
    ["a severity in lower case", report(packages({ ...vulnerability, Severity: "high" }))],
    [
      "an unknown status",
      report([{ Target: "a", Misconfigurations: [{ ID: "a", Title: "t", Severity: "LOW", Status: "?" }] }]),
    ],
    ["a vulnerability without a name", report(packages({ ...vulnerability, VulnerabilityID: "" }))],
    ["results that are no list", report({})],
    ["a result without a target", report([{}])],
    ["a report that breaks off", recorded("trivy.json").slice(0, 1000)],
    ["text", "FATAL failed to download vulnerability DB"],
  ])("%s is malformed", (_, text) => {
    expect(codeOfThrow(() => read(text))).toBe("REPORT_MALFORMED");
  });

  test("nothing is empty", () => {
    expect(codeOfThrow(() => read(" "))).toBe("REPORT_EMPTY");
  });
});
