import type { Directory, File, Secret } from "@dagger.io/dagger";

/** The arguments of a call of Slipway. */
export interface Request {
  /** The repository, or the part of it that contains the services. */
  readonly source: Directory;
  /** The configuration file, relative to the source; default: slipway.yaml, which may be absent. */
  readonly config?: string;
  /** The name of one service; default: all services. */
  readonly service?: string;
  /** The number of this runner among several, as in 2/4; default: everything runs here. */
  readonly shard?: string;
  /** A vulnerability database that replaces the download, for machines without a network. */
  readonly vulnerabilityDatabase?: Directory;
  /** Secrets that the tests get as environment variables, with the names in their URIs. */
  readonly secrets?: readonly Secret[];
  /**
   * Any text that names this run; only calls with the same name reuse its results. Default: the current time
   * window.
   */
  readonly run?: string;
  /** The findings.json of an earlier run: its findings do not block. */
  readonly baseline?: File;
  /** A branch, tag or commit: findings that its checks have too do not block. */
  readonly baselineRef?: string;
  /**
   * A branch, tag or commit whose policy judges the source: its gates, waivers, tools and settings of scanners;
   * default: the source judges itself.
   */
  readonly policyRef?: string;
  /** The names of weaker policies that an owner approves, as the check `policy` prints them. */
  readonly policyApproved?: readonly string[];
  /** The SBOMs of an earlier release, one for each service. */
  readonly previousSboms?: readonly File[];
  /** The day on which waivers must be valid, as in 2027-01-31; default: today in UTC. */
  readonly today?: string;
  /** A branch, tag or commit with which the source is compared. */
  readonly base?: string;
  /** The repository's folder .git, for the bases; default: the one in the source. */
  readonly git?: Directory;
  /** The summary.json of a run on the base, which replaces a run of the base's tests. */
  readonly baseCoverage?: File;
  /** Makes the engine identify a folder by its content alone; without it, also by its origin. */
  readonly settle?: (folder: Directory) => Promise<Directory>;
}
