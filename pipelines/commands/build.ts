import type { Container } from "@dagger.io/dagger";
import { buildImage } from "#pipelines/checks/image/image.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { Plan, PlannedService } from "#pipelines/plan/plan.ts";
import type { Request } from "#pipelines/request.ts";
import { openWorkspace, type Workspace } from "#pipelines/workspace/workspace.ts";

/** The built image of a service, with the workspace of its build. */
export interface BuiltImage {
  readonly workspace: Workspace;
  readonly service: PlannedService;
  readonly image: Container;
}

/**
 * Builds the image of the service that the request names, or of the only service.
 *
 * @throws SERVICE_AMBIGUOUS, DOCKERFILE_NOT_FOUND, IMAGE_BUILD_FAILED.
 */
export async function buildServiceImage(request: Request): Promise<BuiltImage> {
  const workspace = await openWorkspace(request);
  const service = theService(workspace.plan);
  if (!service.image) {
    throw new SlipwayError(
      "DOCKERFILE_NOT_FOUND",
      `${service.name} has no image to build: ${service.image === false ? "it is switched off in slipway.yaml" : `no Dockerfile in ${service.path}`}`,
      "Add a Dockerfile, or set `services.NAME.image.dockerfile` in slipway.yaml.",
    );
  }
  return { workspace, service, image: await buildImage(workspace, service, service.image) };
}

function theService({ services, faults }: Plan): PlannedService {
  const [service, ...others] = services;
  if (service !== undefined && others.length === 0) return service;
  const [fault] = faults;
  if (service === undefined && fault !== undefined) throw fault.error;
  throw new SlipwayError(
    "SERVICE_AMBIGUOUS",
    `the source has several services: ${services.map(({ name }) => name).join(", ")}`,
    "Add --service=NAME with one of them.",
  );
}
