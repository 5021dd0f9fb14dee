import type { Directory } from "@dagger.io/dagger";
import { builtImage } from "./build.ts";
import { archiveOf } from "./image.ts";
import { reportsFolder } from "./report-file.ts";
import type { Request } from "./request.ts";
import { changesSince, readSboms, withChangesFile } from "./sbom-files.ts";

/**
 * Describes the image of the one service that the request names, or that there is; with the SBOM of an earlier release
 * also says what became of its packages. It throws as `builtImage` does.
 */
export async function describedImage(request: Request): Promise<Directory> {
  const { workspace, service, image } = await builtImage(request);
  const ran = workspace.syft.imageSbom(archiveOf(image), service.name);
  const before = workspace.previous.of.get(service.name);
  const changes = before === undefined ? undefined : changesSince(before, await readSboms(ran));
  const reports = ran.directory(reportsFolder);
  return changes === undefined ? reports : withChangesFile(reports, changes);
}
