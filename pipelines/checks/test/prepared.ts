import type { Suite } from "#pipelines/config/config.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { explain } from "#pipelines/errors/explain.ts";
import type { Evidence } from "#pipelines/findings/evidence.ts";
import { missingPrograms } from "#pipelines/gates/missing-programs.ts";
import type { PlannedService } from "#pipelines/plan/plan.ts";
import { askedContainers } from "#pipelines/plan/python/asked-tests.ts";
import type { JobContainers } from "#pipelines/plan/python/calls/job-containers.ts";
import type { Preparation } from "#pipelines/plan/python/calls/preparation.ts";
import type { FurtherInstall } from "#pipelines/plan/python/dependencies.ts";
import { clauses } from "#pipelines/text/list.ts";
import { printable } from "#pipelines/text/printable.ts";
import { plain } from "#pipelines/text/quote.ts";
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

/** What a pipeline starts and does before the tests. */
interface Around extends Pick<Preparation, "packages" | "installs" | "before"> {
  readonly containers: JobContainers;
}

/**
 * Runs the tests beside the containers and behind what the repository's pipeline does before them. What cannot be done
 * here, as a package of another system, is left out step by step, and the check says so. A migration that fails is an
 * error.
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
  while (namesIn(left).length > 0) {
    const ran = await read(within(alone, left), run);
    if (!("unready" in ran)) return first === undefined ? ran : said(ran, by, all, left, first);
    first ??= ran;
    const next = without(left, ran.code);
    // The fault is the service's own, or slipway.yaml's.
    if (namesIn(next).length === namesIn(left).length) throw first.unready;
    left = next;
  }
  const bare = await withPrograms(alone, run);
  if (first === undefined) return bare;
  // If they cannot run without it either, the first error says more.
  const { unready } = first;
  const evidence = () =>
    bare.read().catch(() => {
      throw unready;
    });
  return said({ ...bare, read: evidence }, by, all, left, first);
}

/** What is tried next. Commands may need all the rest. */
function without(around: Around, code: string): Around {
  if (code === "TESTS_NOT_PREPARED") return { ...around, before: [] };
  if (code === "DEPENDENCIES_NOT_INSTALLED") return { ...around, packages: [], installs: [], before: [] };
  return { ...around, containers: {}, before: [] };
}

function within<P extends Part>(part: P, { containers, packages, installs, before }: Around): P {
  const beside = Object.keys(containers).length === 0 ? part : withContainers(part, containers);
  const ready = withInstalls(withPackages(beside, packages), installs);
  return { ...ready, suite: { ...ready.suite, before: [...ready.suite.before, ...before] } };
}

function namesIn({ containers, packages, installs, before }: Around): readonly string[] {
  return [
    ...Object.values(containers).map(({ image }) => image),
    ...packages.map((name) => `the package ${name}`),
    ...installs.flatMap(({ requirements, files }) => [...requirements, ...files]),
    ...before.map((each) => `\`${each}\``),
  ];
}

function said<L extends Left>(ran: L, by: string, all: Around, left: Around, { code }: Unready): L {
  const names = namesIn(left);
  const missing = namesIn(all).filter((name) => !names.includes(name));
  const without = `without what ${by} starts or does before: ${printable(missing.join(", "))} (${code})`;
  return { ...ran, caveat: clauses(ran.caveat, without) };
}

/** Why tests could not be made ready. */
interface Unready {
  readonly code: string;
  readonly unready: unknown;
}

/** Runs and reads; returns the error of what could not be made ready. */
async function read<P extends Part, L extends Left>(part: P, run: Run<P, L>): Promise<L | Unready> {
  try {
    const ran = await withPrograms(part, run);
    await ran.read();
    return ran;
  } catch (error) {
    const { code } = error instanceof SlipwayError ? error : explain(error);
    const mayDiffer = error instanceof NotPrepared ? !error.isMigration : unready.has(code ?? "");
    if (!mayDiffer) throw error;
    return { code: code ?? "", unready: error };
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
  if (further.length === 0 || dependencies.kind === "none" || dependencies.kind === "lock") return part;
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
