import type { Config } from "#pipelines/config/config.ts";
import type { ToolName } from "#pipelines/lock/references.ts";
import type { Plan } from "#pipelines/plan/plan.ts";

/** The tools whose images the checks of a plan run in, and a release if slipway.yaml configures one. */
export function usedTools(plan: Plan, config: Config): ReadonlySet<ToolName> {
  const { services, kustomizations, overlays, charts, infrastructure, files, policies } = plan;
  const hasImages = services.some(({ image }) => image);
  const isReleased = config.release !== undefined;
  const edits =
    config.release?.gitops !== undefined || config.environments !== undefined || overlays.length > 0;
  const hasKustomizations = kustomizations.length > 0;
  const hasInfrastructure = infrastructure.length > 0;
  const isRendered = config.manifests !== false && (hasKustomizations || charts.length > 0);
  const uses: Readonly<Record<ToolName, boolean>> = {
    actionlint: files.some(({ tool }) => tool === "actionlint"),
    argocd: Object.values(config.environments ?? {}).some(({ argocd }) => argocd !== undefined),
    base: true,
    conftest: policies !== undefined,
    cosign: isReleased,
    crane: isReleased,
    curl: isReleased || config.environments !== undefined,
    debian: true,
    git: true,
    gitleaks: config.scan.secrets,
    helm: charts.length > 0 || kustomizations.some(({ hasCharts }) => hasCharts),
    kubeconform: isRendered,
    kustomize: hasKustomizations || edits,
    regctl: hasImages,
    ruff: true,
    syft: hasImages,
    tflint: hasInfrastructure,
    tofu: hasInfrastructure,
    trivy: true,
    uv: true,
  };
  const names = Object.keys(uses).filter((name): name is ToolName => name in uses);
  return new Set(names.filter((name) => uses[name]));
}
