import type { Directory } from "@dagger.io/dagger";
import { builtImage } from "./build.ts";
import { archiveOf } from "./image.ts";
import { reportsFolder } from "./report-file.ts";
import type { Request } from "./request.ts";

/** Describes the image of the one service that the request names, or that there is. It throws as `builtImage` does. */
export async function describedImage(request: Request): Promise<Directory> {
  const { workspace, service, image } = await builtImage(request);
  return workspace.syft.imageSbom(archiveOf(image), service.name).directory(reportsFolder);
}
