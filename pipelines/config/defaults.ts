import type { Severity } from "#pipelines/findings/finding.ts";

const gating: Severity[] = ["CRITICAL", "HIGH"];

/** The defaults of slipway.yaml, as a user would write them there. This is the only place for defaults. */
export const defaults = {
  version: 1 as const,
  reuse: "1h",
  python: "3.13",
  lint: "auto" as const,
  types: "auto" as const,
  files: "auto" as const,
  testTimeout: "10m",
  readyTimeout: "5m",
  parallel: false,
  shards: 1,
  retries: 0,
  dockerfile: "Dockerfile",
  context: ".",
  coverage: 80,
  severity: gating,
  ignoreUnfixed: false,
  waiverTerm: "365d",
  databaseRepositories: ["mirror.gcr.io/aquasec/trivy-db:2", "ghcr.io/aquasecurity/trivy-db:2"],
  databaseRefresh: "6h",
  secrets: true,
  history: "auto" as const,
  argocdToken: "ARGOCD_TOKEN",
  kubernetes: "1.37",
  unknownKinds: "note" as const,
  loadRestrictor: "LoadRestrictionsRootOnly" as const,
  chartDefaults: true,
  infrastructurePlan: "auto" as const,
  unknownLicenses: "note" as const,
  tags: [
    "type=sha,format=long",
    "type=semver,pattern={{version}}",
    "type=raw,value=latest,enable={{is_default_branch}}",
  ],
  deadline: "2m",
  gitopsBranch: "main",
  gitopsAuthor: "Slipway <slipway@localhost>",
  requestBranch: "slipway/{{short}}",
};
