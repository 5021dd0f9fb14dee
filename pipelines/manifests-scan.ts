import { posix } from "node:path";
import { type Directory, dag, ExistsType, type File } from "@dagger.io/dagger";
import { type Examined, examine, skipped } from "./examine.ts";
import { countText } from "./figure.ts";
import type { Finding } from "./finding.ts";
import { readTrivy } from "./readers/trivy.ts";
import type { Rendering } from "./rendering.ts";
import { readReport, reportsFolder } from "./report-file.ts";
import type { Workspace } from "./workspace.ts";

const name = "manifests-scan";

/**
 * Scans all rendered manifests for misconfiguration, in one run. The scan of the source looks at the files as they are
 * written, this one at what is deployed; what both find stands in that of the source alone. A .trivyignore at the top of
 * the source holds here too; remarks in a file do not, for kustomize drops them.
 *
 * @param scanned the scan of the source; without it every misconfiguration is reported.
 */
export async function manifestsScan(
  workspace: Workspace,
  rendered: readonly Rendering[],
  scanned?: Promise<Examined>,
): Promise<Examined> {
  const known = (await scanned)?.check.evidence.findings ?? [];
  const files = (await Promise.all(rendered.map(fileOf))).flat();
  // Why, is said by the check of each folder.
  if (files.length === 0) return skipped(name, "no kustomization could be rendered");
  return workspace.run(() =>
    examine({ name, gates: workspace.gates }, async () => {
      const ran = workspace.trivy.filesystem(await folderOf(files, workspace.source), undefined, [
        "misconfig",
      ]);
      return {
        reports: ran.directory(reportsFolder),
        read: async () => {
          const found = readTrivy(await readReport(ran, "trivy.json"), "trivy.json", { root: "/src" });
          const keys = new Set(known.map(keyOf));
          const news = found.filter((finding) => !keys.has(keyOf(finding)));
          return { findings: news.map((finding) => inSource(finding, files)) };
        },
        note: ({ findings }) =>
          `${countText(findings.length, "finding")} below the gate that the scan of the source has not`,
      };
    }),
  );
}

interface RenderedFile {
  /** The kustomization file that it was rendered from. */
  readonly from: string;
  /** Where Trivy sees it. */
  readonly path: string;
  readonly manifests: File;
}

async function fileOf({ folder, file, manifests }: Rendering): Promise<readonly RenderedFile[]> {
  const [result] = await Promise.allSettled([manifests]);
  if (result.status === "rejected") return [];
  return [{ from: file, path: posix.join(folder, "manifests.yaml"), manifests: result.value }];
}

async function folderOf(files: readonly RenderedFile[], source: Directory): Promise<Directory> {
  const folder = files.reduce((all, { path, manifests }) => all.withFile(path, manifests), dag.directory());
  const ignored = ".trivyignore";
  const isThere = await source.exists(ignored, { expectedType: ExistsType.RegularType });
  return isThere ? folder.withFile(ignored, source.file(ignored)) : folder;
}

/** The rule and its words, which name the object; but not its namespace, which overlays set. */
function keyOf({ rule, message }: Finding): string {
  return `${rule} ${message.replace(/ in ['"]?[\w-]+['"]? namespace| \(namespace: [^)]*\)/, "")}`;
}

/** No line of a rendering is one of the source. */
function inSource({ line: _, path, ...finding }: Finding, files: readonly RenderedFile[]): Finding {
  const from = files.find((file) => file.path === path)?.from;
  return from === undefined ? finding : { ...finding, path: from };
}
