import { codeOf } from "#pipelines/errors/errors.ts";
import type { Request } from "#pipelines/request.ts";
import { configFile, type Surveyed, survey } from "#pipelines/workspace/load.ts";
import { callerRemarks } from "./callers.ts";
import { type Remark, wrongBy } from "./diagnosis.ts";
import { engineRemarks } from "./engine.ts";
import { historyRemarks } from "./history.ts";
import { imageRemarks } from "./images.ts";
import { lockRemarks } from "./lock.ts";
import { manifestRemarks } from "./manifests.ts";
import { releaseRemarks } from "./release.ts";
import { serviceRemarks } from "./services.ts";
import { sizeRemarks } from "./size.ts";
import { unbuiltRemarks } from "./unbuilt.ts";

/**
 * Looks for what keeps ci or a release from working, and for what would be better, without running a tool. Where the
 * configuration cannot be read there is no more to be said of the source.
 */
export async function doctor(request: Request): Promise<readonly Remark[]> {
  const aside = [engineRemarks(), historyRemarks(request)];
  const surveyed = await surveyOrRemark(request);
  if ("grade" in surveyed) return [surveyed, ...(await Promise.all(aside)).flat()];
  const looked = [
    serviceRemarks(surveyed),
    imageRemarks(surveyed),
    unbuiltRemarks(surveyed),
    manifestRemarks(surveyed),
    lockRemarks(surveyed),
    releaseRemarks(surveyed),
    sizeRemarks(surveyed),
    callerRemarks(request.source),
  ];
  return (await Promise.all([...aside, ...looked])).flat();
}

async function surveyOrRemark(request: Request): Promise<Surveyed | Remark> {
  try {
    return await survey(request);
  } catch (error) {
    const isOfConfig = codeOf(error)?.startsWith("CONFIG_") === true;
    return wrongBy(isOfConfig ? (request.config ?? configFile) : "source", error);
  }
}
