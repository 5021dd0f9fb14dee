import type { Container, Directory, Secret } from "@dagger.io/dagger";
import { Python } from "#modules/python/src/index.ts";
import type { Config } from "#pipelines/config/config.ts";
import { defaults } from "#pipelines/config/defaults.ts";
import { pythonVersions } from "#pipelines/config/schema.ts";
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
import { loadUnderPolicy, type Policy } from "./policy.ts";
import { type Pool, pool } from "./pool.ts";
import { type PreviousSboms, previousSboms } from "./previous-sboms.ts";
import { assertDistinctNames } from "./secrets.ts";
import { kustomizeBy, type WorkspaceTools, workspaceTools } from "./tools.ts";
import { loadVulnerabilityDatabase, type VulnerabilityDatabase } from "./vulnerability-db.ts";

/** A call by your own module, which may carry it out in another way. */
export interface OwnRequest extends Request {
  /**
   * Changes the parts that all stages share, also on a base: a tool that replaces Slipway's own, other gates.
   * Default: no change.
   */
  readonly vary?: (workspace: Workspace) => Workspace;
  /** Further checks, carried out and judged like Slipway's own; of several shards, one runs them. Default: none. */
  readonly checks?: (workspace: Workspace) => readonly Promise<CheckResult>[];
}

/** The parts that the stages of one call share: the source, its plan, the tools, the limits. */
export interface Workspace {
  readonly source: Directory;
  /**
   * What scanners and linters of files get: the source, with the base's settings for them where those of the source are
   * less strict.
   */
  readonly judged: Directory;
  /** The policy of the base that the call names; absent if it names none. */
  readonly policy?: Policy;
  readonly request: OwnRequest;
  /** The passed source, which may contain more than `source`. */
  readonly wholeSource: Directory;
  /** The folder of the source in the passed one; `.` if it is the same. */
  readonly root: string;
  readonly config: Config;
  readonly gates: Gates;
  /** The services that this run checks. */
  readonly services: readonly PlannedService[];
  readonly plan: Plan;
  /** The only service that the call asked for; absent if it asked for all. */
  readonly onlyService?: string;
  /** The services that are left out because no file that they read differs from the base. */
  readonly unaffected: readonly string[];
  /** The number of this runner among several; absent if it is the only one. */
  readonly shard?: Shard;
  /** The names of the units that this shard carries out; absent for all units. */
  readonly units?: ReadonlySet<string>;
  /** The base with which the call compares the source; absent if it names none. */
  readonly base?: BaseRef;
  /** The base whose findings are known; absent if the call names none. */
  readonly baselineRef?: BaseRef;
  /** The SBOMs of an earlier release. */
  readonly previousSboms: PreviousSboms;
  readonly secrets: readonly Secret[];
  /** The key of the time window within which results are reused. */
  readonly cacheWindow: string;
  readonly tools: WorkspaceTools;
  python(service: PlannedService): Python;
  /** The Python for tools in versions of Slipway's own: another than the service's if that is too old for them. */
  toolPython(service: PlannedService): Python;
  /** The Python image for a version. */
  pythonImage(version?: string): string;
  /** A service's installed dependencies: one layer for every check that needs them. */
  environment(service: PlannedService): Promise<Container>;
  /** The vulnerability database: one for every scan. */
  vulnerabilityDatabase(): Promise<VulnerabilityDatabase>;
  /** Runs a step as soon as a core is free for it; with `next`, before waiting steps. */
  run<Result>(step: () => Promise<Result>, next?: boolean): Promise<Result>;
}

/** How long the engine answers an unchanged call from its cache, in seconds: the `cache` of the functions in src. */
const answeredFor = 30 * 60;

/** The oldest supported Python, on which the newest versions of tools run no more. */
const [oldest] = pythonVersions;

/**
 * Reads the configuration, examines the source, and makes the tools.
 *
 * @param steps the pool that limits concurrent steps; default: a new pool.
 */
export async function openWorkspace(request: OwnRequest, steps: Pool = pool()): Promise<Workspace> {
  const workspace = await laidOut(request, steps);
  return request.vary?.(workspace) ?? workspace;
}

async function laidOut(request: OwnRequest, steps: Pool): Promise<Workspace> {
  const shard = parseShard(request.shard);
  const { source, judged, policy, root, config, lock, plan } = await loadUnderPolicy(request);
  const { tools: images } = config;
  const secrets = request.secrets ?? [];
  await assertDistinctNames(secrets);
  const pythonImage = (version?: string) => pinned(lock, pythonReference(images.python, version));
  const pythonOf = (version: string) => new Python(pythonImage(version), images.uv, images.ruff);
  const python = (service: PlannedService) => pythonOf(service.python);
  const toolPython = (service: PlannedService) =>
    service.python === oldest ? pythonOf(defaults.python) : python(service);
  const tools = workspaceTools(kustomizeBy({ ...config, tools: images }), images, pythonImage());
  const environments = new Map<string, Promise<Container>>();
  let found: Promise<VulnerabilityDatabase> | undefined;
  return {
    source,
    judged,
    ...(policy !== undefined && { policy }),
    request,
    wholeSource: request.source,
    root,
    config,
    gates: {
      ...config.gates,
      coverage: config.gates.coverage ?? defaults.coverage,
      exemptions: await loadExemptions(request, { source, root, config }),
    },
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
    toolPython,
    pythonImage,
    environment(service) {
      const { python: version, path, dependencies, test } = service;
      // Services with the same installation, for instance two with the same path, share it.
      const key = JSON.stringify([
        version,
        dependencies.kind === "none" ? "" : path,
        dependencies,
        test === false ? [] : test.packages,
      ]);
      const pythons = { python: python(service), exporter: toolPython(service) };
      const ready = environments.get(key) ?? installDependencies(pythons, source, service, secrets);
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
