import { z } from "zod";
import { type Finding, severities } from "#pipelines/findings/finding.ts";
import { advisoryOf } from "#pipelines/readers/advisory.ts";
import { jsonReport } from "#pipelines/readers/report.ts";
import { pathInSource, type ToolRoot } from "#pipelines/readers/tool-root.ts";

const severity = z.enum(severities);
const line = z.int().min(0).optional();
const many = <T extends z.ZodType>(schema: T) => z.array(schema).nullish();
const vulnerability = z.object({
  VulnerabilityID: z.string().min(1),
  PkgName: z.string().min(1),
  PkgPath: z.string().optional(),
  InstalledVersion: z.string().optional(),
  FixedVersion: z.string().optional(),
  Title: z.string().optional(),
  PrimaryURL: z.string().optional(),
  Severity: severity,
});
/** `Match` and `Code` are left out on purpose: both quote the file around the secret. */
const secret = z.object({
  RuleID: z.string().min(1),
  Title: z.string(),
  StartLine: line,
  Severity: severity,
});
const misconfiguration = z.object({
  ID: z.string().min(1),
  Title: z.string(),
  Message: z.string().optional(),
  Resolution: z.string().optional(),
  PrimaryURL: z.string().optional(),
  Severity: severity,
  Status: z.enum(["PASS", "FAIL", "EXCEPTION"]),
  CauseMetadata: z.object({ StartLine: line }).optional(),
});
const result = z.object({
  Target: z.string(),
  Vulnerabilities: many(vulnerability),
  Secrets: many(secret),
  Misconfigurations: many(misconfiguration),
});
const report = z.object({
  SchemaVersion: z.literal(2),
  ArtifactName: z.string().min(1),
  ArtifactType: z.string().min(1),
  Results: many(result),
});

type Result = z.infer<typeof result>;

/**
 * Reads Trivy's JSON report of a file system, a repository or an image: vulnerabilities, secrets and failed
 * misconfiguration checks. A report without `Results` is about an artifact without anything to check.
 *
 * In an image's findings, no path belongs to the source, so the place goes into the message.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @param place where Trivy ran.
 * @throws REPORT_EMPTY; REPORT_MALFORMED, also for another version of the schema or an unknown severity.
 * @see https://trivy.dev/latest/docs/configuration/reporting/#json
 */
export function readTrivy(text: string, file: string, place: ToolRoot): readonly Finding[] {
  const { ArtifactType, Results } = jsonReport(text, file, report);
  const inSource = ArtifactType === "filesystem" || ArtifactType === "repository";
  return (Results ?? []).flatMap((each) => {
    const locate = (message: string, target: string, startLine?: number) =>
      located(message, target, inSource ? pathInSource(target, place) : undefined, startLine);
    return [...vulnerabilities(each, locate), ...secrets(each, locate), ...misconfigurations(each, locate)];
  });
}

type Located = Pick<Finding, "message" | "path" | "line">;
type Locate = (message: string, target: string, startLine?: number) => Located;

function located(message: string, target: string, path: string | undefined, line = 0): Located {
  if (path === undefined) return { message: `${message} (${target})` };
  return line > 0 ? { message, path, line } : { message, path };
}

function vulnerabilities({ Target, Vulnerabilities }: Result, locate: Locate): Finding[] {
  return (Vulnerabilities ?? []).map((each) => ({
    tool: "trivy",
    kind: "vulnerability",
    rule: each.VulnerabilityID,
    severity: each.Severity,
    package: each.InstalledVersion ? `${each.PkgName} ${each.InstalledVersion}` : each.PkgName,
    ...locate(each.Title || each.PkgName, each.PkgPath || Target),
    ...(each.FixedVersion ? { fix: each.FixedVersion } : {}),
    ...advisoryOf(each.PrimaryURL),
  }));
}

function secrets({ Target, Secrets }: Result, locate: Locate): Finding[] {
  return (Secrets ?? []).map((each) => ({
    tool: "trivy",
    kind: "secret",
    rule: each.RuleID,
    severity: each.Severity,
    ...locate(each.Title, Target, each.StartLine),
  }));
}

function misconfigurations({ Target, Misconfigurations }: Result, locate: Locate): Finding[] {
  return (Misconfigurations ?? [])
    .filter((each) => each.Status === "FAIL")
    .map((each) => ({
      tool: "trivy",
      kind: "misconfiguration",
      rule: each.ID,
      severity: each.Severity,
      ...locate(each.Message || each.Title, Target, each.CauseMetadata?.StartLine),
      ...(each.Resolution ? { fix: each.Resolution } : {}),
      ...advisoryOf(each.PrimaryURL),
    }));
}
