import { join } from "node:path";
import { type GoToolName, goModule, goTool } from "../go-tool.ts";
import { writeLayer } from "./layer.ts";
import { type ImageConfig, recipe, type StandIn } from "./stand-in.ts";
import { staticRoot } from "./static-root.ts";
import { addFolder, addProgram } from "./tree.ts";

interface GoImage {
  readonly repository: string;
  readonly tool: GoToolName;
  readonly tags: readonly string[];
  /** Where the official image keeps the program. */
  readonly path: string;
  readonly config: ImageConfig;
}

const release = 'NAME="Slipway stand-in"\nID=slipway\n';

/** A program built from Go modules, at the version that ci/engine/go pins, in an image of nothing else. */
function goImage({ repository, tool, tags, path, config }: GoImage): StandIn {
  return {
    repository,
    tags,
    madeOf: `${tool} built from Go modules`,
    recipe: recipe(
      import.meta.url,
      "static-root.ts",
      "tree.ts",
      "../go-tool.ts",
      `../go/${goModule(tool)}/go.mod`,
      `../go/${goModule(tool)}/go.sum`,
    ),
    async build(work, _tag, log) {
      const root = join(work, "root");
      const program = await goTool(tool);
      await staticRoot(root, release, log);
      await addProgram(root, path, program);
      if (config.WorkingDir) await addFolder(root, config.WorkingDir);
      await writeLayer(root, join(work, "layer"));
      const Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"];
      return { layers: [join(work, "layer")], config: { Env, ...config } };
    },
  };
}

/** https://hub.docker.com/r/aquasec/trivy */
const trivy = goImage({
  repository: "aquasec/trivy",
  tool: "trivy",
  tags: ["0.65.0"],
  path: "/usr/local/bin/trivy",
  config: { Entrypoint: ["trivy"] },
});

/** https://hub.docker.com/r/anchore/syft */
const syft = goImage({
  repository: "anchore/syft",
  tool: "syft",
  tags: ["v1.52.0"],
  path: "/syft",
  config: { Entrypoint: ["/syft"], WorkingDir: "/tmp" },
});

/** https://kubectl.docs.kubernetes.io/installation/kustomize/docker/ */
const kustomize = goImage({
  repository: "kustomize/kustomize",
  tool: "kustomize",
  tags: ["v5.8.2"],
  path: "/app/kustomize",
  config: { Entrypoint: ["/app/kustomize"], WorkingDir: "/app" },
});

/** https://github.com/yannh/kubeconform/blob/master/Dockerfile */
const kubeconform = goImage({
  repository: "yannh/kubeconform",
  tool: "kubeconform",
  tags: ["v0.8.0"],
  path: "/kubeconform",
  config: { Entrypoint: ["/kubeconform"] },
});

/** https://github.com/rhysd/actionlint/blob/v1.7.12/Dockerfile */
const actionlint = goImage({
  repository: "rhysd/actionlint",
  tool: "actionlint",
  tags: ["1.7.12"],
  path: "/usr/local/bin/actionlint",
  config: { Entrypoint: ["/usr/local/bin/actionlint"] },
});

/** https://github.com/alpine-docker/helm */
const helm = goImage({
  repository: "alpine/helm",
  tool: "helm",
  tags: ["3.22.0"],
  path: "/usr/bin/helm",
  config: { Entrypoint: ["helm"], WorkingDir: "/apps" },
});

/** https://github.com/open-policy-agent/conftest/blob/master/Dockerfile */
const conftest = goImage({
  repository: "openpolicyagent/conftest",
  tool: "conftest",
  tags: ["v0.71.1"],
  path: "/conftest",
  config: { Entrypoint: ["/conftest"], WorkingDir: "/project" },
});

/** https://opentofu.org/docs/intro/install/docker/ */
const tofu = goImage({
  repository: "opentofu/opentofu",
  tool: "tofu",
  tags: ["1.12.6-minimal"],
  path: "/usr/local/bin/tofu",
  config: {},
});

/** https://github.com/terraform-linters/tflint/blob/master/Dockerfile */
const tflint = goImage({
  repository: "terraform-linters/tflint",
  tool: "tflint",
  tags: ["v0.64.0"],
  path: "/usr/local/bin/tflint",
  config: { Entrypoint: ["tflint"], WorkingDir: "/data" },
});

/** https://github.com/gitleaks/gitleaks/blob/master/Dockerfile */
const gitleaks = goImage({
  repository: "gitleaks/gitleaks",
  tool: "gitleaks",
  tags: ["v8.30.1"],
  path: "/usr/bin/gitleaks",
  config: { Entrypoint: ["gitleaks"] },
});

/** https://github.com/regclient/regclient/blob/main/build/Dockerfile.regctl */
const regctl = goImage({
  repository: "regclient/regctl",
  tool: "regctl",
  tags: ["v0.11.7"],
  path: "/regctl",
  config: { Entrypoint: ["/regctl"] },
});

/** https://github.com/google/go-containerregistry/blob/main/cmd/crane/README.md */
const crane = goImage({
  repository: "go-containerregistry/crane",
  tool: "crane",
  tags: ["v0.22.1"],
  path: "/ko-app/crane",
  config: { Entrypoint: ["/ko-app/crane"] },
});

/** https://docs.sigstore.dev/cosign/system_config/installation/ */
const cosign = goImage({
  repository: "sigstore/cosign/cosign",
  tool: "cosign",
  tags: ["v2.6.5"],
  path: "/ko-app/cosign",
  config: { Entrypoint: ["/ko-app/cosign"] },
});

/** https://github.com/argoproj/argo-cd/blob/master/Dockerfile */
const argocd = goImage({
  repository: "argoproj/argocd",
  tool: "argocd",
  tags: ["v3.2.11"],
  path: "/usr/local/bin/argocd",
  config: { Entrypoint: ["/usr/local/bin/argocd"] },
});

export const goImages: readonly StandIn[] = [
  trivy,
  syft,
  kustomize,
  kubeconform,
  actionlint,
  helm,
  conftest,
  tofu,
  tflint,
  gitleaks,
  crane,
  regctl,
  cosign,
  argocd,
];
