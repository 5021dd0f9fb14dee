import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { $ } from "zx";
import { dagger } from "../dagger.ts";

const modules = await readdir("modules");

/** What the modules look at. */
const source = {
  Dockerfile: "FROM python:3.11-slim\nUSER 1\n",
  "pyproject.toml": '[project]\nname = "app"\nversion = "1"\n',
  "requirements.txt": "requests==2.32.3\n",
  "a.py": "import os\n",
  "k8s/kustomization.yaml": "resources: [config.yaml]\nnamePrefix: shop-\n",
  "k8s/config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\n",
  "policy/main.rego":
    'package main\n\nimport rego.v1\n\ndeny contains "no settings here" if input.kind == "ConfigMap"\n',
  "rules/rule.yaml":
    "rules:\n  - id: no-os\n    pattern: import os\n    message: not os\n    languages: [python]\n    severity: ERROR\n",
  "tofu/main.tf": 'output "a" {\n  value   = 1\n}\n',
  "chart/Chart.yaml": "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
  "chart/templates/config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: from-helm }\n",
};

/** What each has to say, in part. */
const expected: Readonly<Record<string, string>> = {
  slipway: '"services":[{"name":"app"',
  python: "F401",
  trivy: "DS",
  syft: "requests",
  image: "b",
  kustomize: "shop-settings",
  files: "[]",
  kubeconform: "statusValid",
  history: "128",
  gitleaks: "[]",
  conftest: "no settings here",
  checkov: "check_type",
  semgrep: "no-os",
  tofu: "value = 1",
  helm: "from-helm",
  registry: "IMAGE_NAME_INVALID:",
  cosign: "DIGEST_INVALID:",
  gitops: "ARGUMENT_INVALID:",
  forge: "ARGUMENT_INVALID:",
};

let work: string;
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "slipway-consumer-"));
  const ours = join(work, "slipway");
  const { include } = JSON.parse(await readFile("dagger.json", "utf8"));
  const parts = include
    .map((pattern: string) => pattern.split("/")[0])
    .filter((part: string) => !/^!/.test(part));
  for (const part of new Set<string>(parts)) {
    const filter = (path: string) => !/node_modules|\/sdk/.test(path);
    await cp(part, join(ours, part), { recursive: true, filter });
  }
  for (const [path, text] of Object.entries(source)) {
    await mkdir(dirname(join(work, "shop", path)), { recursive: true });
    await writeFile(join(work, "shop", path), text);
  }
  await $({ cwd: work, quiet: true })`git init -q`;
});
afterAll(() => rm(work, { recursive: true, force: true }));

/** Begins a module and installs ours: the root as users do, the others in the same words of dagger.json. */
async function consumer(sdk: string): Promise<string> {
  const at = join(work, sdk);
  await mkdir(at);
  const init = await dagger(["init", `--sdk=${sdk}`, "--name=consumer", "--source=.", "--license="], at);
  expect(init.exitCode, init.stderr.slice(-2000)).toBe(0);
  const install = await dagger(["install", "../slipway"], at);
  expect(install.exitCode, install.stderr.slice(-2000)).toBe(0);
  const file = join(at, "dagger.json");
  const { dependencies, ...rest } = JSON.parse(await readFile(file, "utf8"));
  const ours = modules.map((name) => ({ name, source: `../slipway/modules/${name}` }));
  await writeFile(file, JSON.stringify({ ...rest, dependencies: [...dependencies, ...ours] }));
  return at;
}

test.each([
  ["go", "main.go"],
  ["typescript", "src/index.ts"],
])("a module in %s installs every module and the root, and calls each", async (sdk, main) => {
  const at = await consumer(sdk);
  await cp(`test/fixtures/consumers/${main.replace("src/", "")}`, join(at, main));
  const call = await dagger(["call", "all", "--source=../shop", "--json"], at);
  expect(call.exitCode, call.stderr.slice(-2000)).toBe(0);
  const said: string[] = JSON.parse(call.stdout);
  expect(said.map((line) => line.split(":")[0]).sort()).toEqual([...modules, "slipway"].sort());
  for (const line of said) expect(line).toContain(expected[line.split(":")[0] ?? ""]);
});
