import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheDir, cached } from "./cache.ts";
import { requirePackages } from "./debian.ts";
import { folderTexts } from "./folder-texts.ts";
import { findGo } from "./go.ts";
import { goCaches, trimGoCaches } from "./go-caches.ts";
import { withLock } from "./lock.ts";
import { say, step } from "./progress.ts";

const modules = fileURLToPath(new URL("go/", import.meta.url));

interface Tool {
  /** The folder below ci/engine/go whose go.mod and go.sum pin it. */
  readonly module: string;
  readonly package: string;
  /** The string variables that tell the program its version: as the tag has it, bare, without the v, or that it is no work in progress. */
  readonly version?: Readonly<Record<string, "tag" | "bare" | "no">>;
  /** Tags that choose what is built in. */
  readonly tags?: readonly string[];
  /** Whether parts of it are C, compiled by the machine's gcc: such a program is not static. */
  readonly cgo?: boolean;
  /** Whether calls are inlined: for what every call waits for. Without, a build takes a quarter less time. */
  readonly inlined?: boolean;
  /**
   * Whether one build makes every program of its module, so that they share compiled packages on a full disk too. They
   * must agree on `tags`, `cgo` and `inlined`, and be named after the last parts of their packages.
   */
  readonly together?: boolean;
}

const dagger = {
  module: "dagger",
  version: { "github.com/dagger/dagger/engine.Version": "tag", "github.com/dagger/dagger/engine.Tag": "tag" },
  inlined: true,
} as const;

/** Rekor and Fulcio at the versions that cosign is itself built from: what two of them need is compiled once. */
const sigstore = { module: "sigstore" } as const;

/** A Kubernetes API without machines: https://kubernetes.io/docs/concepts/overview/components/, https://kwok.sigs.k8s.io */
const cluster = { module: "cluster", together: true } as const;

const kubernetes = {
  ...cluster,
  version: { "k8s.io/component-base/version.gitVersion": "tag" },
} as const;

/** Every program that is built from Go modules. */
const tools = {
  "dagger-engine": { ...dagger, package: "github.com/dagger/dagger/cmd/engine" },
  dagger: { ...dagger, package: "github.com/dagger/dagger/cmd/dagger" },
  "dagger-init": { ...dagger, package: "github.com/dagger/dagger/cmd/init" },
  dnsname: { ...dagger, package: "github.com/dagger/dagger/cmd/dnsname" },
  codegen: { ...dagger, package: "github.com/dagger/dagger/cmd/codegen" },
  crane: {
    module: "crane",
    package: "github.com/google/go-containerregistry/cmd/crane",
    version: { "github.com/google/go-containerregistry/cmd/crane/cmd.Version": "bare" },
    inlined: true,
  },
  cosign: {
    ...sigstore,
    package: "github.com/sigstore/cosign/v2/cmd/cosign",
    version: { "sigs.k8s.io/release-utils/version.gitVersion": "tag" },
  },
  regctl: {
    module: "regctl",
    package: "github.com/regclient/regclient/cmd/regctl",
    version: { "github.com/regclient/regclient/internal/version.vcsTag": "tag" },
    inlined: true,
  },
  kustomize: {
    module: "kustomize",
    package: "sigs.k8s.io/kustomize/kustomize/v5",
    version: { "sigs.k8s.io/kustomize/api/provenance.version": "tag" },
    inlined: true,
  },
  kubeconform: {
    module: "kubeconform",
    package: "github.com/yannh/kubeconform/cmd/kubeconform",
    version: { "main.version": "tag" },
  },
  actionlint: {
    module: "actionlint",
    package: "github.com/rhysd/actionlint/cmd/actionlint",
    version: { "github.com/rhysd/actionlint.version": "bare" },
  },
  act: { module: "act", package: "github.com/nektos/act" },
  helm: {
    module: "helm",
    package: "helm.sh/helm/v3/cmd/helm",
    version: { "helm.sh/helm/v3/internal/version.version": "tag" },
  },
  conftest: {
    module: "conftest",
    package: "github.com/open-policy-agent/conftest",
    version: { "github.com/open-policy-agent/conftest/internal/version.Version": "bare" },
  },
  tofu: {
    module: "tofu",
    package: "github.com/opentofu/opentofu/cmd/tofu",
    version: { "github.com/opentofu/opentofu/version.dev": "no" },
  },
  tflint: { module: "tflint", package: "github.com/terraform-linters/tflint" },
  gitleaks: {
    module: "gitleaks",
    package: "github.com/zricethezav/gitleaks/v8",
    version: { "github.com/zricethezav/gitleaks/v8/version.Version": "bare" },
  },
  syft: { module: "syft", package: "github.com/anchore/syft/cmd/syft", version: { "main.version": "bare" } },
  trivy: {
    module: "trivy",
    package: "github.com/aquasecurity/trivy/cmd/trivy",
    version: { "github.com/aquasecurity/trivy/pkg/version/app.ver": "bare" },
  },
  rekor: { ...sigstore, package: "github.com/sigstore/rekor/cmd/rekor-server" },
  fulcio: { ...sigstore, package: "github.com/sigstore/fulcio" },
  "trillian-memory": { ...sigstore, package: "./trillian-memory" },
  "predicate-check": { module: "predicate-check", package: "." },
  "trivy-db-example": { module: "trivy-db-example", package: "." },
  gitea: {
    module: "gitea",
    package: "code.gitea.io/gitea",
    version: { "main.Version": "bare" },
    tags: ["sqlite", "sqlite_unlock_notify"],
    cgo: true,
  },
  etcd: { ...cluster, package: "./etcd" },
  "kube-apiserver": { ...kubernetes, package: "k8s.io/kubernetes/cmd/kube-apiserver" },
  "kube-controller-manager": { ...kubernetes, package: "k8s.io/kubernetes/cmd/kube-controller-manager" },
  "kube-scheduler": { ...kubernetes, package: "k8s.io/kubernetes/cmd/kube-scheduler" },
  kubectl: { ...kubernetes, package: "k8s.io/kubernetes/cmd/kubectl" },
  kwok: { ...cluster, package: "sigs.k8s.io/kwok/cmd/kwok" },
  argocd: {
    module: "argo-cd",
    package: "github.com/argoproj/argo-cd/v3/cmd",
    version: { "github.com/argoproj/argo-cd/v3/common.version": "bare" },
  },
} as const satisfies Record<string, Tool>;

export type GoToolName = keyof typeof tools;

/** The folder below ci/engine/go whose go.mod and go.sum pin a program. */
export function goModule(name: GoToolName): string {
  return tools[name].module;
}

/** The names that `goTool` knows. */
export const goToolNames = Object.keys(tools) as readonly GoToolName[];

/**
 * Builds a program from the Go modules that its folder in ci/engine/go pins, static unless parts of it are C, and
 * without paths of this machine, and hands back the path of the binary. It is built once for each content of that
 * folder and version of Go, together with the module's other programs where these say so; only one Go build runs at a
 * time on a machine.
 *
 * Fails with GO_NOT_FOUND without a usable Go, with TOOL_FAILED if the build does.
 *
 * @param name one of `goToolNames`.
 */
export async function goTool(name: GoToolName): Promise<string> {
  const tool: Tool = tools[name];
  const dir = join(modules, tool.module);
  const go = await findGo();
  const pinned = { go: await go.version(dir), files: await folderTexts(dir) };
  const programs = builtWith(name);
  const key = tool.together ? { programs, ...pinned } : { name, ...tool, ...pinned };
  const versionOf = (each: Tool) => pinnedVersion(pinned.files["go.mod"] ?? "", each.package);
  const what = tool.together ? [Object.keys(programs).join(", ")] : [name, versionOf(tool)];
  const title = ["building", ...what, "from Go modules"].filter(Boolean).join(" ");
  const entry = await cached("go-tool", key, async (out) => {
    if (tool.cgo) await requirePackages(["gcc", "libc6-dev"]);
    const variables = Object.values(programs).flatMap((each) => linkerVariables(each, versionOf(each)));
    const flags = [
      "-mod=readonly",
      "-modcacherw",
      "-trimpath",
      "-buildvcs=false",
      "-ldflags",
      ["-s -w", ...new Set(variables)].join(" "),
    ];
    // Without the symbols of debuggers, which the linker would leave out again, it takes a fifteenth less.
    flags.push(`-gcflags=all=-dwarf=false${tool.inlined ? "" : " -l"}`);
    if (tool.tags) flags.push("-tags", tool.tags.join(","));
    const output = tool.together ? `${out}/` : join(out, name);
    const packages = Object.values(programs).map((each) => each.package);
    const args = ["build", ...flags, "-o", output, ...packages];
    // Compilers are short-lived: without collection a build takes a sixth less time, at twice the memory.
    const memory = { GOGC: "off", GOMEMLIMIT: "2GiB" };
    const env = { CGO_ENABLED: tool.cgo ? "1" : "0", GOFLAGS: "", GOWORK: "off", ...memory, ...goCaches() };
    const build = async () => {
      await step(title, (log) => log.run(go.path, args, { cwd: dir, env }));
      await trimGoCaches();
    };
    const queued = () => say(`  ${name}: waiting for another Go build to end`);
    return withLock(join(cacheDir(), "locks", "go-build"), build, queued);
  });
  const binary = join(entry, name);
  if (!existsSync(binary))
    throw new Error(`CACHE_DAMAGED: ${binary} is missing. Remove ${entry} and run this again.`);
  return binary;
}

/** The programs that one build makes: this one, and the rest of its module if they are built together. */
function builtWith(name: GoToolName): Readonly<Record<string, Tool>> {
  const { module, together }: Tool = tools[name];
  if (!together) return { [name]: tools[name] };
  return Object.fromEntries(Object.entries<Tool>(tools).filter(([, tool]) => tool.module === module));
}

/** The linker's flags that tell a program its version. */
function linkerVariables(tool: Tool, version: string): string[] {
  const forms = { tag: version, bare: version.replace(/^v/, ""), no: "no" };
  return Object.entries(tool.version ?? {}).map(([variable, form]) => `-X ${variable}=${forms[form]}`);
}

/** Finds the version that go.mod requires of the module which holds `goPackage`. */
function pinnedVersion(goMod: string, goPackage: string): string {
  const required = [...goMod.matchAll(/^(?:require)?\s+(\S+) (v\S+)/gm)];
  return required.find(([, path]) => path && `${goPackage}/`.startsWith(`${path}/`))?.[2] ?? "";
}
