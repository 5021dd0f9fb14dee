import { type Container, type Directory, dag, type File, type Platform } from "@dagger.io/dagger";
import { contextFolderOf, type PlannedImage, type PlannedService } from "#pipelines/plan/plan.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import { named } from "#pipelines/workspace/secrets.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { withBuildFailure } from "./build-failure.ts";
import { builtFromText } from "./build-place.ts";
import { inspectImage } from "./inspect.ts";

/** The result of a service's image: its checks, and the image that passed. */
export interface ImageResult {
  readonly checks: readonly CheckResult[];
  /** The checked image, by name and digest; absent if it was not built or described, or has no name. */
  readonly checked?: { readonly name: string; readonly digest: string };
}

/** Whether the plan has a fault for the image, which the verdict reports separately. */
export function isUnplannable({ plan }: Workspace, { name }: PlannedService): boolean {
  return plan.faults.some(({ id }) => id.kind === "image" && id.service === name);
}

/** Builds a service's image, then scans and describes exactly that image. */
export async function checkImage(workspace: Workspace, service: PlannedService): Promise<ImageResult> {
  const settings = service.image;
  const id = { kind: "image", service: service.name } as const;
  if (settings === false) return { checks: [skippedCheck(id, "switched off in slipway.yaml")] };
  if (isUnplannable(workspace, service)) return { checks: [] };
  if (settings === undefined) return { checks: [skippedCheck(id, `no Dockerfile in ${service.path}`)] };
  let built: Container | undefined;
  const check = await workspace.run(() =>
    runCheck({ ...id, gates: workspace.gates, onBreakdown: "IMAGE_BUILD_FAILED" }, async () => {
      built = await buildImage(workspace, service, settings);
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
 * @throws SECRET_MISSING if slipway.yaml names a secret that the call does not pass; IMAGE_BUILD_FAILED.
 */
export async function buildImage(
  workspace: Workspace,
  service: PlannedService,
  settings: PlannedImage,
): Promise<Container> {
  const secrets = await named(workspace.secrets, settings.secrets, "image.secrets");
  return withBuildFailure(service, settings, async () => {
    const built = await workspace.tools.image.build(
      buildContext(workspace.source, service, settings),
      settings.dockerfile,
      settings.target ?? "",
      pairs(settings.args),
      pairs(settings.labels),
      // The SDK has its own type for a string of the engine's schema.
      settings.platform as Platform | undefined,
      [...settings.secrets],
      secrets,
    );
    return built.sync();
  });
}

/**
 * The folder from which a service's image is built. It is a copy: the engine (v0.19.10) takes a folder for another of
 * the same content, and a Dockerfile build then looks for it at its path in the wrong source. See notes/dagger.md.
 */
export function buildContext(source: Directory, service: PlannedService, settings: PlannedImage): Directory {
  return dag.directory().withDirectory(".", source.directory(contextFolderOf(service, settings)));
}

/** The image as an OCI archive. Every later step reads this form, so all steps see the same bytes. */
export function archiveOf(built: Container): File {
  return built.asTarball();
}

/** The form NAME=VALUE, in which the image module takes arguments and labels. */
export function pairs(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `${name}=${value}`);
}
