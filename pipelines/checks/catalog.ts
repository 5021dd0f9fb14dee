import { checkCode } from "#pipelines/checks/code/code.ts";
import { checkFiles } from "#pipelines/checks/files/files.ts";
import { checkInfrastructure } from "#pipelines/checks/infrastructure/infrastructure.ts";
import { checkManifests } from "#pipelines/checks/manifests/manifests.ts";
import { checkPolicy } from "#pipelines/checks/policy/policy.ts";
import { runSemgrep } from "#pipelines/checks/scan/semgrep.ts";
import { scanHistory } from "#pipelines/checks/secrets/history.ts";
import { scanSecrets } from "#pipelines/checks/secrets/source.ts";
import { checkSource } from "#pipelines/checks/source/source.ts";
import { checkCoverageDrop } from "#pipelines/checks/test/coverage-drop.ts";
import { checkTotals } from "#pipelines/checks/test/totals.ts";
import type { Config } from "#pipelines/config/config.ts";
import type { Plan, PlannedService } from "#pipelines/plan/plan.ts";
import { versionsOf } from "#pipelines/plan/python-matrix.ts";
import { suitesOf } from "#pipelines/plan/suites.ts";
import type { RepositoryUnit } from "#pipelines/shards/unit.ts";
import type { CheckResult } from "#pipelines/verdict/run-check.ts";
import type { CheckContext } from "./context.ts";
import { reportPlanFaults } from "./plan-faults.ts";

/** The functions that run one sort of checks alone; `ci` runs all of them. */
export const checkFunctions = ["lint", "test", "scan", "manifests", "infrastructure"] as const;

export type CheckFunction = (typeof checkFunctions)[number];

type Results = readonly (CheckResult | readonly CheckResult[])[];

/** The parts of a run on a base, which finds what the base has already. */
export interface BaseRun {
  /** The base's own services, images and scans; of one service for a check of services. */
  readonly base: CheckContext;
  /** The services, images and scans of the call. */
  readonly call: CheckContext;
  /** The commit of the merge base. */
  readonly from: string;
}

/** One entry: checks that run together. */
export interface CatalogEntry {
  readonly id: string;
  /** The faults that it looks for, for the docs. */
  readonly about: string;
  /** The functions that run it besides `ci`. */
  readonly functions: readonly CheckFunction[];
  /** The smallest part that one runner of several takes: each service, or a unit of the repository. */
  readonly unit: "service" | RepositoryUnit;
  /** The rough time for each service or for the repository, relative to others; 1 is the run of a linter. */
  readonly weight: (plan: Plan, config: Config, service?: PlannedService) => number;
  /** Started before the others, because its chain of steps is the longest. */
  readonly isLong?: true;
  readonly run: (context: CheckContext) => readonly Promise<Results[number]>[];
  /** Runs the same checks on a base; absent if none of their findings can be known from a base. */
  readonly runOnBase?: (run: BaseRun) => readonly Promise<Results[number]>[];
}

/** Every check of Slipway, in the order of the verdict. A check that is not in this list does not exist. */
export const catalog: readonly CatalogEntry[] = [
  {
    id: "plan",
    about: "services and overlays that cannot be planned",
    functions: checkFunctions,
    unit: "plan",
    weight: () => 0,
    run: ({ workspace }) => reportPlanFaults(workspace).map(async (fault) => fault),
  },
  {
    id: "policy",
    about: "settings, skips and waivers that are weaker than on the base",
    functions: checkFunctions,
    unit: "plan",
    weight: () => 0,
    run: ({ workspace }) => checkPolicy(workspace),
  },
  {
    id: "source",
    about: "symlinks that lead out of the source, and tracked files that no check reads",
    functions: ["scan", "manifests", "infrastructure"],
    unit: "source",
    weight: () => 1,
    run: ({ workspace }) => [checkSource(workspace)],
  },
  {
    id: "code",
    about: "lint and format of each service's code, and its types",
    functions: ["lint"],
    unit: "service",
    weight: () => 1,
    run: ({ workspace }) => workspace.services.flatMap((service) => checkCode(workspace, service)),
    runOnBase: ({ base: { workspace } }) =>
      workspace.services.flatMap((service) => checkCode(workspace, service)),
  },
  {
    id: "files",
    about: "scripts, Dockerfiles, workflows and YAML files",
    functions: ["lint"],
    unit: "files",
    weight: ({ files }) => files.length,
    run: ({ workspace }) => checkFiles(workspace),
    runOnBase: ({ base }) => checkFiles(base.workspace),
  },
  {
    id: "tests",
    about: "each service's tests, and what they cover",
    functions: ["test"],
    unit: "service",
    weight: (_, __, service) => testRuns(service),
    isLong: true,
    run: ({ tests }) => tests().checks,
  },
  {
    id: "totals",
    about: "coverage of all services together, and of changed lines",
    functions: ["test"],
    unit: "totals",
    weight: () => 0,
    run: ({ workspace, tests }) => checkTotals(workspace, tests().covered),
  },
  {
    id: "coverage-drop",
    about: "services whose coverage fell below the coverage of the base",
    functions: ["test"],
    unit: "service",
    weight: () => 0,
    run: ({ workspace, tests }) => checkCoverageDrop(workspace, tests().covered),
  },
  {
    id: "scan",
    about: "vulnerable dependencies, secrets and misconfiguration in the source",
    functions: ["scan"],
    unit: "scan",
    weight: () => 2,
    run: ({ sourceScan }) => [sourceScan()],
    runOnBase: ({ base }) => [base.sourceScan()],
  },
  {
    id: "secrets",
    about: "secrets written into files",
    functions: ["scan"],
    unit: "secrets",
    weight: () => 1,
    run: ({ workspace }) => [scanSecrets(workspace)],
    runOnBase: ({ base }) => [scanSecrets(base.workspace)],
  },
  {
    id: "history-secrets",
    about: "secrets that commits added",
    functions: ["scan"],
    unit: "secrets",
    weight: (_, { scan }) => (scan.history === true ? 2 : 0),
    run: ({ workspace }) => [scanHistory(workspace)],
    runOnBase: ({ call, from }) => [scanHistory(call.workspace, from)],
  },
  {
    id: "semgrep",
    about: "the repository's own rules for Semgrep",
    functions: ["scan"],
    unit: "semgrep",
    weight: () => 1,
    run: ({ workspace }) => [runSemgrep(workspace)],
    runOnBase: ({ base }) => [runSemgrep(base.workspace)],
  },
  {
    id: "manifests",
    about: "rendered kustomizations and charts: schemas, policies, misconfiguration",
    functions: ["manifests"],
    unit: "scan",
    weight: (plan, { manifests }) =>
      manifests === false ? 0 : plan.kustomizations.length + plan.charts.length,
    run: (context) => checkManifests(context.workspace, context.sourceScan),
    runOnBase: ({ base }) => checkManifests(base.workspace, base.sourceScan),
  },
  {
    id: "infrastructure",
    about: "OpenTofu and Terraform configurations",
    functions: ["infrastructure"],
    unit: "infra",
    weight: ({ infrastructure }) => infrastructure.length,
    run: ({ workspace }) => checkInfrastructure(workspace),
    // The plan queries live systems and reports no findings.
    runOnBase: ({ base }) => checkInfrastructure(base.workspace, { plan: false }),
  },
  {
    id: "own",
    about: "checks that your own module adds",
    functions: [],
    unit: "source",
    weight: () => 0,
    run: ({ workspace }) => workspace.request.checks?.(workspace) ?? [],
  },
  {
    id: "image",
    about: "each service's image: build, vulnerabilities, SBOM, licenses",
    functions: [],
    unit: "service",
    weight: (_, __, service) => (service?.image === false || service?.image === undefined ? 0 : 3),
    isLong: true,
    run: ({ images }) => images().map(async (image) => (await image).checks),
    runOnBase: ({ base }) => base.images().map(async (image) => (await image).checks),
  },
];

function testRuns(service: PlannedService | undefined): number {
  if (service === undefined || service.test === false) return 0;
  const runs = suitesOf(service.test).reduce((sum, { shards }) => sum + shards, 0);
  return runs * versionsOf(service).length;
}
