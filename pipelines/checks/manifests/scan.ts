import { posix } from "node:path";
import { dag, type File } from "@dagger.io/dagger";
import { ignoredInRenderings } from "#pipelines/checks/scan/ignored.ts";
import type { Finding } from "#pipelines/findings/finding.ts";
import { filterCaveat } from "#pipelines/policy/files.ts";
import { countText } from "#pipelines/text/format.ts";
import { runTool } from "#pipelines/tools/run-tool.ts";
import { isIgnoreFile } from "#pipelines/tools/trivy/ignore-file.ts";
import { trivy } from "#pipelines/tools/trivy/tool.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import type { Rendering } from "./rendering.ts";

const kind = "manifests-scan";

const ignoreFiles = (trivy.policyFiles ?? []).filter(({ path }) => isIgnoreFile(path));

/**
 * Scans all rendered manifests for misconfiguration, in one run.
 *
 * The scan of the source sees the files as they are written; this one sees what is deployed. A finding of both
 * appears only in the scan of the source. The .trivyignore files of the source apply here too. Comments in a file do
 * not apply, because kustomize drops them.
 *
 * @param scanned the scan of the source; without it, every misconfiguration is reported.
 */
export async function scanManifests(
  workspace: Workspace,
  rendered: readonly Rendering[],
  scanned?: () => Promise<CheckResult>,
): Promise<CheckResult> {
  const known = (await scanned?.())?.check.evidence.findings ?? [];
  const files = (await Promise.all(rendered.map(fileOf))).flat();
  // The check of each folder reports why.
  if (files.length === 0) return skippedCheck({ kind }, "no rendering succeeded");
  return workspace.run(() =>
    runCheck({ kind, gates: workspace.gates }, async () => {
      const { judged, tools } = workspace;
      const folder = files.reduce(
        (all, { path, manifests }) => all.withFile(path, manifests),
        dag.directory(),
      );
      const ignore = await ignoredInRenderings(judged);
      const ran = tools.trivy.filesystem(folder, undefined, ["misconfig"], undefined, undefined, ignore);
      const { reports, read } = await runTool(trivy, ran, { place: { root: "/src" } });
      return {
        reports,
        read: async () => ({ findings: newIn(await read(), known, files) }),
        note: ({ findings }) =>
          `${countText(findings.length, "finding")} below the gate, not counting those of the source scan`,
        caveat: await filterCaveat(judged, ignoreFiles),
      };
    }),
  );
}

interface RenderedFile {
  /** The file from which it was rendered. */
  readonly from: string;
  readonly folder: string;
  /** Its path as Trivy sees it. */
  readonly path: string;
  readonly manifests: File;
}

async function fileOf({
  name: called,
  folder,
  file,
  manifests,
}: Rendering): Promise<readonly RenderedFile[]> {
  const [result] = await Promise.allSettled([manifests]);
  if (result.status === "rejected") return [];
  return [{ from: file, folder, path: posix.join(called, "manifests.yaml"), manifests: result.value }];
}

/**
 * The key of a finding: its rule and message, which name the object. It leaves out the namespace, because overlays
 * set it.
 */
function keyOf({ rule, message }: Finding): string {
  return `${rule} ${message.replace(/ in ['"]?[\w-]+['"]? namespace| \(namespace: [^)]*\)/, "")}`;
}

/**
 * Removes the known findings. For a chart with several renderings, also removes the findings of an earlier
 * rendering.
 */
function newIn(
  found: readonly Finding[],
  known: readonly Finding[],
  files: readonly RenderedFile[],
): readonly Finding[] {
  const keys = new Set(known.map(keyOf));
  const byFile = files.map((file) => ({ file, findings: found.filter(({ path }) => path === file.path) }));
  const elsewhere = found.filter(({ path }) => files.every((file) => file.path !== path));
  const seen = new Map<string, Set<string>>();
  const inFiles = byFile.flatMap(({ file, findings }) => {
    const before = seen.get(file.folder) ?? new Set();
    const news = findings.filter((finding) => !keys.has(keyOf(finding)) && !before.has(keyOf(finding)));
    seen.set(file.folder, new Set([...before, ...news.map(keyOf)]));
    // A line of a rendering is not a line of the source.
    return news.map(({ line: _, ...finding }) => ({ ...finding, path: file.from }));
  });
  return [...inFiles, ...elsewhere];
}
