import type { File } from "@dagger.io/dagger";
import { readReport, reportsFolder } from "#pipelines/dagger/report-file.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { PlannedService } from "#pipelines/plan/plan.ts";
import { readCoverage } from "#pipelines/readers/coverage.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import { serviceSource } from "#pipelines/workspace/service-source.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { serviceGates } from "./service-gates.ts";
import type { SuiteRun } from "./suite.ts";

/**
 * Judges the combined coverage of the suites of one service. A failed suite counts with the lines that it covered.
 * If a suite could not be carried out, the coverage is unknown.
 */
export async function combineCoverage(
  workspace: Workspace,
  service: PlannedService,
  suites: readonly Promise<SuiteRun>[],
): Promise<CheckResult> {
  const id = { kind: "coverage", service: service.name };
  const runs = await Promise.all(suites);
  const broken = runs.filter(({ examined }) => examined.check.outcome === "errored");
  if (broken.length > 0) {
    const names = broken.map(({ examined }) => examined.check.name).join(", ");
    return skippedCheck(id, `${names} could not be carried out, so the coverage is unknown`);
  }
  const data = runs.flatMap(({ measured }) => measured);
  return workspace.run(
    () => runCheck({ ...id, gates: serviceGates(workspace, service) }, () => merge(workspace, service, data)),
    true,
  );
}

async function merge(workspace: Workspace, service: PlannedService, data: readonly File[]) {
  if (data.length === 0) {
    throw new SlipwayError(
      "REPORT_MISSING",
      `no suite of ${service.name} measured its coverage`,
      "Read output.txt in the suites' reports. Remove the option that turns pytest-cov off, such as --no-cov.",
    );
  }
  const ran = await workspace
    .python(service)
    .coverage(
      await serviceSource(workspace.source, service),
      [...data],
      await workspace.environment(service),
      service.path,
    );
  return {
    reports: ran.directory(reportsFolder),
    read: async () => ({
      findings: [],
      coverage: readCoverage(await readReport(ran, "coverage.json"), "coverage.json", {
        root: "/src",
        folder: service.path,
      }),
    }),
  };
}
