import type { Directory } from "@dagger.io/dagger";
import { archiveOf } from "#pipelines/checks/image/image.ts";
import { changesSince, readSboms, withChangesFile } from "#pipelines/checks/image/sbom-files.ts";
import { reportsFolder } from "#pipelines/dagger/report-file.ts";
import type { Request } from "#pipelines/request.ts";
import { buildServiceImage } from "./build.ts";

/**
 * Describes the image of the service that the request names, or of the only service. With the SBOM of an earlier
 * release, it also lists the changes of its packages. It throws the errors of `buildServiceImage`.
 */
export async function describeImage(request: Request): Promise<Directory> {
  const { workspace, service, image } = await buildServiceImage(request);
  const ran = workspace.tools.syft.imageSbom(archiveOf(image), service.name);
  const before = workspace.previousSboms.of.get(service.name);
  const changes = before === undefined ? undefined : changesSince(before, await readSboms(ran));
  const reports = ran.directory(reportsFolder);
  return changes === undefined ? reports : withChangesFile(reports, changes);
}
