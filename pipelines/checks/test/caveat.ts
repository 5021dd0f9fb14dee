import type { PlannedService } from "#pipelines/plan/plan.ts";
import { askedContainers, programOf, runsOf } from "#pipelines/plan/python/asked-tests.ts";
import { versionInPlace } from "#pipelines/plan/python/version-from-git.ts";
import { clauses, listText } from "#pipelines/text/list.ts";
import { printable } from "#pipelines/text/printable.ts";
import { plain } from "#pipelines/text/quote.ts";

/** What a reader must know of how a service's tests ran; undefined if there is nothing. */
export function caveatOf(service: PlannedService, hasCode: boolean): string | undefined {
  return clauses(
    service.versionFromGit
      ? `installed as version ${versionInPlace}, because the tests get no git history`
      : undefined,
    service.dependencies.kind === "uv-lock" && service.dependencies.isFrozen
      ? "uv.lock is not compared with the project, because the pipeline does not either"
      : undefined,
    askedOf(service),
    withoutDatabase(service),
    hasCode ? undefined : "there is no code besides the tests, so no coverage",
  );
}

/** What a pipeline does with a database that is not among the tests' containers. */
function withoutDatabase({ preparation }: PlannedService): string | undefined {
  if (preparation === undefined || preparation.withDatabase.length === 0) return undefined;
  const commands = preparation.withDatabase.map((each) => printable(`\`${each}\``)).join(", ");
  return `without ${commands} of ${plain(preparation.by)}, which needs a database that no container has`;
}

/** Which tests ran, where a file of the repository decides it. */
function askedOf({ askedTests, test }: PlannedService): string | undefined {
  if (askedTests === undefined || test === false) return undefined;
  const { by, paths, args, leavesOut } = askedTests;
  const runs = runsOf(askedTests, test);
  const words = runs.map(({ folder, words: own }) =>
    [...(folder === "." ? [] : [`in ${folder}:`]), ...own].join(" "),
  );
  const images = [...new Set(Object.values(askedContainers({ askedTests, test })).map(({ image }) => image))];
  const what = listText(runs.length > 0 ? words : [...paths, ...args]);
  return clauses(
    runs.length === 0 ? undefined : `run by ${programOf(askedTests, test)}, as ${plain(by)} says`,
    images.length > 0 ? `with containers of ${images.join(", ")}, as ${plain(by)} says` : undefined,
    leavesOut ? `only the tests that ${plain(by)} asks for${what}` : undefined,
  );
}
