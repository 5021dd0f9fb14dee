import { posix } from "node:path";
import {
  contextFolderOf,
  dockerfileOf,
  type PlannedImage,
  type PlannedService,
} from "#pipelines/plan/plan.ts";

/** Names a build's Dockerfile, and its context if that is not the service's folder. */
export function builtFromText(service: PlannedService, settings: PlannedImage): string {
  const context = contextFolderOf(service, settings);
  const where =
    context === posix.normalize(service.path) ? "" : `, in ${context === "." ? "the top folder" : context}`;
  return `built from ${dockerfileOf(service, settings)}${where}`;
}
