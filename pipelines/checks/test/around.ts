import { explain } from "#pipelines/errors/explain.ts";
import type { JobContainers } from "#pipelines/plan/python/calls/job-containers.ts";
import type { Preparation } from "#pipelines/plan/python/calls/preparation.ts";
import { NotPrepared } from "./not-prepared.ts";

/** What a pipeline starts and does before the tests. */
export interface Around extends Pick<Preparation, "packages" | "installs" | "before"> {
  readonly containers: JobContainers;
}

export function namesIn({ containers, packages, installs, before }: Around): readonly string[] {
  return [
    ...Object.values(containers).map(({ image }) => image),
    ...packages.map((name) => `the package ${name}`),
    ...installs.flatMap(({ requirements, files }) => [...requirements, ...files]),
    ...before.map((each) => `\`${each}\``),
  ];
}

/** Why tests could not be made ready. */
export interface Unready {
  readonly code: string;
  readonly error: unknown;
}

/** How often single names are left out, until all of their kind are. */
const mostSteps = 5;

/**
 * What is tried next: without the command that failed, or the packages or containers that are not there. If no name is
 * known, all of the kind are left out, and with all containers the commands, which may need them.
 *
 * @param step how often something is left out already.
 */
export function without(around: Around, { code, error }: Unready, step: number): Around {
  if (code === "TESTS_NOT_PREPARED") {
    const failed = error instanceof NotPrepared ? error.command : undefined;
    const rest = around.before.filter((each) => each !== failed);
    return { ...around, before: step < mostSteps ? rest : [] };
  }
  const { text } = explain(error);
  if (code !== "DEPENDENCIES_NOT_INSTALLED") {
    const others = Object.entries(around.containers).filter(
      ([host, { image }]) => !isAbout(text, host, image),
    );
    const isKnown = others.length > 0 && others.length < Object.keys(around.containers).length;
    return isKnown && step < mostSteps
      ? { ...around, containers: Object.fromEntries(others) }
      : { ...around, containers: {}, before: [] };
  }
  const missing = missingPackages(text);
  const rest = around.packages.filter((name) => !missing.has(name));
  if (rest.length < around.packages.length && step < mostSteps) return { ...around, packages: rest };
  const isOfPip = text.includes("the dependencies of ") && around.installs.length > 0;
  if (around.packages.length > 0 && !isOfPip) return { ...around, packages: [] };
  return { ...around, installs: [] };
}

/** Whether an error is about a container: it names its image, or its address. */
function isAbout(text: string, host: string, image: string): boolean {
  if (text.includes(`//${host}:`)) return true;
  const at = text.indexOf(image);
  const [before = " ", after = " "] = [text[at - 1], text[at + image.length]];
  return at >= 0 && /[\s/]/.test(before) && /[\s:@]/.test(after);
}

/** The packages that apt does not find, of which it names each. */
function missingPackages(text: string): ReadonlySet<string> {
  const named = text.matchAll(
    /Unable to locate package ([\w.+-]{0,100}[\w+])|Package '?([\w.+-]{1,100})'? has no installation candidate/g,
  );
  return new Set([...named].flatMap(([, unknown, unavailable]) => unknown ?? unavailable ?? []));
}
