import type { Suite } from "#pipelines/config/config.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { explain } from "#pipelines/errors/explain.ts";
import type { Evidence } from "#pipelines/findings/evidence.ts";
import { missingPrograms } from "#pipelines/gates/missing-programs.ts";
import type { PlannedService } from "#pipelines/plan/plan.ts";
import { askedContainers } from "#pipelines/plan/python/asked-tests.ts";
import type { FurtherInstall } from "#pipelines/plan/python/dependencies.ts";
import { clauses } from "#pipelines/text/list.ts";
import { printable } from "#pipelines/text/printable.ts";
import { plain } from "#pipelines/text/quote.ts";
import { type Around, namesIn, type Unready, without } from "./around.ts";
import { NotPrepared } from "./not-prepared.ts";

/** What is run: a suite of a service, or a part of one. */
interface Part {
  readonly service: PlannedService;
  readonly suite: Suite;
}

/** What a run leaves. */
interface Left {
  readonly caveat?: string | undefined;
  readonly read: () => Promise<Evidence>;
}

/** Runs tests. */
type Run<P extends Part, L extends Left> = (part: P) => Promise<L>;

/**
 * Runs the tests beside the containers and behind what the repository's pipeline does before them. What cannot be done
 * here, as a package of another system, is left out step by step, and the check says so. A migration that fails with
 * all the rest is an error.
 */
export async function prepared<P extends Part, L extends Left>(part: P, run: Run<P, L>): Promise<L> {
  const { preparation, askedTests } = part.service;
  const { packages = [], installs = [], before = [] } = preparation ?? {};
  const containers = askedContainers(part.service);
  const all: Around = { containers, packages, installs, before };
  const alone = Object.keys(containers).length > 0 ? withContainers(part, {}) : part;
  const by = plain(preparation?.by ?? askedTests?.by ?? "");
  let first: Unready | undefined;
  let left = all;
  for (let step = 0; namesIn(left).length > 0; step++) {
    const ran = await read(
      within(alone, left),
      run,
      first === undefined && preparation?.isUncertain !== true,
    );
    if (!("error" in ran)) return first === undefined ? ran : said(ran, by, all, left, first);
    first ??= ran;
    const next = without(left, ran, step);
    // The fault is the service's own, or slipway.yaml's.
    if (namesIn(next).length === namesIn(left).length) throw first.error;
    left = next;
  }
  const bare = await withPrograms(alone, run);
  if (first === undefined) return bare;
  // If they cannot run without it either, the first error says more.
  const { error } = first;
  const evidence = () =>
    bare.read().catch(() => {
      throw error;
    });
  return said({ ...bare, read: evidence }, by, all, left, first);
}

function within<P extends Part>(part: P, { containers, packages, installs, before }: Around): P {
  const beside = Object.keys(containers).length === 0 ? part : withContainers(part, containers);
  const ready = withInstalls(withPackages(beside, packages), installs);
  return { ...ready, suite: { ...ready.suite, before: [...ready.suite.before, ...before] } };
}

function said<L extends Left>(ran: L, by: string, all: Around, left: Around, { code }: Unready): L {
  const names = namesIn(left);
  const missing = namesIn(all).filter((name) => !names.includes(name));
  const without = `without what ${by} starts or does before: ${printable(missing.join(", "))} (${code})`;
  return { ...ran, caveat: clauses(ran.caveat, without) };
}

/**
 * Runs and reads; returns the error of what could not be made ready.
 *
 * @param isWhole whether nothing is left out yet, so that a migration must not fail.
 */
async function read<P extends Part, L extends Left>(
  part: P,
  run: Run<P, L>,
  isWhole: boolean,
): Promise<L | Unready> {
  try {
    const ran = await withPrograms(part, run);
    await ran.read();
    return ran;
  } catch (error) {
    const { code } = error instanceof SlipwayError ? error : explain(error);
    const isFault = error instanceof NotPrepared ? error.isMigration && isWhole : !unready.has(code ?? "");
    if (isFault) throw error;
    return { code: code ?? "", error };
  }
}

const unready = new Set([
  "DEPENDENCIES_NOT_INSTALLED",
  "IMAGE_UNAVAILABLE",
  "CONTAINER_NOT_READY",
  "CONTAINER_DIED",
]);

function withContainers<P extends Part>(part: P, containers: Suite["containers"]): P {
  const { test } = part.service;
  const service = { ...part.service, test: test === false ? test : { ...test, containers } };
  return { ...part, service, suite: { ...part.suite, containers } };
}

function withInstalls<P extends Part>(part: P, further: readonly FurtherInstall[]): P {
  const { dependencies } = part.service;
  if (further.length === 0 || dependencies.kind === "none") return part;
  return { ...part, service: { ...part.service, dependencies: { ...dependencies, further } } };
}

function withPackages<P extends Part>(part: P, more: readonly string[]): P {
  const { test } = part.service;
  if (test === false || more.length === 0) return part;
  return { ...part, service: { ...part.service, test: { ...test, packages: [...test.packages, ...more] } } };
}

/**
 * Runs the tests, and again if they miss programs that the hosted machines of CI systems have: a repository whose CI
 * runs there does not name them. If these cannot be installed, the first run counts.
 */
async function withPrograms<P extends Part, L extends Left>(part: P, run: Run<P, L>): Promise<L> {
  const ran = await run(part);
  // Read once, for this and for the check.
  const evidence = ran.read();
  const first = { ...ran, read: () => evidence };
  const failures = await evidence.then(
    ({ tests }) => tests?.failures ?? [],
    () => [],
  );
  const { test } = part.service;
  const known = test === false ? [] : test.packages;
  const missing = missingPrograms(failures.map(({ message }) => message)).filter(
    (each) => each.isOnRunners && !known.includes(each.package),
  );
  if (missing.length === 0 || test === false) return first;
  const second = await run(
    withPackages(
      part,
      missing.map((each) => each.package),
    ),
  ).catch((error: unknown) => {
    if (error instanceof SlipwayError) return undefined;
    throw error;
  });
  if (second === undefined) return first;
  const names = missing.map(({ program }) => program).join(", ");
  return {
    ...second,
    caveat: clauses(second.caveat, `run again with ${names}, which the image of Python lacks`),
  };
}
