import { codeOf } from "#pipelines/errors/errors.ts";
import type { Request } from "#pipelines/request.ts";
import { configFile, type LoadedSource, loadSource } from "#pipelines/workspace/load.ts";
import { diagnoseCallers } from "./callers.ts";
import { type Diagnosis, wrongBy } from "./diagnosis.ts";
import { diagnoseEngine } from "./engine.ts";
import { diagnoseEnvFile } from "./env-file.ts";
import { diagnoseHistory } from "./history.ts";
import { diagnoseImages } from "./images.ts";
import { diagnoseLock } from "./lock.ts";
import { diagnoseManifests } from "./manifests.ts";
import { diagnoseRelease } from "./release.ts";
import { diagnoseServices } from "./services.ts";
import { diagnoseSize } from "./size.ts";
import { diagnoseUnbuilt } from "./unbuilt.ts";

/**
 * Looks for faults that prevent ci or a release from working, and for possible improvements, without running a
 * tool. If the configuration cannot be read, the source is not examined further.
 */
export async function diagnose(request: Request): Promise<readonly Diagnosis[]> {
  const aside = [diagnoseEngine(), diagnoseHistory(request)];
  const surveyed = await loadOrDiagnose(request);
  if ("grade" in surveyed) return [surveyed, ...(await Promise.all(aside)).flat()];
  const looked = [
    diagnoseServices(surveyed),
    diagnoseImages(surveyed),
    diagnoseUnbuilt(surveyed),
    diagnoseManifests(surveyed),
    diagnoseLock(surveyed),
    diagnoseRelease(surveyed),
    diagnoseSize(surveyed),
    diagnoseEnvFile(request),
    diagnoseCallers(request.source),
  ];
  return (await Promise.all([...aside, ...looked])).flat();
}

async function loadOrDiagnose(request: Request): Promise<LoadedSource | Diagnosis> {
  try {
    return await loadSource(request);
  } catch (error) {
    const isOfConfig = codeOf(error)?.startsWith("CONFIG_") === true;
    return wrongBy(isOfConfig ? (request.config ?? configFile) : "source", error);
  }
}
