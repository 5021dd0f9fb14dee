import { z } from "zod";
import { explain } from "#pipelines/errors/explain.ts";
import type { Reason } from "#pipelines/errors/reason.ts";
import type { Check, Outcome } from "#pipelines/findings/evidence.ts";
import { type Finding, severities } from "#pipelines/findings/finding.ts";
import { assertShape } from "#pipelines/readers/report.ts";
import { provenanceType } from "#pipelines/release/attest/provenance.ts";
import { testResultType } from "#pipelines/release/attest/test-result.ts";
import { sbomTypes } from "#pipelines/release/attest/types.ts";
import { vulnerabilityType } from "#pipelines/release/attest/vulnerability-report.ts";
import { type Verdict, verdictOf } from "#pipelines/verdict/verdict.ts";
import { newestScans, readAttestedScan } from "./attested-scan.ts";
import type { EvidenceAnswer, ImageEvidence } from "./evidence.ts";
import type { ScanPolicy, VerificationPolicy } from "./policy.ts";
import type { Statement } from "./statement.ts";

type Requirement = Pick<Check, "outcome" | "reasons" | "note">;

const names: ReadonlyMap<string, string> = new Map([
  [provenanceType, "provenance"],
  [testResultType, "test result"],
  [vulnerabilityType, "vulnerability report"],
  [sbomTypes.SPDX, "SPDX"],
  [sbomTypes.CycloneDX, "CycloneDX"],
]);

/** The most milliseconds by which the clock of another machine may be ahead. */
const skew = 5 * 60_000;

/**
 * Judges the evidence of an image by a policy: one check for the signature, for each attestation and for the scan.
 * Evidence that could not be found out is errored, never passed. A policy without a signer is also errored.
 *
 * @param now the time from which the age of the scan is counted.
 */
export function judgeImage(policy: VerificationPolicy, evidence: ImageEvidence, now: Date): Verdict {
  if (policy.signers.length === 0) {
    const text = "the policy names no signer";
    const reason = {
      code: "ARGUMENT_INVALID",
      text,
      remedy: "Add --keys=cosign.pub, or --identities=… with --issuer=….",
    } as const;
    return verdictOf([check("signature", { outcome: "errored", reasons: [reason] })]);
  }
  const attestations = policy.attestations.map((type) =>
    check(`attestation ${names.get(type) ?? type}`, attestation(type, evidence.attestations.get(type))),
  );
  const scan = policy.scan;
  const reports = evidence.attestations.get(vulnerabilityType);
  return verdictOf([
    check(
      "signature",
      answered(evidence.signature, () => ({ outcome: "passed", reasons: [] })),
    ),
    ...attestations,
    ...(scan === undefined
      ? []
      : [
          check(
            "scan",
            answered(reports, (found) => scanned(scan, found, now, evidence.platforms)),
          ),
        ]),
  ]);
}

function check(name: string, requirement: Requirement): Check {
  return { kind: name, name, ...requirement, evidence: { findings: [] }, seconds: 0, reports: [] };
}

function answered<Value>(
  answer: EvidenceAnswer<Value> | undefined,
  judge: (value: Value) => Requirement,
): Requirement {
  if (answer === undefined)
    return { outcome: "errored", reasons: [{ text: "this requirement was not checked" }] };
  if (answer.kind !== "held") {
    const outcome: Outcome = answer.kind === "lacking" ? "failed" : "errored";
    const { kind: _, ...reason } = answer;
    return { outcome, reasons: [reason] };
  }
  try {
    const { outcome, reasons, note } = judge(answer.value);
    if (outcome !== "passed") return { outcome, reasons };
    return { outcome, reasons, note: [`by ${answer.signer}`, note].filter(Boolean).join(", ") };
  } catch (error) {
    return { outcome: "errored", reasons: [explain(error)] };
  }
}

function attestation(type: string, answer: EvidenceAnswer<readonly Statement[]> | undefined): Requirement {
  return answered(answer, (statements) => {
    if (type !== testResultType) return { outcome: "passed", reasons: [] };
    const results = statements.map(({ predicate }) =>
      assertShape(predicate, "test-result attestation", testResult),
    );
    const failed = results.find(({ result }) => result === "FAILED");
    if (failed === undefined) return { outcome: "passed", reasons: [] };
    const which = (failed.failedTests ?? []).slice(0, 5).join(", ");
    return {
      outcome: "failed",
      reasons: [{ text: `an attested test result is FAILED: ${which || "it names no test"}` }],
    };
  });
}

const testResult = z.object({
  result: z.enum(["PASSED", "WARNED", "FAILED"]),
  failedTests: z.array(z.string()).optional(),
});

function scanned(
  policy: ScanPolicy,
  statements: readonly Statement[],
  now: Date,
  platforms: readonly string[],
): Requirement {
  const scans = newestScans(statements.map(({ predicate }) => readAttestedScan(predicate)));
  const lacking = platforms.filter((platform) => !scans.some((scan) => scan.platform === platform));
  if (lacking.length > 0) {
    const reasons = lacking.map((platform) => ({ text: `no scan of ${platform} is attested` }));
    return { outcome: "errored", reasons };
  }
  const reasons = scans.flatMap(({ finished, platform, findings }): Reason[] => {
    const of = platform === "" ? "the scan" : `the scan of ${platform}`;
    const age = now.getTime() - finished.getTime();
    const when = finished.toISOString();
    if (age < -skew) return [{ text: `${of} is from ${when}, which is in the future` }];
    if (age > policy.maxAge * 1000)
      return [{ text: `${of} is from ${when}, older than ${hours(policy.maxAge)}` }];
    return stopping(policy, findings).map(({ rule, severity, package: name }) => ({
      text: [severity, rule, name === undefined ? "" : `in ${name}`, platform].filter(Boolean).join(" "),
    }));
  });
  const oldest = Math.min(...scans.map(({ finished }) => finished.getTime()));
  if (reasons.length > 0) return { outcome: "failed", reasons };
  return { outcome: "passed", reasons, note: `scanned ${new Date(oldest).toISOString()}` };
}

function stopping({ severities: stops, ignoreUnfixed, except }: ScanPolicy, findings: readonly Finding[]) {
  return findings
    .filter(({ kind, severity }) => kind === "vulnerability" && stops.includes(severity))
    .filter(({ fix }) => fix !== undefined || !ignoreUnfixed)
    .filter(({ rule }) => !except.includes(rule))
    .sort((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity));
}

function hours(seconds: number): string {
  return seconds % 3600 === 0 ? `${seconds / 3600} h` : `${seconds} s`;
}
