import { type Finding, type Severity, severities } from "./finding.ts";

/** Compares findings: the most severe first, then by path and line. */
export function bySeverity(a: Graded, b: Graded): number {
  return (
    rank(a.severity) - rank(b.severity) ||
    ordered(a.path ?? "", b.path ?? "") ||
    (a.line ?? 0) - (b.line ?? 0) ||
    ordered(a.rule, b.rule)
  );
}

type Graded = Pick<Finding, "severity" | "path" | "line" | "rule">;

/** A severity's rank, from 0 for the most severe. */
export function rank(severity: Severity): number {
  return severities.indexOf(severity);
}

function ordered(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
