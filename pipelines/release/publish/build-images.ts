import { type Directory, dag } from "@dagger.io/dagger";
import { z } from "zod";
import { withBuildFailure } from "#pipelines/checks/image/build-failure.ts";
import { builtFromText } from "#pipelines/checks/image/build-place.ts";
import { buildContext, type ImageResult, isUnplannable, pairs } from "#pipelines/checks/image/image.ts";
import { inspectImage } from "#pipelines/checks/image/inspect.ts";
import type { PlannedService } from "#pipelines/plan/plan.ts";
import { jsonReport } from "#pipelines/readers/report.ts";
import type { CommitFacts } from "#pipelines/release/commit/facts.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import { named } from "#pipelines/workspace/secrets.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { atRegistry } from "./image-names.ts";
import { ociLabels } from "./oci-labels.ts";
import type { ReadyImage } from "./ready-image.ts";

/** The inspected image of one platform. */
export type PlatformImage = ReadyImage["platforms"][number] & {
  readonly scan: CheckResult;
  readonly sbom: CheckResult;
};

/** An image of this call, which can be published. */
export interface BuiltImage extends ReadyImage {
  readonly layout: Directory;
  readonly platforms: readonly PlatformImage[];
}

/** The result of a service's image on its way to a release. */
export interface ReleaseImageResult extends ImageResult {
  /** Absent if there is no image, or if facts about it are missing. */
  readonly ready?: BuiltImage;
  /** The reason why it is not ready although every check passed. */
  readonly unready?: string;
}

/** The options for the images of a release. */
export interface ReleaseImageOptions {
  readonly facts: CommitFacts;
  /** The version in the image's labels: its first tag. */
  readonly version: string;
  readonly platforms: readonly string[];
  readonly registry?: string;
}

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const index = z.object({ manifests: z.tuple([z.object({ digest, mediaType: z.string() })]) });
const list = z.object({ manifests: z.array(z.object({ digest })).min(1) });

/**
 * Builds an image for all platforms, then scans and describes each of them, from the layout that will be published.
 */
export function releaseImage({ facts, version, platforms, registry }: ReleaseImageOptions) {
  return async (workspace: Workspace, service: PlannedService): Promise<ReleaseImageResult> => {
    const settings = service.image;
    const id = { kind: "image", service: service.name } as const;
    if (settings === false) return { checks: [skippedCheck(id, "switched off in slipway.yaml")] };
    if (isUnplannable(workspace, service)) return { checks: [] };
    if (settings === undefined) return { checks: [skippedCheck(id, `no Dockerfile in ${service.path}`)] };
    const wanted = settings.platform === undefined ? platforms : [settings.platform];
    let layout: Directory | undefined;
    const built = await workspace.run(() =>
      runCheck({ ...id, gates: workspace.gates, onBreakdown: "IMAGE_BUILD_FAILED" }, async () => {
        const secrets = await named(workspace.secrets, settings.secrets, "image.secrets");
        layout = await withBuildFailure(service, settings, async () => {
          const made = await workspace.tools.image.layout(
            buildContext(workspace.source, service, settings),
            settings.dockerfile,
            settings.target ?? "",
            pairs(settings.args),
            ociLabels(facts, version, service.name, settings.labels),
            ociLabels(facts, version, service.name),
            [...wanted],
            [...settings.secrets],
            secrets,
            facts.commitTime,
          );
          return made.sync();
        });
        return {
          reports: dag.directory(),
          read: async () => ({ findings: [] }),
          note: () =>
            `${builtFromText(service, settings)}${wanted.length > 0 ? ` for ${wanted.join(", ")}` : ""}`,
        };
      }),
    );
    if (layout === undefined || built.check.outcome !== "passed") return { checks: [built] };
    const whole = await digestsIn(layout);
    const looked = await Promise.all(
      (wanted.length > 1 ? wanted : [wanted[0] ?? ""]).map(async (platform) => ({
        platform,
        ...(await inspectImage(
          workspace,
          service,
          workspace.tools.image.archive(layout as Directory, wanted.length > 1 ? platform : ""),
          wanted.length > 1 ? `-${platform.replaceAll("/", "-")}` : "",
        )),
      })),
    );
    const checks = [built, ...looked.flatMap(({ scan, sbom, licenses }) => [scan, sbom, licenses])];
    const known = looked.flatMap(({ digest: of, platform, scan, sbom }) =>
      of !== undefined && whole.platforms.includes(of) ? [{ platform, digest: of, scan, sbom }] : [],
    );
    if (settings.name === undefined) return { checks };
    if (known.length !== whole.platforms.length) {
      return { checks, unready: `${service.name}: not all platforms of ${whole.digest} were scanned` };
    }
    const name = atRegistry(settings.name, registry);
    return {
      checks,
      ready: {
        service: service.name,
        name,
        configured: settings.name,
        layout,
        digest: whole.digest,
        platforms: known,
      },
    };
  };
}

/**
 * The digest of a layout's only entry, and the digests of the platforms' manifests. For a single manifest, both are
 * the same.
 */
async function digestsIn(layout: Directory): Promise<{ digest: string; platforms: readonly string[] }> {
  const {
    manifests: [entry],
  } = jsonReport(await layout.file("index.json").contents(), "index.json", index);
  if (!/index|manifest\.list/.test(entry.mediaType))
    return { digest: entry.digest, platforms: [entry.digest] };
  const path = `blobs/${entry.digest.replace(":", "/")}`;
  const { manifests } = jsonReport(await layout.file(path).contents(), path, list);
  return { digest: entry.digest, platforms: manifests.map((each) => each.digest) };
}
