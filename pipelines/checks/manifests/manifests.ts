import { type Directory, dag, ExistsType } from "@dagger.io/dagger";
import type { Manifests } from "#pipelines/config/config.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { countText } from "#pipelines/text/format.ts";
import { printable } from "#pipelines/text/printable.ts";
import { type KubeconformReport, unknownKind } from "#pipelines/tools/kubeconform/reader.ts";
import { kubeconform } from "#pipelines/tools/kubeconform/tool.ts";
import { runTool } from "#pipelines/tools/run-tool.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { lintCharts, renderCharts } from "./charts.ts";
import { runConftest } from "./conftest.ts";
import { type Rendering, renderKustomizations } from "./rendering.ts";
import { scanManifests } from "./scan.ts";

const kind = "manifests";

/**
 * Renders every kustomization except Components, and every Helm chart except libraries, and checks the output,
 * because that is what is deployed. Each rendering is checked against the schemas of Kubernetes and the
 * repository's policies. All renderings together are checked against Trivy's rules. Charts are also linted.
 *
 * @param scanned the scan of the source, whose findings are not reported again; default: all are reported.
 */
export function checkManifests(
  workspace: Workspace,
  scanned?: () => Promise<CheckResult>,
): readonly Promise<CheckResult>[] {
  const settings = workspace.config.manifests;
  if (settings === false) return [Promise.resolve(skippedCheck({ kind }, "switched off in slipway.yaml"))];
  const rendered = [...renderKustomizations(workspace, settings), ...renderCharts(workspace, settings)];
  const linted = lintCharts(workspace, settings);
  if (rendered.length === 0) {
    return [...linted, Promise.resolve(skippedCheck({ kind }, "no kustomization or chart to render"))];
  }
  const conforming = rendered.map((each) => conform(workspace, settings, each));
  const { policies } = workspace.plan;
  const complying =
    policies === undefined ? [] : rendered.map((each) => runConftest(workspace, policies, each));
  return [...conforming, ...complying, ...linted, scanManifests(workspace, rendered, scanned)];
}

async function conform(
  workspace: Workspace,
  settings: Manifests,
  rendering: Rendering,
): Promise<CheckResult> {
  const { kubernetes, skipKinds, unknownKinds } = settings;
  const { file, manifests } = rendering;
  // A step that waits for another would occupy a core. The check itself reports a failure.
  await Promise.allSettled([manifests]);
  return workspace.run(() =>
    runCheck({ kind, subject: rendering.name, gates: workspace.gates }, async () => {
      const rendered = dag.directory().withFile("manifests.yaml", await manifests);
      const schemas = await schemasOf(workspace.judged, settings.schemas);
      const ran = await workspace.tools.kubeconform.validate(rendered, kubernetes, schemas, [...skipKinds]);
      const { reports, read } = await runTool(kubeconform, ran, { place: { root: "/src" } });
      let conformity: KubeconformReport | undefined;
      return {
        reports: reports.withDirectory("/", rendered),
        read: async () => {
          conformity = await read();
          const refused = unknownKinds === "fail" ? conformity.unknown.map(unknownKind) : [];
          const findings = [...conformity.findings, ...refused];
          return { findings: findings.map((finding) => ({ ...finding, path: file })) };
        },
        note: () => noteOf(kubernetes, conformity),
      };
    }),
  );
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

function noteOf(kubernetes: string, conformity: KubeconformReport | undefined): string {
  const { valid = 0, skipped = 0, unknown = [] } = conformity ?? {};
  return [
    `${countText(valid, "object")} valid for Kubernetes ${kubernetes}`,
    skipped > 0 ? `${skipped} of skipped kinds` : "",
    unknown.length > 0
      ? `not checked, because a schema is missing: ${unknown.map(printable).join(", ")}`
      : "",
  ]
    .filter((part) => part !== "")
    .join("; ");
}
