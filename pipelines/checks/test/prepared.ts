import type { Suite } from "#pipelines/config/config.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { Evidence } from "#pipelines/findings/evidence.ts";
import { missingPrograms } from "#pipelines/gates/missing-programs.ts";
import type { PlannedService } from "#pipelines/plan/plan.ts";
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

/**
 * Runs the tests behind what the repository's workflow does before them. Where that cannot be done, as for a package of
 * another system, they run without it, and the check says so.
 */
export async function prepared<P extends Part, L extends Left>(part: P, run: Run<P, L>): Promise<L> {
  const { preparation } = part.service;
  if (preparation === undefined) return withPrograms(part, run);
  const { by, packages, before } = preparation;
  const ready = withPackages(part, packages);
  const behind = { ...ready, suite: { ...part.suite, before: [...before] } };
  const first = await read(behind, run);
  if (!(first instanceof SlipwayError)) return first;
  const second = await withPrograms(part, run);
  const what = [...packages.map((name) => `the package ${name}`), ...before.map((each) => `\`${each}\``)];
  const without = `without what ${plain(by)} does before: ${printable(what.join(", "))} (${first.code})`;
  return { ...second, caveat: clauses(second.caveat, without) };
}

/** Runs and reads; returns the error of what could not be made ready. */
async function read<P extends Part, L extends Left>(part: P, run: Run<P, L>): Promise<L | SlipwayError> {
  try {
    const ran = await withPrograms(part, run);
    await ran.read();
    return ran;
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    const isMissing =
      error instanceof NotPrepared ? error.isMissing : error.code === "DEPENDENCIES_NOT_INSTALLED";
    if (isMissing) return error;
    throw error;
  }
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
