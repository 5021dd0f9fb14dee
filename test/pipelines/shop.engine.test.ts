import { appendFile, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Directory, dag } from "@dagger.io/dagger";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { CheckFunction } from "#pipelines/checks/catalog.ts";
import { type CiResult, ci } from "#pipelines/ci.ts";
import { checkKind } from "#pipelines/commands/check-kind.ts";
import type { Outcome } from "#pipelines/findings/evidence.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";
import { exampleDatabase } from "../../ci/engine/vulnerability-db.ts";
import { shopWith, type VariantName } from "../fixtures/shop-variants.ts";
import { session } from "../session.ts";

let database: string;
beforeAll(async () => {
  database = dirname(await exampleDatabase());
});

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function shop(variant?: VariantName): Promise<string> {
  const folder = await shopWith(variant);
  folders.push(folder);
  return folder;
}

const request = (source: Directory) => ({ source, vulnerabilityDatabase: dag.host().directory(database) });

/** Runs one sort of checks over the shop with one change. */
function over(sort: CheckFunction, variant?: VariantName): Promise<Verdict> {
  return session(async () => checkKind(sort, request(dag.host().directory(await shop(variant)))));
}

/** The check of a verdict in one line: outcome and reasons. */
function line(verdict: Verdict, name: string): string {
  const check = verdict.checks.find((each) => each.name === name);
  const reasons = check?.reasons.map(({ code, text }) => `${code ?? ""} ${text}`) ?? [];
  return `${check?.outcome} ${reasons.join(" | ")}`;
}

const passedOf = (verdict: Verdict) =>
  verdict.checks.filter(({ outcome }) => outcome === "passed").map(({ name }) => name);

describe("the shop as it is", () => {
  test("passes everything and is bumped to the digests of the images that were checked", async () => {
    const out = join(await shop(), "..", `reports-${process.pid}`);
    folders.push(out);
    const { verdict, overlay } = await session(async () => {
      const delivery: CiResult = await ci(request(dag.host().directory(await shop())));
      await delivery.reports.export(out);
      return {
        verdict: delivery.verdict,
        overlay: await delivery.bumped?.file("k8s/overlays/staging/kustomization.yaml").contents(),
      };
    });
    expect(verdict.checks.filter(({ outcome }) => outcome !== "passed").map(({ name }) => name)).toEqual([
      "notifier/types",
      "history-secrets",
      "semgrep",
      "orders/licenses",
      "notifier/licenses",
    ]);
    expect(overlay?.match(/digest: "?sha256:[0-9a-f]{64}/g)).toHaveLength(2);

    const summary: unknown = JSON.parse(await readFile(join(out, "summary.json"), "utf8"));
    expect(summary).toMatchObject({ version: 1, outcome: "passed" });
    expect(await readFile(join(out, "index.html"), "utf8")).toContain("orders/test");
    for (const file of verdict.checks.flatMap(({ reports }) => reports)) {
      if (!file.endsWith("/")) await readFile(join(out, file));
    }
    expect(verdict.checks.flatMap(({ reports }) => reports)).toEqual(
      expect.arrayContaining([
        "orders/ruff/ruff.sarif",
        "orders/test/junit.xml",
        "orders/test/coverage.xml",
        "orders/sbom/sbom.spdx.json",
        "orders/sbom/sbom.cdx.json",
        "scan/trivy.sarif",
      ]),
    );
  });
});

describe("one check fails, and no other with it", () => {
  const cases: readonly [VariantName, CheckFunction, string, Outcome, RegExp][] = [
    ["lintError", "lint", "orders/ruff", "failed", /F401|lint/],
    ["formatError", "lint", "orders/ruff-format", "failed", /unformatted/],
    ["typeError", "lint", "orders/mypy", "failed", /type error/],
    ["failingTest", "test", "orders/test", "failed", /1 (of|test)/],
    ["lowCoverage", "test", "orders/test", "failed", /% of lines covered/],
    ["rootDockerfile", "scan", "scan", "failed", /misconfiguration/],
    ["vulnerableDependency", "scan", "scan", "failed", /CVE-2018-18074/],
    [
      "privilegedInProduction",
      "manifests",
      "manifests-scan",
      "failed",
      /HIGH KSV\S+ k8s\/overlays\/production/,
    ],
    ["brokenLock", "test", "orders/test", "errored", /DEPENDENCIES_NOT_INSTALLED/],
    ["hangingTest", "test", "orders/test", "errored", /TOOL_TIMED_OUT/],
    ["killedPytest", "test", "orders/test", "errored", /TOOL_KILLED/],
    ["noReport", "test", "orders/test", "errored", /REPORT_MISSING/],
    ["malformedReport", "test", "orders/test", "errored", /REPORT_MALFORMED/],
    ["entityBomb", "test", "orders/test", "errored", /REPORT_MALFORMED/],
    ["noTests", "test", "notifier/test", "errored", /TESTS_NOT_FOUND/],
    ["symlinkOut", "scan", "source", "errored", /PATH_OUTSIDE_SOURCE/],
  ];
  test.each(cases)("%s", async (variant, sort, name, outcome, reason) => {
    const verdict = await over(sort, variant);
    expect(line(verdict, name)).toMatch(reason);
    expect(line(verdict, name).startsWith(outcome)).toBe(true);
    const others = verdict.checks.filter((check) => check.name !== name && check.outcome !== "skipped");
    expect(others.map(({ outcome }) => outcome)).toEqual(others.map(() => "passed"));
  });
});

test("leakedKey fails both that search for secrets", async () => {
  const verdict = await over("scan", "leakedKey");
  expect(line(verdict, "scan")).toMatch(/^failed .*secret/);
  expect(line(verdict, "secrets")).toMatch(/^failed .*2 secrets: HIGH aws-access-token/);
});

describe("names and shapes that are unusual but right", () => {
  test.each(["spacesAndUmlauts", "newlinePath", "noPyproject"] as const)("%s passes", async (variant) => {
    const verdict = await over("test", variant);
    expect(passedOf(verdict)).toHaveLength(2);
  });
});

describe("a folder that the engine has seen at another place", () => {
  test.each([1, 2, 3])(
    "is found where it is now (try %i of 3: the engine forgets by chance)",
    async (round) => {
      const change = `# ${Date.now()} ${round}\n`;
      for (const [variant, notifier] of [
        [undefined, "services/notifier"],
        ["newlinePath", "services/noti\nfier"],
      ] as const) {
        const folder = await shop(variant);
        await appendFile(join(folder, notifier, "conftest.py"), change);
        const verdict = await session(() => checkKind("test", request(dag.host().directory(folder))));
        expect(passedOf(verdict)).toHaveLength(2);
      }
    },
  );
});

describe("the whole pipeline after a failure", () => {
  test("keeps the other results and every report, and bumps nothing", async () => {
    const { verdict, bumped, files } = await session(async () => {
      const delivery = await ci(request(dag.host().directory(await shop("failingTest"))));
      return {
        verdict: delivery.verdict,
        bumped: delivery.bumped !== undefined,
        files: await delivery.reports.glob("**/*"),
      };
    });
    expect(verdict.outcome).toBe("failed");
    expect(line(verdict, "orders/test")).toMatch(/^failed/);
    expect(line(verdict, "bump/k8s/overlays/staging")).toMatch(/^skipped/);
    expect(bumped).toBe(false);
    expect(files).toEqual(
      expect.arrayContaining([
        "index.html",
        "summary.json",
        "orders/test/junit.xml",
        "notifier/test/junit.xml",
      ]),
    );
  });

  test("a database that cannot be had is an error and never a clean scan", async () => {
    const verdict = await session(async () => {
      const folder = dag.host().directory(await shop());
      const config = 'scan: { database: { repositories: [ "127.0.0.1:1/nothing:2" ] } }\n';
      return checkKind("scan", {
        source: folder.withNewFile("slipway.yaml", config),
      });
    });
    expect(line(verdict, "scan")).toMatch(/^errored DATABASE_UNAVAILABLE/);
  });

  test("a registry that is down breaks the one check that needs it", async () => {
    const verdict = await session(async () => {
      const folder = dag.host().directory(await shop());
      return checkKind("lint", {
        source: folder.withNewFile("slipway.yaml", 'tools: { ruff: "127.0.0.1:1/ruff:0.17.5" }\n'),
      });
    });
    expect(line(verdict, "orders/ruff")).toMatch(/^errored IMAGE_UNAVAILABLE/);
    expect(line(verdict, "orders/mypy")).toMatch(/^passed/);
  });
});

test("a secret that a test prints stands in no report", async () => {
  const secret = "hunter2-correct-horse";
  vi.stubEnv("API_TOKEN", secret);
  onTestFinished(() => void vi.unstubAllEnvs());
  const contents = await session(async () => {
    const folder = dag.host().directory(await shop("testPrintsSecret"));
    const delivery = await ci({ ...request(folder), secrets: [dag.secret("env://API_TOKEN")] });
    const files = (await delivery.reports.glob("**/test/*")).filter((file) => !file.endsWith("/"));
    return Promise.all(files.map((file) => delivery.reports.file(file).contents()));
  });
  expect(contents.length).toBeGreaterThan(3);
  expect(contents.join("\n")).not.toContain(secret);
  expect(contents.join("\n")).toContain("***");
});
