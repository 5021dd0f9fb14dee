import { posix } from "node:path";
import { type Directory, dag, ExistsType } from "@dagger.io/dagger";
import { mostBytes } from "#modules/kustomize/src/manifests.ts";
import type { Manifests } from "#pipelines/config/config.ts";
import { codeOf, SlipwayError } from "#pipelines/errors/errors.ts";
import { explain } from "#pipelines/errors/explain.ts";
import type { Finding } from "#pipelines/findings/finding.ts";
import { countText } from "#pipelines/text/format.ts";
import { printable } from "#pipelines/text/printable.ts";
import {
  type KubeconformReport,
  type ObjectFault,
  unknownKind,
} from "#pipelines/tools/kubeconform/reader.ts";
import { kubeconform } from "#pipelines/tools/kubeconform/tool.ts";
import { runTool } from "#pipelines/tools/run-tool.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { withoutLater } from "./later-values.ts";
import type { PlainManifests } from "./plain.ts";
import type { Rendering } from "./rendering.ts";

const kind = "manifests";

/** Manifests to compare with the schemas of their kinds. */
interface Compared {
  /** Every file with manifests. */
  readonly folder: Directory;
  /** Whether the files are kept as a report: they are not in the source. */
  readonly isRendered: boolean;
  /** The source file of a finding, by the path that kubeconform saw. */
  readonly fileOf: (seen: string) => string;
  /** What is not compared. */
  readonly caveat?: string;
}

/**
 * Compares a rendering with the schemas of Kubernetes. A rendering that needs what does not run here is passed over by
 * name.
 */
export async function conform(
  workspace: Workspace,
  settings: Manifests,
  rendering: Rendering,
  plain: Promise<PlainManifests>,
): Promise<CheckResult> {
  const { name, file, manifests } = rendering;
  // A step that waits for another would occupy a core. The check itself reports a failure.
  const [rendered] = await Promise.allSettled([manifests]);
  if (rendered.status === "rejected" && codeOf(rendered.reason) === "RENDERING_UNSUPPORTED") {
    return skippedCheck({ kind, subject: name }, explain(rendered.reason).text);
  }
  return compared(workspace, settings, plain, name, async () => ({
    folder: dag.directory().withFile("manifests.yaml", await manifests),
    isRendered: true,
    fileOf: () => file,
  }));
}

/** The files that nothing renders. */
interface PlainFiles {
  /** The name for the check. */
  readonly name: string;
  /** The files alone, at their paths. */
  readonly folder: Directory;
  /** What is not compared. */
  readonly caveat: string | undefined;
}

/** Compares the files that nothing renders. */
export function conformPlain(
  workspace: Workspace,
  settings: Manifests,
  { name, folder, caveat }: PlainFiles,
  plain: Promise<PlainManifests>,
): Promise<CheckResult> {
  return compared(workspace, settings, plain, name, async () => ({
    folder,
    isRendered: false,
    ...(caveat !== undefined && { caveat }),
    fileOf: (seen) => posix.relative("/manifests", seen),
  }));
}

function compared(
  workspace: Workspace,
  settings: Manifests,
  plain: Promise<PlainManifests>,
  subject: string,
  open: () => Promise<Compared>,
): Promise<CheckResult> {
  const { kubernetes, skipKinds, unknownKinds } = settings;
  return workspace.run(() =>
    runCheck({ kind, subject, gates: workspace.gates }, async () => {
      const { folder, isRendered, fileOf, caveat } = await open();
      const schemas = await schemasOf(workspace.judged, settings.schemas);
      const ran = await workspace.tools.kubeconform.validate(folder, kubernetes, schemas, [...skipKinds]);
      const { reports, read } = await runTool(kubeconform, ran, { place: { root: "/src" } });
      let conformity: KubeconformReport | undefined;
      let later: readonly string[] = [];
      return {
        reports: isRendered ? reports.withDirectory("/", folder) : reports,
        read: async () => {
          conformity = await read();
          const hasFlux = settings.flux ?? (await plain).hasFlux;
          const findings: Finding[] = [];
          for (const file of new Set(conformity.faults.map((fault) => fault.file))) {
            const own = conformity.faults.filter((fault) => fault.file === file);
            const judged = await withText(folder, file, own, hasFlux);
            findings.push(...judged.findings.map((each) => ({ ...each, path: fileOf(file) })));
            later = [...later, ...judged.later];
          }
          const refused = unknownKinds === "fail" ? conformity.unknown : [];
          const placed = refused.map(({ version, file }) => ({
            ...unknownKind(version),
            path: fileOf(file),
          }));
          return { findings: [...findings, ...placed] };
        },
        note: () => noteOf(kubernetes, conformity, later),
        ...(caveat !== undefined && { caveat }),
      };
    }),
  );
}

async function withText(folder: Directory, seen: string, faults: readonly ObjectFault[], hasFlux: boolean) {
  const file = folder.file(posix.relative("/manifests", seen));
  const text = (await file.size()) > mostBytes ? "" : await file.contents();
  return withoutLater(faults, text, hasFlux);
}

async function schemasOf(source: Directory, path: string | undefined): Promise<Directory | undefined> {
  if (path === undefined) return undefined;
  if (await source.exists(path, { expectedType: ExistsType.DirectoryType })) return source.directory(path);
  throw new SlipwayError(
    "PATH_NOT_FOUND",
    `\`manifests.schemas: ${printable(path)}\`: no such folder in the source`,
    "Correct the path in slipway.yaml, or add the folder.",
  );
}

function noteOf(
  kubernetes: string,
  conformity: KubeconformReport | undefined,
  later: readonly string[],
): string {
  const { valid = 0, skipped = 0, unknown = [] } = conformity ?? {};
  return [
    `${countText(valid, "object")} valid for Kubernetes ${kubernetes}`,
    skipped > 0 ? `${skipped} of skipped kinds` : "",
    unknown.length > 0
      ? `not checked, because a schema is missing: ${unknown.map(({ version }) => printable(version)).join(", ")}`
      : "",
    later.length > 0
      ? `not compared, because the value is set after the rendering: ${later.map(printable).join(", ")}`
      : "",
  ]
    .filter((part) => part !== "")
    .join("; ");
}
