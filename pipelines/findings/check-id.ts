/** The checks of the whole repository: what their names begin with. */
export const repositoryKinds = [
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

/** The checks of one service: what they are about. `unaffected` stands for all of them where nothing changed. */
export type ServiceKind = "plan" | "lint" | "types" | "test" | "coverage" | "image" | "unaffected";

/** What a check is of. Its name is made from this in one place and is never parsed. */
export interface CheckId {
  /** A kind of ours, or that of a check that a module of one's own adds. */
  readonly kind: RepositoryKind | ServiceKind | (string & {});
  /** The service's name; absent for a check of the whole repository. */
  readonly service?: string;
  /** What is checked, or by what: a tool, a folder, a suite. The kind alone where there is nothing to tell apart. */
  readonly subject?: string;
}

/** Files beside the checks' folders in the reports. */
export const reportFiles = [
  "index.html",
  "summary.json",
  "summary.md",
  "verdict.txt",
  "findings.json",
  "findings.sarif",
  "release.json",
  "release.txt",
] as const;

const reserved: ReadonlySet<string> = new Set([...repositoryKinds, ...reportFiles, "services"]);

/**
 * Makes a check's name, which is also its folder in the reports: `SERVICE/SUBJECT` for a service's check, else `KIND` or
 * `KIND/SUBJECT`. A service that is named like a kind is qualified, as in `services/files/ruff`, so that no two checks
 * share a name.
 */
export function checkName({ kind, service, subject }: CheckId): string {
  if (service === undefined) return subject === undefined ? kind : `${kind}/${subject}`;
  const owner = reserved.has(service) ? `services/${service}` : service;
  return `${owner}/${subject ?? kind}`;
}
