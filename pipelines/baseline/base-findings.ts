import { checkCode } from "#pipelines/checks/code/code.ts";
import { checkFiles } from "#pipelines/checks/files/files.ts";
import { checkImage } from "#pipelines/checks/image/image.ts";
import { checkInfrastructure } from "#pipelines/checks/infrastructure/infrastructure.ts";
import { checkManifests } from "#pipelines/checks/manifests/manifests.ts";
import { runSemgrep } from "#pipelines/checks/scan/semgrep.ts";
import { scanSource } from "#pipelines/checks/scan/source.ts";
import { scanHistory } from "#pipelines/checks/secrets/history.ts";
import { scanSecrets } from "#pipelines/checks/secrets/source.ts";
import { explain, reasonText } from "#pipelines/errors/explain.ts";
import type { Reason } from "#pipelines/errors/reason.ts";
import { placeOf } from "#pipelines/gates/baseline.ts";
import type { KnownFindings } from "#pipelines/gates/exemptions.ts";
import { type BaseRef, baseRefOf, type MergeBase, mergeBaseOf } from "#pipelines/git/merge-base.ts";
import { printable } from "#pipelines/text/printable.ts";
import type { CheckResult } from "#pipelines/verdict/run-check.ts";
import { openBase } from "#pipelines/workspace/at-base.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

/** A base whose findings are known, and what its checks find. */
export interface BaseFindings {
  readonly base: BaseRef;
  /** Where it and HEAD parted: that commit is what the checks are run on. */
  readonly parting: () => Promise<MergeBase>;
  /** What a check of that name finds there. The checks run when they are asked for, each once. */
  readonly known: (check: string) => Promise<KnownFindings>;
  /** Waits until the base is opened, where a check has asked for it. @throws why it cannot be. */
  readonly opened: () => Promise<void>;
}

const imageChecks: readonly (string | undefined)[] = ["image", "image-scan", "sbom", "licenses"];

/**
 * Finds what the call names as the base whose findings are known.
 *
 * @returns undefined where it names none.
 * @throws ARGUMENT_INVALID when that is no name of a commit; HISTORY_MISSING when there is no folder .git.
 */
export async function baseFindings(workspace: Workspace): Promise<BaseFindings | undefined> {
  const base = await baseRefOf(workspace.request, "baselineRef");
  if (base === undefined) return undefined;
  const parting = once(() => mergeBaseOf(workspace.history, base));
  let other: Promise<Workspace | undefined> | undefined;
  const stages = new Map<string, Promise<readonly CheckResult[]>>();
  return {
    base,
    parting,
    opened: async () => void (await other),
    async known(check) {
      try {
        const { from } = await parting();
        // With steps of its own: those of the source wait for them.
        other ??= openBase(workspace, base, from);
        const there = await other;
        if (there === undefined) return nothing;
        const { stage, run } = stageOf(workspace, there, from, check);
        const found = stages.get(stage) ?? run().then((each) => each.flat());
        stages.set(stage, found);
        return knownFrom(check, base, await found, there);
      } catch (error) {
        return { ...nothing, fault: faultText(base, explain(error)) };
      }
    },
  };
}

const nothing: KnownFindings = { places: new Set() };

function once<Result>(run: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => {
    result ??= run();
    return result;
  };
}

/** Which stage of the pipeline carries a check out, by its name. */
function stageOf(workspace: Workspace, there: Workspace, from: string, check: string) {
  const [first = "", what] = check.split("/");
  const service = what === undefined ? undefined : there.services.find(({ name }) => name === first);
  const staged = (stage: string, run: () => readonly Promise<CheckResult | readonly CheckResult[]>[]) => ({
    stage,
    run: () => Promise.all(run()),
  });
  if (service !== undefined && imageChecks.includes(what)) {
    return staged(`image ${first}`, () => [checkImage(there, service).then(({ checks }) => checks)]);
  }
  if (service !== undefined) return staged(`lint ${first}`, () => checkCode(there, service));
  switch (first) {
    case "scan":
    case "manifests":
      return staged("scan", () => {
        const scanned = scanSource(there);
        return [scanned, ...checkManifests(there, scanned)];
      });
    case "files":
      return staged("files", () => checkFiles(there));
    case "infra":
      return staged("infra", () => checkInfrastructure(unplanned(there)));
    case "secrets":
      return staged("secrets", () => [scanSecrets(there)]);
    case "semgrep":
      return staged("semgrep", () => [runSemgrep(there)]);
    case "history-secrets":
      return staged("history", () => [scanHistory({ ...ungated(workspace), run: there.run }, from)]);
    default:
      return staged("none", () => []);
  }
}

/** What infrastructure would change is asked of the world, and is no finding. */
function unplanned(there: Workspace): Workspace {
  const { infrastructure: settings } = there.config;
  if (settings === false) return there;
  return { ...there, config: { ...there.config, infrastructure: { ...settings, plan: false } } };
}

/** The call's own workspace, whose findings wait for no base. */
function ungated(workspace: Workspace): Workspace {
  const { exemptions } = workspace.gates;
  if (exemptions === undefined) return workspace;
  const { known: _, ...own } = exemptions;
  return { ...workspace, gates: { ...workspace.gates, exemptions: own } };
}

/** What was waived there is not known, for its waiver may end. A check that broke there makes nothing known. */
function knownFrom(
  check: string,
  base: BaseRef,
  found: readonly CheckResult[],
  there: Workspace,
): KnownFindings {
  const all = found.map((each) => each.check);
  const places = all.flatMap(({ name, evidence }) =>
    evidence.findings
      .filter(({ status }) => status !== "waived")
      .map((finding) => placeOf(finding.fingerprint, finding, name)),
  );
  const own = all.find(({ name }) => name === check);
  const isLeft = own === undefined || own.outcome === "errored" || own.outcome === "skipped";
  const broken = [own, ...all].find((each) => each?.outcome === "errored")?.reasons[0];
  const unplannable = there.plan.faults.find(
    (each) => each.check.split("/", 1)[0] === check.split("/", 1)[0],
  );
  const reason = broken ?? (unplannable === undefined ? undefined : explain(unplannable.error));
  return {
    places: new Set(places),
    ...(isLeft && reason !== undefined ? { fault: faultText(base, reason) } : {}),
  };
}

function faultText({ name }: BaseRef, reason: Reason): string {
  return `on ${printable(name)} this check could not be carried out, so that nothing is known from there: ${reasonText(reason)}`;
}
