import type { Directory } from "@dagger.io/dagger";
import { History } from "#modules/history/src/index.ts";
import type { Config } from "#pipelines/config/config.ts";
import { readConfig } from "#pipelines/config/read.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { baseRefOf, repositoryIn } from "#pipelines/git/merge-base.ts";
import { noLock, pinned } from "#pipelines/lock/lock.ts";
import { pythonReference } from "#pipelines/lock/references.ts";
import { Tree } from "#pipelines/plan/tree.ts";
import { strictestCoverage } from "#pipelines/policy/coverage.ts";
import { policyFilesOf, withPolicyFiles } from "#pipelines/policy/files.ts";
import { changedLock } from "#pipelines/policy/lock.ts";
import { lostChecks } from "#pipelines/policy/lost-checks.ts";
import { strictest } from "#pipelines/policy/settings.ts";
import { newSuppressions, type Suppression, suppressionPattern } from "#pipelines/policy/suppressions.ts";
import { changedTables } from "#pipelines/policy/tables.ts";
import { approvalOf, approvalPattern, shown, type Weakening } from "#pipelines/policy/weakening.ts";
import type { Request } from "#pipelines/request.ts";
import { printable } from "#pipelines/text/printable.ts";
import { namedByTrivy } from "#pipelines/tools/trivy/settings-file.ts";
import {
  configFile,
  hasNothing,
  type LoadedConfig,
  type LoadedSource,
  loadConfig,
  narrowToService,
  planSource,
  readConfiguration,
  settingsPath,
} from "./load.ts";
import { readRows, searchSource } from "./search-source.ts";

/** The policy of a base, and what a change would judge less strictly. */
export interface Policy {
  /** The base, as the call names it. */
  readonly name: string;
  /** The commit that has the policy: the merge base. */
  readonly from: string;
  readonly weakenings: readonly Weakening[];
  /** The name of exactly these weakenings. */
  readonly approval: string;
  /** Whether the call approves them: then the change's own policy applies. */
  readonly isApproved: boolean;
}

/** The source with its plan, and what the scanners get of it. */
export interface HeldSource extends LoadedSource {
  /** The source, with the base's settings of scanners where those of the source are less strict. */
  readonly judged: Directory;
  /** Absent if the call names no base for the policy. */
  readonly policy?: Policy;
}

/**
 * Reads the configuration and plans the checks of a source, under the policy of the base that the call names: the
 * stricter of both configurations. Without a base, under the source's own.
 *
 * @throws ARGUMENT_INVALID; HISTORY_MISSING, BASE_NOT_FOUND, BASE_UNRELATED, HISTORY_UNREADABLE or BASE_IS_HEAD when
 *   there is no base; the errors of `loadSource`.
 */
export async function loadUnderPolicy(request: Request): Promise<HeldSource> {
  return narrowToService(await wholeUnderPolicy(request), request.service);
}

async function wholeUnderPolicy(request: Request): Promise<HeldSource> {
  assertApprovals(request);
  const own = await loadConfig(request);
  const unheld = async () => ({ ...(await planSource(own)), judged: own.source });
  if (request.policyRef === undefined) return unheld();
  const history = new History(await trustedGit(request, request.policyRef, own));
  const base = await baseRefOf(request, history, "policyRef");
  if (base === undefined) return unheld();
  const { from } = await base.mergeBase();
  const before = await configurationAt(request, history.tree(base.repository, from));
  const path = settingsPath(own.root, request.config);
  const settings = strictest(asNamed(before), asNamed(own), path);
  const planned = await planSource(before).catch((error: unknown) => {
    if (hasNothing(error)) return undefined;
    throw error;
  });
  const scanned = [
    ...policyFilesOf(before.config, planned?.plan.policies),
    ...(await namedByTrivy(before.source)).all.map((path) => ({ path })),
  ];
  const files = await withPolicyFiles(before.source, own.source, scanned);
  const { named, lock } = before;
  const config = { ...settings.config, tools: before.config.tools };
  const unbound = await planSource({ ...own, source: files.source, config, named, lock });
  const coverage = strictestCoverage(
    planned?.plan.services ?? [],
    before.config.gates.coverage,
    unbound.plan.services,
    path,
  );
  const held = { ...unbound, plan: { ...unbound.plan, services: coverage.services } };
  const [lost, suppressed] = await Promise.all([
    planned === undefined ? [] : lostIn(planned, held),
    suppressedIn(before, own),
  ]);
  const weakenings = [
    ...before.faults,
    ...coverage.weakenings,
    ...settings.weakenings,
    ...changedLock(lock, own.lock),
    ...files.weakenings,
    ...(before.root === held.root ? [] : [movedText(before.root, held.root)]),
    ...lost,
    ...suppressed,
  ];
  const approval = approvalOf(weakenings);
  const isApproved = request.policyApproved?.includes(approval) ?? false;
  const policy = { name: base.name, from, weakenings, approval, isApproved };
  return isApproved
    ? { ...(await unheld()), policy }
    : { ...held, source: own.source, judged: files.source, policy };
}

function asNamed({ config, named }: LoadedConfig): Config {
  return { ...config, tools: named };
}

function assertApprovals({ policyRef, policyApproved = [] }: Request): void {
  const wrong = policyApproved.find((each) => !approvalPattern.test(each));
  if (wrong === undefined && (policyRef !== undefined || policyApproved.length === 0)) return;
  throw new SlipwayError(
    "ARGUMENT_INVALID",
    wrong === undefined
      ? "--policy-approved needs --policy-ref"
      : `--policy-approved=${printable(wrong).slice(0, 80)}: not the name of a policy`,
    "Pass the name that the check policy prints, such as --policy-approved=0123456789abcdef.",
  );
}

/**
 * The image of the git that looks for the base, which must not be one that the change names. If it names one, the
 * engine's own git reads which one the tip of the base names.
 *
 * @returns undefined for Slipway's own.
 */
async function trustedGit(
  { git, source, config }: Request,
  name: string,
  { named }: LoadedConfig,
): Promise<string | undefined> {
  if (named.git === undefined) return undefined;
  const repository = (await repositoryIn(git ?? source))?.asGit();
  for (const ref of [`refs/remotes/${name}`, `refs/heads/${name}`, `refs/tags/${name}`, name]) {
    try {
      const tip = await repository?.ref(ref).tree({ discardGitDir: true }).sync();
      if (tip !== undefined) return (await readConfiguration({ source: tip, config })).config.tools.git;
    } catch {
      // Another name may lead to it. If none does, Slipway's own git reports what is wrong.
    }
  }
  return undefined;
}

/** The configuration of the base. If it cannot be read, the defaults are its policy, and that is a weakening too. */
async function configurationAt(
  { config: file }: Request,
  source: Directory,
): Promise<LoadedConfig & { readonly faults: readonly Weakening[] }> {
  try {
    return { ...(await readConfiguration({ source, config: file })), faults: [] };
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    const config = readConfig(undefined, configFile);
    const text = `the base's cannot be read, so the defaults are its policy: ${error.what}`;
    const faults = error.code === "CONFIG_NOT_FOUND" ? [] : [{ subject: configFile, text }];
    return { source, root: ".", config, named: config.tools, lock: noLock, faults };
  }
}

/** The checks that are gone, with the settings for what a gate sees. */
async function lostIn(before: LoadedSource, held: LoadedSource): Promise<readonly Weakening[]> {
  const folders = before.plan.services.map(({ path }) => path);
  const tables = await changedTables(new Tree(before.facts), new Tree(held.facts), folders);
  return [...(await lostChecks(before.plan, held.plan, held.facts)), ...tables];
}

function movedText(base: string, change: string): Weakening {
  return {
    subject: "root",
    text: `${shown(base)} on the base, ${shown(change)} in the change`,
    path: configFile,
  };
}

async function suppressedIn({ source, named, lock }: LoadedConfig, own: LoadedConfig) {
  const image = pinned(lock, pythonReference(named.python));
  const found = async (tree: Directory): Promise<readonly Suppression[]> =>
    readRows(await searchSource(image, tree, suppressionPattern));
  const [base, change] = await Promise.all([found(source), found(own.source)]);
  return newSuppressions(base, change);
}
