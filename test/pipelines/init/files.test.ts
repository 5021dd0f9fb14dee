import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { codeOf } from "#pipelines/errors/errors.ts";
import { argocdFiles } from "#pipelines/init/argocd.ts";
import { trackedEnvironments } from "#pipelines/init/environments.ts";
import type { FoundService } from "#pipelines/init/found-services.ts";
import { imagesIn, namespaceIn } from "#pipelines/init/kustomizations.ts";
import { manifestFiles } from "#pipelines/init/manifests.ts";
import { objectNames } from "#pipelines/init/workload.ts";
import { wrapperFiles, wrappersNamed } from "#pipelines/init/wrappers.ts";

const codeThrown = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return codeOf(error);
  }
  return undefined;
};

const adopted = (more: Partial<FoundService> = {}): FoundService => ({
  name: "orders",
  path: "orders",
  hasTests: true,
  image: "registry.example.com/shop/orders",
  container: { hasHealthcheck: false },
  ...more,
});

describe("the files for CI systems", () => {
  const commit = "a1".repeat(20);
  const files = wrapperFiles(["github", "jenkins", "gitlab"], { commit });

  test.each([...files])("%s has 15 lines at most, and is YAML or Groovy of its own", (path, text) => {
    expect(text.split("\n").length - 1).toBeLessThanOrEqual(15);
    if (path.endsWith(".yml")) expect(Object.keys(parse(text)).length).toBeGreaterThan(0);
    else expect(text).toContain("@Library('slipway@");
  });

  test("that of GitHub is pinned by commit, and is given nothing but to read", () => {
    const workflow = parse(files.get(".github/workflows/slipway.yml") ?? "");
    expect(workflow.permissions).toEqual({});
    expect(workflow.jobs.ci.permissions).toEqual({ contents: "read" });
    expect(workflow.jobs.ci.uses).toMatch(new RegExp(`/slipway-ci\\.yml@${commit}$`));
    expect(files.get(".github/workflows/slipway.yml")).toMatch(/@\w{40} # v\d+\.\d+\.\d+$/m);
  });

  test("those of GitLab and Jenkins are pinned by commit too, and so is the module that they call", () => {
    const pipeline = parse(files.get(".gitlab-ci.yml") ?? "");
    expect(pipeline.include[0].remote).toContain(`/${commit}/ci/gitlab/slipway.yml`);
    expect(pipeline.slipway.variables.SLIPWAY_MODULE).toMatch(new RegExp(`@${commit}$`));
    expect(files.get("Jenkinsfile")).toContain(`@Library('slipway@${commit}') _ // v`);
    expect(files.get("Jenkinsfile")).toMatch(new RegExp(`module: '.*@${commit}'`));
    const unpinned = wrapperFiles(["gitlab", "jenkins"]);
    expect(Object.keys(parse(unpinned.get(".gitlab-ci.yml") ?? ""))).toEqual(["include"]);
    expect(unpinned.get("Jenkinsfile")).toMatch(/@Library\('slipway@v[\d.]+'\) _\n\nslipway\(\)\n$/);
  });

  test("that of GitHub names the version where its commit is not to be had", () => {
    const unpinned = wrapperFiles(["github"]).get(".github/workflows/slipway.yml");
    expect(parse(unpinned ?? "").jobs.ci.uses).toMatch(/\/slipway-ci\.yml@v\d+\.\d+\.\d+$/);
    expect(unpinned).toContain("# zizmor: ignore[unpinned-uses] its commit could not be looked up");
  });

  test.each([
    [undefined, ["main", "master"]],
    ["trunk", ["trunk"]],
    ["release/1.x", ["release/1.x"]],
    ["true", ["true"]],
    ["12", ["12"]],
    ["a*", ["main", "master"]],
    ["-x", ["main", "master"]],
    ["a] }, permissions: {", ["main", "master"]],
    [`${"$"}{{github.token}}`, ["main", "master"]],
    ["a\nb", ["main", "master"]],
    ["ü", ["main", "master"]],
  ])("that of GitHub is run for the default branch %j, where that is a plain name", (branch, branches) => {
    const text = wrapperFiles(["github"], { branch }).get(".github/workflows/slipway.yml") ?? "";
    expect(parse(text).on).toEqual({ push: { branches }, pull_request: {} });
  });

  test("are chosen by the call, and where it says nothing by what is there", () => {
    expect(wrappersNamed(["auto"], false)).toEqual([]);
    expect(wrappersNamed([], true)).toEqual(["github"]);
    expect(wrappersNamed(["none"], true)).toEqual([]);
    expect(wrappersNamed(["gitlab", "github", "gitlab"], false)).toEqual(["github", "gitlab"]);
    expect(codeThrown(() => wrappersNamed(["none", "github"], true))).toBe("ARGUMENT_INVALID");
    expect(codeThrown(() => wrappersNamed(["toString"], true))).toBe("ARGUMENT_INVALID");
  });
});

describe("manifests", () => {
  test("run as nobody, write to /tmp alone, and are asked for their health as the Dockerfile says", () => {
    const container = {
      user: "1234:5678",
      port: 8080,
      hasHealthcheck: true,
      health: { command: ["python", "-m", "health"], interval: 15, timeout: 5, start: 10, retries: 4 },
    };
    const files = manifestFiles([adopted({ container })]);
    expect([...files.keys()].sort()).toEqual([
      "k8s/base/kustomization.yaml",
      "k8s/base/orders-deployment.yaml",
      "k8s/base/orders-service.yaml",
      "k8s/overlays/production/kustomization.yaml",
      "k8s/overlays/staging/kustomization.yaml",
    ]);
    const pod = parse(files.get("k8s/base/orders-deployment.yaml") ?? "").spec.template.spec;
    expect(pod.securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 1234,
      runAsGroup: 5678,
      seccompProfile: { type: "RuntimeDefault" },
    });
    const [run] = pod.containers;
    expect(run.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    expect(run.livenessProbe).toEqual({
      exec: { command: ["python", "-m", "health"] },
      initialDelaySeconds: 10,
      periodSeconds: 15,
      timeoutSeconds: 5,
      failureThreshold: 4,
    });
    expect(run.resources.limits).toBeDefined();
    const staging = files.get("k8s/overlays/staging/kustomization.yaml") ?? "";
    expect(parse(staging).namespace).toBe("orders-staging");
    const image = "registry.example.com/shop/orders";
    expect(imagesIn(staging)).toEqual([{ name: image, pulled: image }]);
  });

  test.each([undefined, "root", "0", "0:0", "app", "$UID"])("of the user %j they make a nobody", (user) => {
    const files = manifestFiles([adopted({ container: { hasHealthcheck: false, ...(user && { user }) } })]);
    const { spec } = parse(files.get("k8s/base/orders-deployment.yaml") ?? "");
    expect(spec.template.spec.securityContext).toMatchObject({ runAsUser: 10_001, runAsGroup: 10_001 });
    expect(spec.template.spec.containers[0].livenessProbe).toBeUndefined();
    expect(files.has("k8s/base/orders-service.yaml")).toBe(false);
  });

  test("bring back a command of any text", () => {
    const command = ["sh", "-c", "x: y # $(id)\n'\"", `${"$"}{{ a }}`, "- b"];
    const health = { command, interval: 30, timeout: 30, start: 0, retries: 3 };
    const files = manifestFiles([adopted({ container: { hasHealthcheck: true, health } })]);
    const { spec } = parse(files.get("k8s/base/orders-deployment.yaml") ?? "");
    expect(spec.template.spec.containers[0].livenessProbe).toEqual({
      exec: { command },
      periodSeconds: 30,
      timeoutSeconds: 30,
      failureThreshold: 3,
    });
  });

  test("need a Dockerfile and an image's name", () => {
    expect(codeThrown(() => manifestFiles([adopted({ image: undefined })]))).toBe("ARGUMENT_INVALID");
    expect(codeThrown(() => manifestFiles([adopted({ container: undefined })]))).toBe("ARGUMENT_INVALID");
  });

  test("call objects by names that Kubernetes takes, each once", () => {
    const long = "x".repeat(63);
    const names = objectNames(["a.b", "a_b", "a-b", "1x", long, long]);
    expect(names).toEqual(["a-b", "a-b-2", "a-b-3", "app-1x", "x".repeat(52), `${"x".repeat(50)}-2`]);
    for (const name of names) expect(name).toMatch(/^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/);
  });

  test("call namespaces by names that Kubernetes takes, however long a service's is", () => {
    const files = manifestFiles([adopted({ name: "orders-".repeat(10) })]);
    const { namespace, labels } = parse(files.get("k8s/overlays/production/kustomization.yaml") ?? "");
    expect(namespace).toMatch(/^orders-[a-z-]{1,45}-production$/);
    expect(labels[0].pairs["app.kubernetes.io/instance"]).toBe(namespace);
  });

  test.each([
    ["registry.example.com/shop", "shop-staging"],
    ["registry.example.com/a/b.c", "b-c-staging"],
    ["shop", "shop-staging"],
    ["registry.example.com", "app-staging"],
    ["localhost:5000", "app-staging"],
    ["localhost", "app-staging"],
  ])("of two services below %s call the namespace %s", (registry, namespace) => {
    const services = ["orders", "notifier"].map((name) => adopted({ name, image: `${registry}/${name}` }));
    const files = manifestFiles(services);
    expect(parse(files.get("k8s/overlays/staging/kustomization.yaml") ?? "").namespace).toBe(namespace);
  });
});

describe("Argo CD's Applications", () => {
  const url = "https://git.example.com/shop.git";
  type Overlays = Parameters<typeof trackedEnvironments>[2]["kustomizations"];
  const of = (kustomizations: Overlays, root = ".", isWritten = false) => {
    const found = trackedEnvironments("shop", root, { kustomizations, hasCharts: false }, isWritten);
    const files = [...argocdFiles(url, "main", found)].map(([path, text]) => {
      const { metadata, spec } = parse(text);
      return [path, metadata.name, spec.source.path, spec.destination.namespace];
    });
    return files;
  };

  test("follow the overlays that are written, from the top of the repository", () => {
    expect(of([], "sub", true)).toEqual([
      ["argocd/staging.yaml", "shop-staging", "sub/k8s/overlays/staging", "shop-staging"],
      ["argocd/production.yaml", "shop-production", "sub/k8s/overlays/production", "shop-production"],
    ]);
  });

  test("follow the branch by its name, and synchronise by themselves, as await needs it", () => {
    const found = trackedEnvironments("shop", ".", { kustomizations: [], hasCharts: false }, true);
    for (const text of argocdFiles(url, "live", found).values()) {
      expect(parse(text).spec).toMatchObject({
        source: { repoURL: url, targetRevision: "live" },
        syncPolicy: { automated: {} },
      });
    }
  });

  test("follow each overlay that is there, into the namespace that it sets", () => {
    const overlays = [
      { folder: "a/k8s/production", namespace: "live" },
      { folder: "a/k8s/staging", namespace: "trial" },
      { folder: "b_b/k8s/staging" },
      { folder: "b-b/k8s/staging" },
      { folder: "base" },
    ];
    expect(of(overlays)).toEqual([
      ["argocd/a-staging.yaml", "shop-a-staging", "a/k8s/staging", "trial"],
      ["argocd/b-b-staging.yaml", "shop-b-b-staging", "b_b/k8s/staging", "shop-staging"],
      ["argocd/b-b-2-staging.yaml", "shop-b-b-2-staging", "b-b/k8s/staging", "shop-staging"],
      ["argocd/production.yaml", "shop-production", "a/k8s/production", "live"],
    ]);
  });

  test("have names that Kubernetes takes, each once, wherever the overlays lie", () => {
    const folders = ["staging", "x/staging", "x/x/staging", `${"y".repeat(80)}/staging`, "\n$(id)/staging"];
    const files = of(folders.map((folder) => ({ folder })));
    expect(new Set(files.map(([path]) => path)).size).toBe(folders.length);
    expect(new Set(files.map(([, name]) => name)).size).toBe(folders.length);
    expect(files.map(([, , path]) => path)).toEqual(folders);
    for (const [path, name] of files) {
      expect(path).toMatch(/^argocd\/[a-z][a-z0-9-]*\.yaml$/);
      expect(name).toMatch(/^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/);
    }
  });

  test.each(["", "https://user:secret@git.example.com/x", "ext::sh -c id", "--upload-pack=x", "a\nb"])(
    "refuse %j as a repository",
    (other) => {
      expect(codeThrown(() => argocdFiles(other, "main", []))).toBe("ARGUMENT_INVALID");
    },
  );

  test.each<[string, Overlays, boolean, RegExp]>([
    ["nothing", [], false, /Add --manifests/],
    ["a chart alone", [], true, /Application for the chart by hand/],
    ["kustomizations of other names", [{ folder: "k8s/dev" }], true, /overlay's folder/],
  ])("need an overlay, and of %s say what helps", (_, kustomizations, hasCharts, remedy) => {
    const call = () => trackedEnvironments("shop", ".", { kustomizations, hasCharts }, false);
    expect(codeThrown(call)).toBe("ARGUMENT_INVALID");
    expect(call).toThrow(remedy);
  });

  test.each([
    ["namespace: shop-live\n", "shop-live"],
    ["namespace: $(id)\n", undefined],
    ["namespace: [a]\n", undefined],
    ["resources: [\n", undefined],
    ["", undefined],
  ])("take %j for the namespace %j", (text, namespace) => {
    expect(namespaceIn(text)).toBe(namespace);
  });
});
