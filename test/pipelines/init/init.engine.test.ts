import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Directory, dag } from "@dagger.io/dagger";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ci } from "#pipelines/ci.ts";
import { refreshLock } from "#pipelines/commands/lock.ts";
import { diagnose } from "#pipelines/doctor/doctor.ts";
import { codeOf } from "#pipelines/errors/errors.ts";
import { type InitRequest, init } from "#pipelines/init/init.ts";
import { lockFile, readLock } from "#pipelines/lock/lock.ts";
import { exampleDatabase } from "../../../ci/engine/vulnerability-db.ts";
import { type FoundName, found, withLock } from "../../fixtures/found.ts";
import { shopWith } from "../../fixtures/shop-variants.ts";
import { session } from "../../session.ts";

const folders: string[] = [];
let database: string;
beforeAll(async () => {
  database = dirname(await exampleDatabase());
});
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** Does something in a session with the engine that has no result. */
const within = (work: () => Promise<void>) => session(async () => ({ done: await work() }));

const asked = (source: Directory, more: Partial<InitRequest> = {}): InitRequest => ({
  source,
  wrappers: ["auto"],
  manifests: false,
  lock: true,
  ...more,
});

/** What ci says of a source: its outcome, and each check that neither passed nor was skipped, with its reasons. */
async function checked(source: Directory) {
  const { verdict } = await ci({ source, vulnerabilityDatabase: dag.host().directory(database) });
  const bad = verdict.checks.filter(({ outcome }) => outcome !== "passed" && outcome !== "skipped");
  const passed = verdict.checks.filter(({ outcome }) => outcome === "passed").map(({ name }) => name);
  return {
    outcome: verdict.outcome,
    passed,
    bad: bad.map(({ name, reasons }) => [name, reasons.map(({ text }) => text)]),
  };
}

describe("a repository as it is, after init and without a line edited by hand", () => {
  const finish: Partial<Record<FoundName, (source: Directory) => Directory>> = {
    "uv-workspace": (source) => withLock(source, "uv.lock", ["uv", "lock"]),
  };
  test.each<[FoundName, readonly string[]]>([
    ["poetry-library", ["slugs/test"]],
    ["uv-workspace", ["billing/test", "catalogue/test", "mailer/test", "money/test"]],
    ["legacy", ["app/test"]],
  ])("%s passes, and a second init changes nothing", async (name, tests) => {
    const dir = await found(name);
    folders.push(dir);
    await within(async () => {
      const host = dag.host().directory(dir);
      const made = await init(asked(finish[name]?.(host) ?? host));
      expect((await made.addedPaths()).sort()).toEqual(["slipway.lock", "slipway.yaml"]);
      expect([...(await made.modifiedPaths()), ...(await made.removedPaths())]).toEqual([]);

      const after = made.after();
      expect(await (await init(asked(after))).isEmpty()).toBe(true);
      const run = await checked(after);
      expect(run).toMatchObject({ outcome: "passed", bad: [] });
      expect(run.passed).toEqual(expect.arrayContaining([...tests]));
      expect((await diagnose({ source: after })).filter(({ grade }) => grade === "wrong")).toEqual([]);
    });
  });
});

test("the example without manifests passes with those that init writes, which ci bumps", async () => {
  const dir = await shopWith();
  folders.push(dir);
  await rm(join(dir, "k8s"), { recursive: true });
  await within(async () => {
    const source = dag.host().directory(dir);
    const asks = { wrappers: ["github", "jenkins", "gitlab"], manifests: true, lock: false } as const;
    const argocd = "https://git.example.com/shop/deploy.git";
    const made = await init(asked(source, { ...asks, argocd }));
    expect((await made.addedPaths()).filter((path) => !path.endsWith("/")).sort()).toEqual([
      ".github/workflows/slipway.yml",
      ".gitlab-ci.yml",
      "Jenkinsfile",
      "argocd/production.yaml",
      "argocd/staging.yaml",
      "k8s/base/kustomization.yaml",
      "k8s/base/notifier-deployment.yaml",
      "k8s/base/orders-deployment.yaml",
      "k8s/base/orders-service.yaml",
      "k8s/overlays/production/kustomization.yaml",
      "k8s/overlays/staging/kustomization.yaml",
    ]);
    const after = made.after();
    expect(await (await init(asked(after, { ...asks, argocd }))).isEmpty()).toBe(true);
    const run = await checked(after);
    expect(run).toMatchObject({ outcome: "passed", bad: [] });
    expect(run.passed).toEqual(
      expect.arrayContaining([
        "files/zizmor",
        "files/actionlint",
        "manifests-scan",
        "bump/k8s/overlays/staging",
      ]),
    );
    const diagnoses = await diagnose({ source: after });
    expect(diagnoses.filter(({ grade }) => grade === "wrong")).toEqual([]);
  });
});

const project = '[project]\nname = "thing"\nrequires-python = ">=3.11"\n';
const bare = () => dag.directory().withNewFile("pyproject.toml", project);

describe("what is there already", () => {
  test("is left alone, be it a link that leads nowhere; names from outside stay data", async () => {
    await within(async () => {
      const hostile = "services/$(touch x) 'y' \"z\" #a";
      const source = dag
        .directory()
        .withNewFile(`${hostile}/setup.py`, "")
        .withNewFile(`${hostile}/test_a.py`, "")
        .withNewFile("Jenkinsfile", "mine")
        .withSymlink("/etc/passwd", ".gitlab-ci.yml");
      const made = await init(asked(source, { wrappers: ["jenkins", "gitlab"], lock: false }));
      expect(await made.addedPaths()).toEqual(["slipway.yaml"]);
      expect([...(await made.modifiedPaths()), ...(await made.removedPaths())]).toEqual([]);
      const diagnoses = await diagnose({ source: made.after() });
      expect(diagnoses.filter(({ grade }) => grade === "wrong")).toEqual([]);
    });
  });

  test.each<[string, (source: Directory) => Directory, Partial<InitRequest>, string]>([
    [
      "a link where a folder is to be",
      (source) => source.withSymlink("/tmp", ".github"),
      { wrappers: ["github"] },
      "PATH_OUTSIDE_SOURCE",
    ],
    [
      "a file where a folder is to be",
      (source) => source.withNewFile(".github", ""),
      { wrappers: ["github"] },
      "PATH_OUTSIDE_SOURCE",
    ],
    ["a registry that is none", (source) => source, { registry: "$(id)" }, "ARGUMENT_INVALID"],
    ["a CI system that there is not", (source) => source, { wrappers: ["travis"] }, "ARGUMENT_INVALID"],
    ["manifests of nothing", (source) => source, { manifests: true }, "ARGUMENT_INVALID"],
    ["an empty repository", () => dag.directory(), {}, "SOURCE_EMPTY"],
  ])("%s is refused with its code", async (_, change, more, code) => {
    const thrown = await session(() =>
      init(asked(change(bare()), { lock: false, ...more })).then(
        () => "nothing",
        (error: unknown) => codeOf(error),
      ),
    );
    expect(thrown).toBe(code);
  });
});

describe("lock", () => {
  test("mends what is stale, keeps what is not, and names each image that cannot be had", async () => {
    await within(async () => {
      const first = await refreshLock({ source: bare() });
      const text = await first.after().file(lockFile).contents();
      const lock = readLock(text);
      const names = [...lock.keys()].join(" ");
      expect(names).toContain("aquasec/trivy:");
      // No image is built, so nothing describes one.
      expect(names).not.toMatch(/syft|kustomize|cosign/);
      expect(await (await refreshLock({ source: first.after() })).isEmpty()).toBe(true);

      const stale = text
        .replace(/^ {2}- aquasec.*\n/m, "")
        .replace(/@sha256:[0-9a-f]{64}$/m, `@sha256:${"0".repeat(64)}`);
      const old = bare().withNewFile(lockFile, stale);
      const about = (await diagnose({ source: old })).filter(({ about }) => about === lockFile);
      expect(about).toMatchObject([{ grade: "advice", text: expect.stringContaining("aquasec/trivy:") }]);
      expect(await (await refreshLock({ source: old })).after().file(lockFile).contents()).toBe(text);

      const yaml =
        "tools: {trivy: registry.invalid/trivy:1, gitleaks: registry.invalid/gitleaks:2, syft: registry.invalid/syft:3}\n";
      const thrown = await refreshLock({ source: bare().withNewFile("slipway.yaml", yaml) }).catch(String);
      expect(thrown).toMatch(
        /IMAGE_UNAVAILABLE: .*registry\.invalid\/gitleaks:2, registry\.invalid\/trivy:1/,
      );
    });
  });
});

test("doctor names each thing that is wrong, with its code or its remedy", async () => {
  const files: Record<string, string> = {
    "api/setup.py": "",
    "api/Dockerfile": "FROM a\n",
    "broken/pyproject.toml": "[",
    "k8s/staging/kustomization.yaml": "resources: [\n",
    "slipway.yaml": `services:
  api: { path: api, image: {} }
  broken: { path: broken }
bump: { overlays: [k8s/linked, k8s/nowhere, k8s/staging] }
release: {}
`,
  };
  await within(async () => {
    const source = Object.entries(files)
      .reduce((folder, [path, text]) => folder.withNewFile(path, text), dag.directory())
      .withSymlink("staging", "k8s/linked");
    const diagnoses = await diagnose({ source, git: dag.directory().withNewFile("HEAD", "") });
    const lines = diagnoses
      .filter(({ grade }) => grade === "wrong")
      .map(({ about, text }) => `${about}: ${text}`)
      .sort();
    const expected = [
      /^api\/Dockerfile: the image runs as root/,
      /^api: no file test_\*\.py/,
      /^api: the image has no name/,
      /^broken\/plan: PROJECT_INVALID/,
      /^bump\/k8s\/linked: KUSTOMIZATION_NOT_FOUND|^bump\/k8s\/linked: PATH_OUTSIDE_SOURCE/,
      /^bump\/k8s\/nowhere: KUSTOMIZATION_NOT_FOUND/,
      /^bump\/k8s\/staging: KUSTOMIZATION_INVALID/,
      /^git: --git is not the \.git folder/,
      /^release: no service's image has a name/,
    ];
    expect(lines, lines.join("\n")).toHaveLength(expected.length);
    for (const [at, pattern] of expected.entries()) expect(lines[at]).toMatch(pattern);

    const faulty = await diagnose({ source: source.withNewFile("slipway.yaml", "gates: {coverage: 101}\n") });
    expect(faulty.filter(({ grade }) => grade === "wrong")).toMatchObject([
      { about: "slipway.yaml", text: expect.stringMatching(/^CONFIG_INVALID: /) },
    ]);
  });
});
