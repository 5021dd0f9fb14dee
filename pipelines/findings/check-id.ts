/** The kinds of checks of the whole repository, with which their names begin. */
export const repositoryKinds = [
  "policy",
  "changes",
  "source",
  "files",
  "scan",
  "secrets",
  "history-secrets",
  "semgrep",
  "manifests",
  "manifests-scan",
  "infra",
  "coverage",
  "coverage-drop",
  "changed-coverage",
  "baseline",
  "bump",
  "shard",
] as const;

export type RepositoryKind = (typeof repositoryKinds)[number];

/** The kinds of checks of one service. `unaffected` replaces all of them if no change affects the service. */
export type ServiceKind = "plan" | "lint" | "types" | "test" | "coverage" | "image" | "unaffected";

/**
 * The identity of a check: its kind, service and subject. Only `checkName` turns it into a name, and no code parses
 * that name.
 */
export interface CheckId {
  /** A kind of Slipway, or the kind of a check that your own module adds. */
  readonly kind: RepositoryKind | ServiceKind | (string & {});
  /** The service's name; absent for a check of the whole repository. */
  readonly service?: string;
  /**
   * The subject or the tool of the check: a tool, a folder, a suite. Absent if the kind alone identifies the check.
   */
  readonly subject?: string;
}

/** The files beside the checks' folders in the reports. */
export const reportFiles = [
  "index.html",
  "summary.json",
  "summary.md",
  "verdict.txt",
  "findings.json",
  "findings.sarif",
  "release.json",
  "release.txt",
  "dagger.log",
] as const;

const reserved: ReadonlySet<string> = new Set([...repositoryKinds, ...reportFiles, "services"]);

/**
 * Makes a check's name, which is also its folder in the reports: `SERVICE/SUBJECT` for a service's check, else
 * `KIND` or `KIND/SUBJECT`. A service with the name of a kind is qualified, as in `services/files/ruff`, so that no
 * two checks share a name.
 */
export function checkName({ kind, service, subject }: CheckId): string {
  if (service === undefined) return subject === undefined ? kind : `${kind}/${subject}`;
  const owner = reserved.has(service) ? `services/${service}` : service;
  return `${owner}/${subject ?? kind}`;
}
