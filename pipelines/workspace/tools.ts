import { Checkov } from "#modules/checkov/src/index.ts";
import { Conftest } from "#modules/conftest/src/index.ts";
import { Files } from "#modules/files/src/index.ts";
import { Gitleaks } from "#modules/gitleaks/src/index.ts";
import { Helm } from "#modules/helm/src/index.ts";
import { History } from "#modules/history/src/index.ts";
import { Image } from "#modules/image/src/index.ts";
import { Kubeconform } from "#modules/kubeconform/src/index.ts";
import { Kustomize } from "#modules/kustomize/src/index.ts";
import { Semgrep } from "#modules/semgrep/src/index.ts";
import { Syft } from "#modules/syft/src/index.ts";
import { Tofu } from "#modules/tofu/src/index.ts";
import { Trivy } from "#modules/trivy/src/index.ts";
import type { Config, Tools } from "#pipelines/config/config.ts";
import { defaults } from "#pipelines/config/defaults.ts";

/** The tools that belong to no single service, each with the image in slipway.yaml or in the lock. */
export interface WorkspaceTools {
  readonly trivy: Trivy;
  readonly syft: Syft;
  readonly history: History;
  readonly image: Image;
  readonly kustomize: Kustomize;
  readonly helm: Helm;
  readonly kubeconform: Kubeconform;
  readonly gitleaks: Gitleaks;
  readonly semgrep: Semgrep;
  readonly files: Files;
  readonly conftest: Conftest;
  readonly tofu: Tofu;
  readonly checkov: Checkov;
}

/** kustomize, as the configuration has it. */
export function kustomizeBy({ tools, manifests }: Pick<Config, "tools" | "manifests">): Kustomize {
  const { loadRestrictor } = manifests === false ? defaults : manifests;
  return new Kustomize(tools.kustomize, tools.base, tools.helm, loadRestrictor);
}

/**
 * @param kustomize as `kustomizeBy` makes it.
 * @param images the images that slipway.yaml names, or the lock pins.
 * @param python the Python image for tools from the package index.
 */
export function workspaceTools(kustomize: Kustomize, images: Tools, python: string): WorkspaceTools {
  return {
    trivy: new Trivy(images.trivy, images.base, images.debian),
    syft: new Syft(images.syft, images.base),
    history: new History(images.git),
    image: new Image(images.regctl, images.base),
    kustomize,
    tofu: new Tofu(images.tofu, images.tflint, images.base, images.debian),
    checkov: new Checkov(python, images.uv),
    conftest: new Conftest(images.conftest, images.base),
    helm: new Helm(images.helm, images.base),
    kubeconform: new Kubeconform(images.kubeconform, images.base, python),
    gitleaks: new Gitleaks(images.gitleaks, images.git),
    semgrep: new Semgrep(python, images.uv),
    files: new Files(python, images.uv, images.actionlint),
  };
}
