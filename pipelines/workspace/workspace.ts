import type { Container, Directory, Secret } from "@dagger.io/dagger";
import { Python } from "#modules/python/src/index.ts";
import type { Config } from "#pipelines/config/config.ts";
import type { Gates } from "#pipelines/gates/judge.ts";
import { type BaseRef, baseRefOf } from "#pipelines/git/merge-base.ts";
import { pinned } from "#pipelines/lock/lock.ts";
import { pythonReference } from "#pipelines/lock/references.ts";
import type { Plan, PlannedService } from "#pipelines/plan/plan.ts";
import type { Request } from "#pipelines/request.ts";
import { parseShard, type Shard } from "#pipelines/shards/shard.ts";
import type { CheckResult } from "#pipelines/verdict/run-check.ts";
import { cacheWindow } from "./cache-window.ts";
import { loadExemptions } from "./exemptions.ts";
import { installDependencies } from "./install.ts";
import { loadSource } from "./load.ts";
import { type Pool, pool } from "./pool.ts";
import { type PreviousSboms, previousSboms } from "./previous-sboms.ts";
import { assertDistinctNames } from "./secrets.ts";
import { type WorkspaceTools, workspaceTools } from "./tools.ts";
import { loadVulnerabilityDatabase, type VulnerabilityDatabase } from "./vulnerability-db.ts";

/** A call by a module of one's own, which may carry it out in another way. */
export interface OwnRequest extends Request {
  /** Changes what all stages share, also on a base: a tool in place of ours, other gates. Nothing by default. */
  readonly vary?: (workspace: Workspace) => Workspace;
  /** Checks besides ours, carried out beside them and judged alike; of shards one has them. None by default. */
  readonly checks?: (workspace: Workspace) => readonly Promise<CheckResult>[];
}

/** Everything that the stages of one call share: the source, what is planned for it, the tools, the bounds. */
export interface Workspace {
  readonly source: Directory;
  readonly request: OwnRequest;
  /** What was handed over, of which the source may be a part. */
  readonly wholeSource: Directory;
  /** Where the source lies in the one that was handed over; `.` where it is that. */
  readonly root: string;
  readonly config: Config;
  readonly gates: Gates;
  /** Those that this run checks. */
  readonly services: readonly PlannedService[];
  readonly plan: Plan;
  /** The one service that the call asked for; absent when it asked for all. */
  readonly onlyService?: string;
  /** The services that are left out because nothing that they read differs from the base. */
  readonly unaffected: readonly string[];
  /** Which of how many runners this is; absent when it is the only one. */
  readonly shard?: Shard;
  /** What this shard carries out, by the units' names; absent where it is everything. */
  readonly units?: ReadonlySet<string>;
  /** What the call compares the source with; absent when it names none. */
  readonly base?: BaseRef;
  /** The base whose findings are known; absent when the call names none. */
  readonly baselineRef?: BaseRef;
  /** The SBOMs of an earlier release. */
  readonly previousSboms: PreviousSboms;
  readonly secrets: readonly Secret[];
  /** What results are reused within. */
  readonly cacheWindow: string;
  readonly tools: WorkspaceTools;
  python(service: PlannedService): Python;
  /** The image of Python's that a version stands for. */
  pythonImage(version?: string): string;
  /** A service's installed dependencies: one layer for every check that needs them. */
  environment(service: PlannedService): Promise<Container>;
  /** The vulnerability database: one for every scan. */
  vulnerabilityDatabase(): Promise<VulnerabilityDatabase>;
  /** Runs a step as soon as a core is free for it; with `next`, before the steps that wait already. */
  run<Result>(step: () => Promise<Result>, next?: boolean): Promise<Result>;
}

/** For how long the engine answers an unchanged call by itself, in seconds: the `cache` of the functions in src. */
const answeredFor = 30 * 60;

/**
 * Reads the configuration, looks at what the source holds, and lays out the tools.
 *
 * @param steps what bounds the steps that run at a time; a pool of its own by default.
 */
export async function openWorkspace(request: OwnRequest, steps: Pool = pool()): Promise<Workspace> {
  const workspace = await laidOut(request, steps);
  return request.vary?.(workspace) ?? workspace;
}

async function laidOut(request: OwnRequest, steps: Pool): Promise<Workspace> {
  const shard = parseShard(request.shard);
  const { source, root, config, lock, plan } = await loadSource(request);
  const { tools: images } = config;
  const secrets = request.secrets ?? [];
  await assertDistinctNames(secrets);
  const pythonImage = (version?: string) => pinned(lock, pythonReference(images.python, version));
  const python = (service: PlannedService) => new Python(pythonImage(service.python), images.uv, images.ruff);
  const tools = workspaceTools(images, pythonImage());
  const environments = new Map<string, Promise<Container>>();
  let found: Promise<VulnerabilityDatabase> | undefined;
  return {
    source,
    request,
    wholeSource: request.source,
    root,
    config,
    gates: { ...config.gates, exemptions: await loadExemptions(request, { source, root, config }) },
    services: plan.services,
    plan,
    onlyService: request.service,
    unaffected: [],
    shard,
    base: await baseRefOf(request, tools.history),
    baselineRef: await baseRefOf(request, tools.history, "baselineRef"),
    previousSboms: await previousSboms(request.previousSboms ?? [], plan.services),
    secrets,
    cacheWindow: request.run ?? cacheWindow(config.reuse - answeredFor),
    tools,
    python,
    pythonImage,
    environment(service) {
      const { python: version, path, dependencies } = service;
      // Services that install the same, for instance two that share a path, share it.
      const key = JSON.stringify([version, dependencies.kind === "none" ? "" : path, dependencies]);
      const ready = environments.get(key) ?? installDependencies(python(service), source, service, secrets);
      environments.set(key, ready);
      return ready;
    },
    vulnerabilityDatabase() {
      found ??= loadVulnerabilityDatabase(tools.trivy, config.scan.database, request.vulnerabilityDatabase);
      return found;
    },
    run: (step, next) => steps.run(step, next),
  };
}
