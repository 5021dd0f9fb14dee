import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { $ } from "zx";
import { copyTree } from "../../ci/own-tree.ts";
import { dagger } from "../dagger.ts";

const source = {
  Dockerfile: "FROM python:3.11-slim\nUSER 1\n",
  "requirements.txt": "requests==2.32.3\n",
  "a.py": "import os\n",
  "k8s/kustomization.yaml": "resources: [config.yaml]\nnamePrefix: shop-\n",
  "k8s/config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\n",
  "chart/Chart.yaml": "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
  "chart/templates/config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: charted }\n",
  "infra/main.tf": 'resource "aws_s3_bucket" "store" {\nbucket = "store"\n}\n',
  "policy/names.rego":
    'package names\n\nimport rego.v1\n\nwarn contains "it has a name" if input.metadata.name == "settings"\n',
  "rules/os.yaml":
    "rules:\n  - {id: imports-os, languages: [python], severity: WARNING, message: os, pattern: import os}\n",
};

/** What a module says of that when it is called from another one. */
const expected: Readonly<Record<string, string>> = {
  argocd: "ARGUMENT_INVALID: ",
  checkov: "CKV",
  conftest: "it has a name",
  cosign: "DIGEST_INVALID: ",
  files: "[]",
  forge: "ARGUMENT_INVALID: ",
  gitleaks: "[]",
  gitops: "ARGUMENT_INVALID: ",
  helm: "charted",
  history: "not a git repository",
  image: "orders",
  kubeconform: "statusValid",
  kustomize: "shop-settings",
  prometheus: "ARGUMENT_INVALID: ",
  python: "F401",
  registry: "TAG_INVALID: ",
  semgrep: "imports-os",
  slipway: '"services"',
  syft: "requests",
  tofu: "-bucket",
  trivy: "DS",
};

let work: string;
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "slipway-consumers-"));
  await copyTree(join(work, "slipway"));
  for (const [path, text] of Object.entries(source)) {
    await mkdir(dirname(join(work, "shop", path)), { recursive: true });
    await writeFile(join(work, "shop", path), text);
  }
  await $({ cwd: work, quiet: true })`git init --quiet`;
});
afterAll(() => rm(work, { recursive: true, force: true }));

const config = z.looseObject({ dependencies: z.array(z.unknown()).optional() });

describe.each([
  { language: "go", generated: "main.go" },
  { language: "typescript", generated: "src/index.ts" },
])("a module in $language", ({ language, generated }) => {
  test("installs Slipway and each of its modules, and calls them", async () => {
    const at = join(work, language);
    await mkdir(at);
    // Without one, `dagger init` fetches a license from the network.
    await cp("LICENSE", join(at, "LICENSE"));
    await ended(["init", `--sdk=${language}`, "--name=consumer", "--source=."], at);
    await ended(["install", "../slipway"], at);
    // Each as `dagger install` writes it, which would make the bindings anew nineteen times.
    const file = join(at, "dagger.json");
    const { dependencies = [], ...rest } = config.parse(JSON.parse(await readFile(file, "utf8")));
    const modules = (await readdir("modules")).map((name) => ({
      name,
      source: `../slipway/modules/${name}`,
    }));
    expect(dependencies).toEqual([{ name: "slipway", source: "../slipway" }]);
    await writeFile(file, JSON.stringify({ ...rest, dependencies: [...dependencies, ...modules] }));
    await cp(join("test/fixtures/consumers", language, generated), join(at, generated));

    const answers = JSON.parse(await ended(["call", "all", "--source=../shop"], at)) as Record<
      string,
      string
    >;
    expect(Object.keys(answers).toSorted()).toEqual(
      ["slipway", ...modules.map(({ name }) => name)].toSorted(),
    );
    expect(Object.entries(answers).filter(([, text]) => text.startsWith("failed: "))).toEqual([]);
    const short = Object.entries(answers).map(([name, text]) => {
      const wanted = expected[name] ?? "nothing is expected of it";
      return [name, text.includes(wanted) ? wanted : text.slice(0, 1000)];
    });
    expect(Object.fromEntries(short)).toEqual(expected);
  });
});

async function ended(args: readonly string[], cwd: string): Promise<string> {
  const { exitCode, stdout, stderr } = await dagger(args, cwd);
  expect(exitCode, stderr.slice(-3000)).toBe(0);
  return stdout;
}
