import { connection, dag } from "@dagger.io/dagger";
import { describe, expect, it } from "vitest";
import { ran, script } from "./ran.ts";

describe("an image of one program runs it by its entrypoint", () => {
  it.each([
    ["ghcr.io/astral-sh/uv:0.9.5", ["--version"], "uv 0.9.5"],
    ["ghcr.io/astral-sh/ruff:0.14.0", ["--version"], "ruff 0.14.0"],
    ["aquasec/trivy:0.65.0", ["--version"], "Version: 0.65.0"],
    ["anchore/syft:v1.52.0", ["version"], "1.52.0"],
    ["registry.k8s.io/kustomize/kustomize:v5.8.2", ["version"], "v5.8.2"],
    ["ghcr.io/yannh/kubeconform:v0.8.0", ["-v"], "v0.8.0"],
    ["rhysd/actionlint:1.7.12", ["-version"], "1.7.12"],
    ["alpine/helm:3.22.0", ["version"], "v3.22.0"],
    ["openpolicyagent/conftest:v0.71.1", ["--version"], "0.71.1"],
    ["ghcr.io/opentofu/opentofu:1.12.6-minimal", ["tofu", "version"], "OpenTofu v1.12.6"],
    ["ghcr.io/terraform-linters/tflint:v0.64.0", ["--version"], "0.64.0"],
    ["ghcr.io/gitleaks/gitleaks:v8.30.1", ["version"], "8.30.1"],
    ["gcr.io/go-containerregistry/crane:v0.22.1", ["version"], "0.22.1"],
    ["ghcr.io/sigstore/cosign/cosign:v2.6.5", ["version"], "v2.6.5"],
    ["curlimages/curl:8.14.1", ["--version"], "curl 8.14.1"],
  ])("%s", async (image, args, version) => {
    const { exitCode, stdout } = await ran(image, args);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(version);
  });
});

describe("the program can be taken out as a file", () => {
  it.each([
    ["ghcr.io/astral-sh/uv:0.9.5", "/uv"],
    ["ghcr.io/astral-sh/ruff:0.14.0", "/ruff"],
    ["aquasec/trivy:0.65.0", "/usr/local/bin/trivy"],
    ["anchore/syft:v1.52.0", "/syft"],
    ["registry.k8s.io/kustomize/kustomize:v5.8.2", "/app/kustomize"],
    ["ghcr.io/yannh/kubeconform:v0.8.0", "/kubeconform", "-h"],
    ["rhysd/actionlint:1.7.12", "/usr/local/bin/actionlint", "-version"],
    ["alpine/helm:3.22.0", "/usr/bin/helm"],
    ["openpolicyagent/conftest:v0.71.1", "/conftest"],
    ["ghcr.io/opentofu/opentofu:1.12.6-minimal", "/usr/local/bin/tofu"],
    ["ghcr.io/terraform-linters/tflint:v0.64.0", "/usr/local/bin/tflint"],
    ["ghcr.io/gitleaks/gitleaks:v8.30.1", "/usr/bin/gitleaks"],
    ["gcr.io/go-containerregistry/crane:v0.22.1", "/ko-app/crane"],
    ["ghcr.io/sigstore/cosign/cosign:v2.6.5", "/ko-app/cosign"],
  ] as [string, string, string?][])(
    "%s has %s, and it runs in another image",
    async (image, path, help = "--help") => {
      await connection(async () => {
        const program = dag.container().from(image).file(path);
        const ran = dag
          .container()
          .from("debian:bookworm-slim")
          .withFile("/tool", program)
          .withExec(["/tool", help]);
        expect(await ran.stdout()).not.toBe("");
      });
    },
  );
});

it("uv brings uvx, which needs uv beside it", async () => {
  await connection(async () => {
    const uv = dag.container().from("ghcr.io/astral-sh/uv:0.9.5");
    const bin = dag.directory().withFile("uv", uv.file("/uv")).withFile("uvx", uv.file("/uvx"));
    const image = dag.container().from("debian:bookworm-slim").withDirectory("/bin", bin);
    expect(await image.withExec(["uvx", "--help"]).stdout()).toContain("uvx");
  });
});

it("node runs programs, scripts and its own options by the entrypoint, and brings npm", async () => {
  expect((await ran("node:22-slim", ["--print", "process.version"])).stdout).toMatch(/^v22\./);
  expect((await ran("node:22-slim", ["npm", "--version"])).stdout).toMatch(/^10\./);
  expect(await script("node:22-slim", "id -u node; which npx git")).toBe(
    "1000\n/usr/local/bin/npx\n/usr/bin/git\n",
  );
});

it("bun runs its own commands by the entrypoint", async () => {
  expect((await ran("oven/bun:1.3.0-alpine", ["--version"])).stdout).toBe("1.3.0\n");
  expect(await script("oven/bun:1.3.0-alpine", "pwd; which bunx")).toBe(
    "/home/bun/app\n/usr/local/bin/bunx\n",
  );
});

it("distroless static has no shell, but certificates, time zones and the user nonroot", async () => {
  await connection(async () => {
    const image = dag.container().from("gcr.io/distroless/static-debian12:nonroot");
    expect(await image.user()).toBe("65532");
    expect(await image.workdir()).toBe("/home/nonroot");
    expect(await image.file("/etc/passwd").contents()).toContain("nonroot:x:65532:65532:");
    expect(await image.file("/etc/ssl/certs/ca-certificates.crt").contents()).toContain("BEGIN CERTIFICATE");
    expect(await image.directory("/usr/share/zoneinfo/Europe").entries()).toContain("Berlin");
    expect(await image.rootfs().entries()).not.toContain("bin/");
  });
});

it.each(["alpine:3.22", "ghcr.io/astral-sh/uv:99.0.0", "nobody/knows:1"])(
  "%s is not found",
  async (image) => {
    await expect(ran(image, [])).rejects.toThrow(/not found/);
  },
);
