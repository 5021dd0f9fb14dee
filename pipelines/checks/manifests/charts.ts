import { posix } from "node:path";
import { type Directory, ExistsType, type File } from "@dagger.io/dagger";
import type { ChartSettings, Manifests } from "#pipelines/config/config.ts";
import { subsetOfFolders } from "#pipelines/dagger/subset.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { chartFile } from "#pipelines/plan/charts.ts";
import type { Chart } from "#pipelines/plan/plan.ts";
import { isWithin } from "#pipelines/text/path.ts";
import { printable } from "#pipelines/text/printable.ts";
import { helmLint } from "#pipelines/tools/helm-lint/tool.ts";
import { runTool } from "#pipelines/tools/run-tool.ts";
import { type CheckResult, runCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { begun, isSkipped, type Rendering } from "./rendering.ts";

/** Renders every chart that is not a library: with its own values, and with each of its files of values. */
export function renderCharts(workspace: Workspace, settings: Manifests): readonly Rendering[] {
  return rendered(workspace, settings).flatMap((chart) => {
    const view = viewOf(workspace.source, chart);
    return valuesOf(chart, settings).map((values) => ({
      name: nameOf(workspace, chart, values),
      folder: chart.folder,
      file: values.at(-1) ?? chartFile(chart.folder),
      manifests: begun(
        workspace.run(async () =>
          workspace.tools.helm.template(
            await view,
            chart.folder,
            await filesOf(workspace.source, values),
            chart.name,
            settings.kubernetes,
            [...(settingsOf(chart, settings)?.apiVersions ?? [])],
            [...chart.build],
          ),
        ),
      ),
    }));
  });
}

/** Lints every chart, libraries too: one check each, with the values of its first rendering. */
export function lintCharts(workspace: Workspace, settings: Manifests): readonly Promise<CheckResult>[] {
  const { plan, source, tools, gates } = workspace;
  return plan.charts
    .filter(({ folder }) => !isSkipped(folder, settings.skip))
    .map((chart) =>
      workspace.run(() =>
        runCheck({ kind: "manifests", subject: posix.join(chart.folder, "helm-lint"), gates }, async () => {
          const [values = []] = chart.isLibrary ? [] : valuesOf(chart, settings);
          const ran = await tools.helm.lint(
            await viewOf(source, chart),
            chart.folder,
            await filesOf(source, values),
            settings.kubernetes,
            [...chart.build],
          );
          const place = { root: "/src" };
          const { reports, read } = await runTool(helmLint, ran, { place, chart: chart.folder });
          return { reports, read: async () => ({ findings: await read() }) };
        }),
      ),
    );
}

function rendered({ plan }: Workspace, { skip }: Manifests): readonly Chart[] {
  return plan.charts.filter(({ folder, isLibrary }) => !isLibrary && !isSkipped(folder, skip));
}

function settingsOf({ folder }: Chart, { charts }: Manifests): ChartSettings | undefined {
  return charts.find(({ path }) => path === folder);
}

/** The files of values for each rendering of a chart. An empty list means the chart's own values alone. */
function valuesOf(chart: Chart, settings: Manifests): readonly (readonly string[])[] {
  const { values = chart.values, defaults = true } = settingsOf(chart, settings) ?? {};
  const further = values.map((each) => (typeof each === "string" ? [each] : each));
  return defaults || further.length === 0 ? [[], ...further] : further;
}

/** If a folder is also a kustomization, the folder's name is already used for its checks. */
function nameOf({ plan }: Workspace, { folder }: Chart, values: readonly string[]): string {
  if (values.length > 0) {
    const names = values.map((file) => (isWithin(file, folder) ? posix.relative(folder, file) : file));
    return posix.join(folder, names.join("+"));
  }
  const isTaken = plan.kustomizations.some((each) => each.folder === folder);
  return isTaken ? chartFile(folder) : folder;
}

/**
 * Narrows the source to the files that Helm reads: the chart, and the charts that it depends on. If its charts/
 * folder holds a symbolic link, that is the whole source, because the link's target is not known here.
 */
async function viewOf(source: Directory, { folder, local }: Chart): Promise<Directory> {
  const charts = posix.join(folder, "charts");
  if (await source.exists(charts, { expectedType: ExistsType.DirectoryType })) {
    const paths = (await source.directory(charts).entries()).map((entry) => posix.join(charts, entry));
    const options = { expectedType: ExistsType.SymlinkType, doNotFollowSymlinks: true };
    const links = await Promise.all(paths.map((path) => source.exists(path, options)));
    if (links.includes(true)) return source;
  }
  return subsetOfFolders(source, [folder, ...local]);
}

function filesOf(source: Directory, paths: readonly string[]): Promise<File[]> {
  return Promise.all(
    paths.map(async (path) => {
      if (await source.exists(path, { expectedType: ExistsType.RegularType })) return source.file(path);
      throw new SlipwayError(
        "PATH_NOT_FOUND",
        `\`manifests.charts\`: no values file ${printable(path)} in the source`,
        "Correct the path in slipway.yaml, or add the file.",
      );
    }),
  );
}
