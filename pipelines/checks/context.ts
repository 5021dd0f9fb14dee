import type { ImageResult } from "#pipelines/checks/image/image.ts";
import { scanSource } from "#pipelines/checks/scan/source.ts";
import { type TestedServices, testServices } from "#pipelines/checks/test/test.ts";
import type { PlannedService } from "#pipelines/plan/plan.ts";
import type { CheckResult } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

/** The parts that the checks of one run share. The first check that needs a part starts it; it runs once. */
export interface CheckContext<Image extends ImageResult = ImageResult> {
  readonly workspace: Workspace;
  readonly images: () => readonly Promise<Image>[];
  readonly sourceScan: () => Promise<CheckResult>;
  readonly tests: () => TestedServices;
}

/** @param imaging builds a service's image and inspects it. */
export function checkContext<Image extends ImageResult>(
  workspace: Workspace,
  imaging: (workspace: Workspace, service: PlannedService) => Promise<Image>,
): CheckContext<Image> {
  return {
    workspace,
    images: once(() => workspace.services.map((service) => imaging(workspace, service))),
    sourceScan: once(() => scanSource(workspace)),
    tests: once(() => testServices(workspace)),
  };
}

function once<Result>(make: () => Result): () => Result {
  let made: { readonly value: Result } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
