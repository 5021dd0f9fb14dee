import type { Directory, File, Secret } from "@dagger.io/dagger";

/** What a call of Slipway hands over. */
export interface Request {
  /** The repository, or the part of it that holds the services. */
  readonly source: Directory;
  /** The configuration file, relative to the source; slipway.yaml by default, which need not be there. */
  readonly config?: string;
  /** One service by name; all by default. */
  readonly service?: string;
  /** Which of how many runners this is, as in 2/4; everything is run by default. */
  readonly shard?: string;
  /** A vulnerability database in place of the download, for machines without a network. */
  readonly vulnerabilityDatabase?: Directory;
  /** Secrets that the tests get as environment variables, named as in their URI. */
  readonly secrets?: readonly Secret[];
  /** Any text that names this run; results are reused within it alone. The current window of time by default. */
  readonly run?: string;
  /** The findings.json of an earlier run: what stands there stops nothing. */
  readonly baseline?: File;
  /** A branch, tag or commit: what the checks find there too stops nothing. */
  readonly baselineRef?: string;
  /** The SBOMs of an earlier release, one for a service. */
  readonly previousSboms?: readonly File[];
  /** The day that waivers are held against, as in 2027-01-31; today's in UTC by default. */
  readonly today?: string;
  /** A branch, tag or commit that the source is compared with. */
  readonly base?: string;
  /** The repository's folder .git, for the bases; by default the one in the source. */
  readonly git?: Directory;
  /** The summary.json of a run on the base, in place of running the base's tests. */
  readonly baseCoverage?: File;
  /** Has the engine tell a folder by its content alone; without it, also by how it came to be. */
  readonly settle?: (folder: Directory) => Promise<Directory>;
}
