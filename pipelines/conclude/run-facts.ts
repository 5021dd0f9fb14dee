import { readReport } from "#pipelines/dagger/report-file.ts";
import { repositoryIn } from "#pipelines/git/merge-base.ts";
import { readNameStatus } from "#pipelines/readers/git-diff.ts";
import { ignoredPart } from "#pipelines/source/ignored.ts";
import { isWithin } from "#pipelines/text/path.ts";
import type { RunFacts } from "#pipelines/verdict/run-facts.ts";
import { version } from "#pipelines/version.ts";
import { namedSecrets } from "#pipelines/workspace/secrets.ts";
import type { OwnRequest, Workspace } from "#pipelines/workspace/workspace.ts";

/**
 * Looks up what a run checks, while the checks run.
 *
 * @param start the start of the call, in milliseconds since 1970.
 */
export function runFactsOf(workspace: Workspace, start: number): Promise<() => RunFacts> {
  const facts = lookUp(workspace, start);
  // Whoever awaits it reports a failure; until then no one handles it.
  facts.catch(() => {});
  return facts;
}

async function lookUp(workspace: Workspace, start: number): Promise<() => RunFacts> {
  const given = await argumentsOf(workspace);
  const commit = await workspace.run(() => commitOf(workspace)).catch(() => ({}));
  return () => ({
    slipway: version,
    started: `${new Date(start).toISOString().slice(0, 19)}Z`,
    seconds: (Date.now() - start) / 1000,
    arguments: given,
    ...commit,
  });
}

type CommitFacts = Pick<RunFacts, "repository" | "commit" | "branch" | "dirty">;

async function commitOf({ request, wholeSource, tools }: Workspace): Promise<CommitFacts> {
  const repository = await repositoryIn(request.git ?? wholeSource);
  if (repository === undefined) return {};
  const ran = tools.history.facts(repository);
  if ((await ran.exitCode()) !== 0) return {};
  const facts = readFacts(await readReport(ran, "facts.txt"));
  if (facts.commit === undefined) return {};
  const compared = tools.history.changes(repository, wholeSource, facts.commit, facts.commit);
  if ((await compared.exitCode()) !== 0) return facts;
  const changes = readNameStatus(await readReport(compared, "changes.txt"), "changes.txt");
  // A call leaves some folders out.
  const isLeftOut = (path: string) => ignoredPart(path) !== undefined || isWithin(path, "reports");
  return { ...facts, dirty: changes.some(({ letter, path }) => letter !== "D" || !isLeftOut(path)) };
}

/** Reads what the module history prints. An address may contain a login, which is left out. */
export function readFacts(text: string): CommitFacts {
  const value = (word: string) => new RegExp(`^${word} (.+)$`, "m").exec(text)?.[1];
  const [commit, branch, remote] = [value("head"), value("branch"), value("remote")];
  return {
    ...(remote !== undefined && { repository: remote.replace(/^([a-z+]+:\/\/)[^/]*@/i, "$1") }),
    ...(commit !== undefined && { commit }),
    ...(branch !== undefined && { branch }),
  };
}

/** The arguments by which two calls of one source differ. Secrets are named, and never shown. */
async function argumentsOf({ request, secrets }: Workspace): Promise<readonly string[]> {
  const { config, service, shard, base, baselineRef, policyRef, policyApproved, today, run }: OwnRequest =
    request;
  const texts = { config, service, shard, base, baselineRef, policyRef, today, run };
  const files = { baseline: request.baseline, baseCoverage: request.baseCoverage };
  const names = (await namedSecrets(secrets)).map(({ name }) => name);
  return [
    ...Object.entries(texts).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${dashed(name)}=${value}`],
    ),
    ...Object.entries(files).flatMap(([name, value]) => (value === undefined ? [] : [`--${dashed(name)}`])),
    ...(policyApproved ?? []).map((name) => `--policy-approved=${name}`),
    ...((request.previousSboms ?? []).length > 0 ? ["--previous-sboms"] : []),
    ...names.map((name) => `--secrets=${name}`),
  ];
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
