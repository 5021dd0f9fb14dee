import { testResultType } from "#pipelines/release/attest/test-result.ts";
import { vulnerabilityPredicate, vulnerabilityType } from "#pipelines/release/attest/vulnerability-report.ts";
import type { ImageEvidence } from "#pipelines/verify/evidence.ts";
import type { VerificationPolicy } from "#pipelines/verify/policy.ts";

export const now = new Date("2026-03-01T12:00:00Z");

export interface Found {
  readonly rule?: string;
  readonly severity?: string;
  readonly fix?: string;
}

/** Trivy's report of an image with these vulnerabilities. */
export function trivyReport(found: readonly Found[] = [], architecture = "amd64", created = now): string {
  const Vulnerabilities = found.map(({ rule = "CVE-2018-18074", severity = "HIGH", fix }) => ({
    VulnerabilityID: rule,
    PkgName: "requests",
    InstalledVersion: "2.19.0",
    Severity: severity,
    ...(fix === undefined ? {} : { FixedVersion: fix }),
  }));
  return JSON.stringify({
    SchemaVersion: 2,
    CreatedAt: created.toISOString(),
    ArtifactName: "orders",
    ArtifactType: "container_image",
    Metadata: { ImageConfig: { os: "linux", architecture } },
    Results: [{ Target: "requirements.txt", Vulnerabilities }],
  });
}

/** The predicate of a scan that ended so many hours before now. */
export function scanPredicate(found: readonly Found[] = [], hours = 1, architecture = "amd64"): object {
  const finished = new Date(now.getTime() - hours * 3_600_000);
  const report = trivyReport(found, architecture, finished);
  return vulnerabilityPredicate({
    report,
    version: "0.65.0",
    database: finished,
  });
}

/** A policy that asks for a signature, a test result and a scan of at most a day. */
export function policy(more: Partial<VerificationPolicy> = {}): VerificationPolicy {
  return {
    signers: [{ kind: "key", name: "release", publicKey: "PEM" }],
    attestations: [testResultType, vulnerabilityType],
    scan: { maxAge: 86_400, severities: ["CRITICAL", "HIGH"], ignoreUnfixed: false, except: [] },
    ...more,
  };
}

/** What is known of an image that has everything, with these predicates of its scans. */
export function evidenceOf(scans: readonly unknown[], result: unknown = { result: "PASSED" }): ImageEvidence {
  const signer = "key release";
  return {
    platforms: [],
    signature: { kind: "held", signer, value: [{ annotations: {} }] },
    attestations: new Map([
      [testResultType, { kind: "held", signer, value: [{ type: testResultType, predicate: result }] }],
      [
        vulnerabilityType,
        { kind: "held", signer, value: scans.map((predicate) => ({ type: vulnerabilityType, predicate })) },
      ],
    ]),
  };
}
