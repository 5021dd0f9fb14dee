import { posix } from "node:path";
import { type Container, dag, type File, type Platform } from "@dagger.io/dagger";
import {
  contextFolderOf,
  dockerfileOf,
  type PlannedImage,
  type PlannedService,
} from "#pipelines/plan/plan.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import { named } from "#pipelines/workspace/secrets.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { inspectImage } from "./inspect.ts";

/** What became of a service's image. */
export interface ImageResult {
  readonly checks: readonly CheckResult[];
  /** The image that was checked, by name and digest; absent when it was not built, described or has no name. */
  readonly checked?: { readonly name: string; readonly digest: string };
}

/** What an image was built from, and where that is another folder than the service's. */
export function builtFromText(service: PlannedService, settings: PlannedImage): string {
  const context = contextFolderOf(service, settings);
  const where =
    context === posix.normalize(service.path) ? "" : `, in ${context === "." ? "the top folder" : context}`;
  return `built from ${dockerfileOf(service, settings)}${where}`;
}

/** Says whether the plan has a fault for the image, which stands in the verdict by itself. */
export function isUnplannable({ plan }: Workspace, { name }: PlannedService): boolean {
  return plan.faults.some(({ id }) => id.kind === "image" && id.service === name);
}

/** Builds a service's image, then scans and describes that very image. */
export async function checkImage(workspace: Workspace, service: PlannedService): Promise<ImageResult> {
  const settings = service.image;
  const id = { kind: "image", service: service.name } as const;
  if (settings === false) return { checks: [skippedCheck(id, "switched off in slipway.yaml")] };
  if (isUnplannable(workspace, service)) return { checks: [] };
  if (settings === undefined) return { checks: [skippedCheck(id, `no Dockerfile in ${service.path}`)] };
  let built: Container | undefined;
  const check = await workspace.run(() =>
    runCheck({ ...id, gates: workspace.gates, onBreakdown: "IMAGE_BUILD_FAILED" }, async () => {
      built = await (await buildImage(workspace, service, settings)).sync();
      return {
        reports: dag.directory(),
        read: async () => ({ findings: [] }),
        note: () => builtFromText(service, settings),
      };
    }),
  );
  if (built === undefined || check.check.outcome !== "passed") {
    const left = (what: string) => skippedCheck({ ...id, subject: what }, "no image was built");
    return { checks: [check, left("image-scan"), left("sbom"), left("licenses")] };
  }
  const { digest, scan, sbom, licenses } = await inspectImage(workspace, service, archiveOf(built));
  return {
    checks: [check, scan, sbom, licenses],
    ...(settings.name === undefined || digest === undefined
      ? {}
      : { checked: { name: settings.name, digest } }),
  };
}

/**
 * Builds a service's image from its Dockerfile.
 *
 * @throws SECRET_MISSING where slipway.yaml names a secret that the call does not hand over.
 */
export async function buildImage(
  workspace: Workspace,
  service: PlannedService,
  settings: PlannedImage,
): Promise<Container> {
  return workspace.tools.image.build(
    workspace.source.directory(contextFolderOf(service, settings)),
    settings.dockerfile,
    settings.target ?? "",
    pairs(settings.args),
    pairs(settings.labels),
    // The engine's type for what is a string in its schema.
    settings.platform as Platform | undefined,
    [...settings.secrets],
    await named(workspace.secrets, settings.secrets, "image.secrets"),
  );
}

/** The image as an OCI archive, the one form that every later step reads, so that they all see the same bytes. */
export function archiveOf(built: Container): File {
  return built.asTarball();
}

/** NAME=VALUE, as the image module takes arguments and labels. */
export function pairs(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `${name}=${value}`);
}
