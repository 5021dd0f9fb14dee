import { posix } from "node:path";
import type { File } from "@dagger.io/dagger";
import { z } from "zod";
import { ignoredInImage } from "#pipelines/checks/scan/ignored.ts";
import { runTrivy } from "#pipelines/checks/scan/trivy.ts";
import { readReport, reportsFolder } from "#pipelines/dagger/report-file.ts";
import type { CheckId } from "#pipelines/findings/check-id.ts";
import { changesText, type PackageChanges } from "#pipelines/findings/package-diff.ts";
import type { Package } from "#pipelines/findings/sbom.ts";
import type { PlannedService } from "#pipelines/plan/plan.ts";
import { jsonReport } from "#pipelines/readers/report.ts";
import { type CheckResult, runCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { checkLicenses } from "./licenses.ts";
import { changesSince, readSboms, sbomFiles, withChanges } from "./sbom-files.ts";

const digests = z.object({ source: z.object({ metadata: z.object({ manifestDigest: z.string() }) }) });

/** The single SBOM of an image, after its check. */
interface Described {
  readonly examined: CheckResult;
  readonly digest?: string;
  readonly packages?: readonly Package[];
}

/** The result of inspecting an image. */
export interface ImageInspection {
  readonly scan: CheckResult;
  readonly sbom: CheckResult;
  readonly licenses: CheckResult;
  /** The digest of the inspected manifest; absent if the image could not be described. */
  readonly digest?: string;
}

/**
 * Scans an image and describes it, both from the same bytes.
 *
 * @param archive the image of one platform, as an OCI archive.
 * @param suffix distinguishes the checks of one platform from those of another; default: empty.
 */
export async function inspectImage(
  workspace: Workspace,
  service: PlannedService,
  archive: File,
  suffix = "",
): Promise<ImageInspection> {
  const of = (what: string) => ({ kind: "image", service: service.name, subject: `${what}${suffix}` });
  const described = describe(workspace, service, archive, of("sbom"));
  const scanned = workspace.run(
    () =>
      runTrivy(
        workspace,
        of("image-scan"),
        "/",
        async (database) => {
          const ignore = await ignoredInImage(workspace.judged, posix.normalize(service.path));
          return workspace.tools.trivy.imageArchive(archive, database, undefined, undefined, ignore);
        },
        workspace.judged,
      ),
    true,
  );
  const licensed = checkLicenses(workspace, of("licenses"), described);
  const [sbom, scan, license] = await Promise.all([described, scanned, licensed]);
  return {
    scan,
    sbom: sbom.examined,
    licenses: license,
    ...(sbom.digest !== undefined && { digest: sbom.digest }),
  };
}

async function describe(
  workspace: Workspace,
  service: PlannedService,
  archive: File,
  id: CheckId,
): Promise<Described> {
  let found: Omit<Described, "examined"> = {};
  const examined = await workspace.run(
    () =>
      runCheck({ ...id, gates: workspace.gates }, async () => {
        const ran = workspace.tools.syft.imageSbom(archive, service.name);
        let changes: PackageChanges | undefined;
        return {
          reports: ran.directory(reportsFolder),
          read: async () => {
            const sboms = await readSboms(ran);
            const own = await readReport(ran, sbomFiles.Syft);
            const digest = jsonReport(own, sbomFiles.Syft, digests).source.metadata.manifestDigest;
            changes = changesSince(workspace.previousSboms.of.get(service.name), sboms);
            found = { digest, packages: sboms.Syft.packages };
            return { findings: [], ...(changes === undefined ? {} : { changes }) };
          },
          note: () =>
            [
              `${found.packages?.length} packages`,
              `image ${found.digest}`,
              ...(changes === undefined ? [] : [changesText(changes)]),
            ].join("; "),
        };
      }),
    true,
  );
  return { examined: await withChanges(examined), ...found };
}
