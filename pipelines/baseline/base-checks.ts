import type { CatalogEntry } from "#pipelines/checks/catalog.ts";
import { type CheckContext, checkContext } from "#pipelines/checks/context.ts";
import { checkImage } from "#pipelines/checks/image/image.ts";
import { explain, reasonText } from "#pipelines/errors/explain.ts";
import type { Reason } from "#pipelines/errors/reason.ts";
import type { Check } from "#pipelines/findings/evidence.ts";
import { placeOf } from "#pipelines/gates/baseline.ts";
import type { KnownFindings } from "#pipelines/gates/exemptions.ts";
import type { BaseRef } from "#pipelines/git/merge-base.ts";
import { printable } from "#pipelines/text/printable.ts";
import type { CheckResult } from "#pipelines/verdict/run-check.ts";
import { openBase } from "#pipelines/workspace/at-base.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

/** The checks of a base, which run on demand. */
export interface BaseChecks {
  /**
   * The findings of a check on the base. Runs its catalog entry once, or once a service for a check of services.
   * Never rejects.
   */
  readonly known: (entry: CatalogEntry, check: Check) => Promise<KnownFindings>;
  /** Waits until the base is opened, if a check asked for it. @throws the fault that prevents it. */
  readonly opened: () => Promise<void>;
}

const nothing: KnownFindings = { places: new Set() };

/** Prepares the checks of a base, in the base's own configuration and in the pool of the call. */
export function baseChecks(call: CheckContext, base: BaseRef): BaseChecks {
  let opening: Promise<CheckContext | undefined> | undefined;
  const open = () => {
    opening ??= contextAt(call, base);
    return opening;
  };
  const results = new Map<string, Promise<readonly CheckResult[]>>();
  const run = async (entry: CatalogEntry, there: CheckContext, service?: string) => {
    const { from } = await base.mergeBase();
    const context = service === undefined ? there : ofService(there, service);
    const found = await Promise.all(entry.runOnBase?.({ base: context, call, from }) ?? []);
    return found.flat();
  };
  return {
    opened: async () => void (await opening),
    async known(entry, check) {
      const service = entry.unit === "service" ? check.service : undefined;
      try {
        const there = await open();
        if (there === undefined) return nothing;
        const key = JSON.stringify([entry.id, service]);
        const found = results.get(key) ?? run(entry, there, service);
        results.set(key, found);
        return knownFrom(check, base, await found, there.workspace);
      } catch (error) {
        return { ...nothing, fault: faultText(base, explain(error)) };
      }
    },
  };
}

async function contextAt(call: CheckContext, base: BaseRef): Promise<CheckContext | undefined> {
  const { from } = await base.mergeBase();
  const there = await openBase(call.workspace, base, from, { steps: call.workspace });
  return there === undefined ? undefined : checkContext(there, checkImage);
}

function ofService({ workspace }: CheckContext, service: string): CheckContext {
  const services = workspace.services.filter(({ name }) => name === service);
  return checkContext({ ...workspace, services }, checkImage);
}

/**
 * A finding that is waived on the base does not count as known, because its waiver may end. If a check broke on
 * the base, none of its findings are known.
 */
function knownFrom(
  check: Check,
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
  const own = all.find(({ name }) => name === check.name);
  const isLeft = own === undefined || own.outcome === "errored" || own.outcome === "skipped";
  const broken = [own, ...all].find((each) => each?.outcome === "errored")?.reasons[0];
  const unplanned = there.plan.faults.find(
    ({ id }) => id.service === check.service && (check.service !== undefined || id.kind === check.kind),
  );
  const reason = broken ?? (unplanned === undefined ? undefined : explain(unplanned.error));
  return {
    places: new Set(places),
    ...(isLeft && reason !== undefined ? { fault: faultText(base, reason) } : {}),
  };
}

function faultText({ name }: BaseRef, reason: Reason): string {
  return `this check could not be carried out on ${printable(name)}, so its findings there are unknown: ${reasonText(reason)}`;
}
