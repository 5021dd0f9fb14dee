import { posix } from "node:path";
import { type Container, dag, type File, type Platform } from "@dagger.io/dagger";
import { z } from "zod";
import type { Image } from "./config/config.ts";
import { type Examined, examine, skipped } from "./examine.ts";
import { licences } from "./licences.ts";
import { changesText, type PackageChanges } from "./package-changes.ts";
import type { PlannedService } from "./plan.ts";
import { jsonReport } from "./readers/report.ts";
import type { Package } from "./readers/sbom.ts";
import { readTrivy } from "./readers/trivy.ts";
import { readReport, reportsFolder } from "./report-file.ts";
import { changesSince, readSboms, sbomFiles, withChanges } from "./sbom-files.ts";
import type { Workspace } from "./workspace.ts";

/** What became of a service's image. */
export interface Imaged {
  readonly checks: readonly Examined[];
  /** The image that was checked, by name and digest; absent when it was not built, described or has no name. */
  readonly checked?: { readonly name: string; readonly digest: string };
}

/** Builds a service's image, then scans and describes that very image. */
export async function image(workspace: Workspace, service: PlannedService): Promise<Imaged> {
  const settings = service.image;
  const name = `${service.name}/image`;
  if (settings === false) return { checks: [skipped(name, "switched off in slipway.yaml")] };
  const fault = workspace.plan.faults.some(({ check }) => check === name);
  if (fault) return { checks: [] };
  if (settings === undefined) return { checks: [skipped(name, `no Dockerfile in ${service.path}`)] };
  const built = build(workspace, service, settings);
  const check = await workspace.run(() =>
    examine({ name, gates: workspace.gates, onBreakdown: "IMAGE_BUILD_FAILED" }, async () => {
      await built.sync();
      return {
        reports: dag.directory(),
        read: async () => ({ findings: [] }),
        note: () => `built from ${posix.join(service.path, settings.context, settings.dockerfile)}`,
      };
    }),
  );
  if (check.check.outcome !== "passed") {
    const left = (what: string) => skipped(`${service.name}/${what}`, "there is no image to look at");
    return { checks: [check, left("image-scan"), left("sbom"), left("licences")] };
  }
  const archive = archiveOf(built);
  const described = describe(workspace, service, archive);
  const scanned = scanImage(workspace, service, archive);
  const licensed = licences(workspace, service, described);
  const [sbom, scan, licence] = await Promise.all([described, scanned, licensed]);
  const digest = sbom.digest;
  return {
    checks: [check, scan, sbom.examined, licence],
    ...(settings.name === undefined || digest === undefined
      ? {}
      : { checked: { name: settings.name, digest } }),
  };
}

/** Builds a service's image from its Dockerfile. */
export function build(workspace: Workspace, service: PlannedService, settings: Image): Container {
  return workspace.image.build(
    workspace.source.directory(posix.join(service.path, settings.context)),
    settings.dockerfile,
    settings.target ?? "",
    pairs(settings.args),
    pairs(settings.labels),
    // The engine's type for what is a string in its schema.
    settings.platform as Platform | undefined,
  );
}

/** The image as an OCI archive, the one form that every later step reads, so that they all see the same bytes. */
export function archiveOf(built: Container): File {
  return built.asTarball();
}

const digests = z.object({ source: z.object({ metadata: z.object({ manifestDigest: z.string() }) }) });

/** An image's one SBOM, once it is there. */
interface Described {
  readonly examined: Examined;
  readonly digest?: string;
  readonly packages?: readonly Package[];
}

async function describe(workspace: Workspace, service: PlannedService, archive: File): Promise<Described> {
  let found: Omit<Described, "examined"> = {};
  const examined = await workspace.run(
    () =>
      examine({ name: `${service.name}/sbom`, gates: workspace.gates }, async () => {
        const ran = workspace.syft.imageSbom(archive, service.name);
        let changes: PackageChanges | undefined;
        return {
          reports: ran.directory(reportsFolder),
          read: async () => {
            const sboms = await readSboms(ran);
            const own = await readReport(ran, sbomFiles.Syft);
            const digest = jsonReport(own, sbomFiles.Syft, digests).source.metadata.manifestDigest;
            changes = changesSince(workspace.previous.of.get(service.name), sboms);
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

function scanImage(workspace: Workspace, service: PlannedService, archive: File): Promise<Examined> {
  return workspace.run(
    () =>
      examine({ name: `${service.name}/image-scan`, gates: workspace.gates }, async () => {
        const database = await workspace.database();
        const ran = workspace.trivy.imageArchive(archive, database.folder);
        return {
          reports: ran.directory(reportsFolder),
          read: async () => ({
            findings: readTrivy(await readReport(ran, "trivy.json"), "trivy.json", { root: "/" }),
          }),
          note: ({ findings }) => `${findings.length} findings below the gate; database of ${database.date}`,
        };
      }),
    true,
  );
}

function pairs(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `${name}=${value}`);
}
