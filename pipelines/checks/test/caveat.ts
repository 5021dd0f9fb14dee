import type { PlannedService } from "#pipelines/plan/plan.ts";
import { clauses, listText } from "#pipelines/text/list.ts";
import { plain } from "#pipelines/text/quote.ts";

/** The version of a project that has its own from git. It is fixed, so that a commit alone runs no test again. */
export const versionInPlace = "0.0.0";

/** What a reader must know of how a service's tests ran; undefined if there is nothing. */
export function caveatOf(service: PlannedService, hasCode: boolean): string | undefined {
  return clauses(
    service.versionFromGit
      ? `installed as version ${versionInPlace}, because the tests get no git history`
      : undefined,
    askedOf(service),
    hasCode ? undefined : "there is no code besides the tests, so no coverage",
  );
}

/** Which tests ran, where a file of the repository decides it. */
function askedOf({ askedTests, test }: PlannedService): string | undefined {
  if (askedTests === undefined || test === false) return undefined;
  const { by, paths, leavesOut, django } = askedTests;
  const what = listText([...paths, ...askedTests.args]);
  return clauses(
    django === undefined
      ? undefined
      : `the tests of Django's own runner, run by pytest with the settings ${django}`,
    leavesOut ? `only the tests that ${plain(by)} asks for${what}` : undefined,
  );
}
