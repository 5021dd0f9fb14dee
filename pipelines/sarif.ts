import { type Finding, faultKinds, type Severity } from "./finding.ts";

/** The tool that a SARIF report names as its origin. */
export interface SarifOrigin {
  readonly tool: string;
  readonly version: string;
}

const levels = {
  CRITICAL: "error",
  HIGH: "error",
  MEDIUM: "warning",
  LOW: "note",
  UNKNOWN: "warning",
} as const;

/** GitHub's code scanning sorts security findings by this figure. */
const scores: Readonly<Record<Severity, string | undefined>> = {
  CRITICAL: "9.5",
  HIGH: "8.0",
  MEDIUM: "5.5",
  LOW: "2.0",
  UNKNOWN: undefined,
};

/**
 * Writes findings as a SARIF 2.1.0 report: every one, whatever the gates let pass.
 *
 * @see https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
export function writeSarif(findings: readonly Finding[], { tool, version }: SarifOrigin): string {
  const rules = [...new Map(findings.map((finding) => [finding.rule, finding])).values()];
  const indexes = new Map(rules.map(({ rule }, index) => [rule, index]));
  const report = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: tool, version, rules: rules.map(ruleOf) } },
        results: findings.map((finding) => ({
          ruleId: finding.rule,
          ruleIndex: indexes.get(finding.rule),
          level: levels[finding.severity],
          message: { text: messageOf(finding) },
          ...(finding.path === undefined ? {} : { locations: [locationOf(finding.path, finding.line)] }),
        })),
      },
    ],
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function ruleOf({ rule, kind, severity }: Finding) {
  const security = kind !== "warning" && !faultKinds.has(kind);
  return {
    id: rule,
    properties: {
      tags: security ? [kind, "security"] : [kind],
      ...(security ? { "security-severity": scores[severity] } : {}),
    },
  };
}

function messageOf(finding: Finding): string {
  const subject = finding.package === undefined ? "" : `${finding.package}: `;
  return `${subject}${finding.message}${finding.fix === undefined ? "" : `\nFix: ${finding.fix}`}`;
}

function locationOf(path: string, line: number | undefined) {
  const uri = path.split("/").map(encodeURIComponent).join("/");
  return {
    physicalLocation: {
      artifactLocation: { uri, uriBaseId: "%SRCROOT%" },
      ...(line === undefined ? {} : { region: { startLine: line } }),
    },
  };
}
