import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { $ } from "zx";
import { dagger } from "../dagger.ts";

/** A module of somebody else's, in Go, that installs ours and calls each. */
const consumer = `package main

import (
	"context"

	"dagger/consumer/internal/dagger"
)

type Consumer struct{}

func (m *Consumer) Lint(ctx context.Context, source *dagger.Directory) (string, error) {
	return dag.Python(dagger.PythonOpts{Image: "python:3.11-slim"}).Lint(source).File("/reports/ruff.sarif").Contents(ctx)
}

func (m *Consumer) Scan(ctx context.Context, source *dagger.Directory) (string, error) {
	return dag.Trivy().
		Filesystem(source, dagger.TrivyFilesystemOpts{Scanners: []string{"misconfig"}}).
		File("/reports/trivy.json").
		Contents(ctx)
}

func (m *Consumer) Describe(ctx context.Context, source *dagger.Directory) (string, error) {
	return dag.Syft().DirectorySbom(source).File("/reports/sbom.cdx.json").Contents(ctx)
}

func (m *Consumer) Build(ctx context.Context, source *dagger.Directory) (string, error) {
	return dag.Image().Build(source, dagger.ImageBuildOpts{Labels: []string{"a=b"}}).Label(ctx, "a")
}

func (m *Consumer) Render(ctx context.Context, source *dagger.Directory) (string, error) {
	return dag.Kustomize().Build(source, "k8s").Contents(ctx)
}

func (m *Consumer) Dockerfile(ctx context.Context, source *dagger.Directory) (string, error) {
	return dag.Files().Hadolint(source, []string{"Dockerfile"}).File("/reports/hadolint.json").Contents(ctx)
}

func (m *Consumer) Validate(ctx context.Context, source *dagger.Directory) (string, error) {
	return dag.Kubeconform().Validate(source.Directory("k8s")).File("/reports/kubeconform.json").Contents(ctx)
}

func (m *Consumer) Parted(ctx context.Context, source *dagger.Directory) (int, error) {
	return dag.History().Commit(source, "HEAD").ExitCode(ctx)
}
`;

const source = {
  Dockerfile: "FROM python:3.11-slim\nUSER 1\n",
  "requirements.txt": "requests==2.32.3\n",
  "a.py": "import os\n",
  "k8s.yaml": "",
};

let work: string;
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "slipway-consumer-"));
  await cp("modules", join(work, "modules"), {
    recursive: true,
    filter: (path) => !/node_modules|\/sdk/.test(path),
  });
  for (const [path, text] of Object.entries(source)) await writeFile(join(work, path), text);
  await $({
    cwd: work,
    quiet: true,
  })`git init -q && mkdir consumer shop shop/k8s && mv Dockerfile requirements.txt a.py shop/`;
  await writeFile(join(work, "shop/k8s/kustomization.yaml"), "resources: [config.yaml]\nnamePrefix: shop-\n");
  await writeFile(
    join(work, "shop/k8s/config.yaml"),
    "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\n",
  );
  const at = join(work, "consumer");
  // Without one, `dagger init` fetches a licence from the network.
  await cp("LICENSE", join(at, "LICENSE"));
  const init = await dagger(["init", "--sdk=go", "--name=consumer", "--source=."], at);
  expect(init.exitCode, init.stderr.slice(-2000)).toBe(0);
  for (const name of ["python", "trivy", "syft", "image", "kustomize", "kubeconform", "files", "history"]) {
    const install = await dagger(["install", `../modules/${name}`], at);
    expect(install.exitCode, install.stderr.slice(-2000)).toBe(0);
  }
  await writeFile(join(at, "main.go"), consumer);
});
afterAll(() => rm(work, { recursive: true, force: true }));

test.each([
  ["lint", "F401"],
  ["scan", "DS"],
  ["describe", "requests"],
  ["build", "b"],
  ["render", "shop-settings"],
  ["dockerfile", "[]"],
  ["validate", "statusValid"],
  ["parted", "128"],
])("another module installs ours and calls it: %s", async (name, expected) => {
  const call = await dagger(["call", name, "--source=../shop"], join(work, "consumer"));
  expect(call.exitCode, call.stderr.slice(-2000)).toBe(0);
  expect(call.stdout).toContain(expected);
});
