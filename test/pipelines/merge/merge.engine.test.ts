import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { dag } from "@dagger.io/dagger";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ci } from "#pipelines/ci.ts";
import { merge } from "#pipelines/merge/merge.ts";
import type { Request } from "#pipelines/request.ts";
import { exampleDatabase } from "../../../ci/engine/vulnerability-db.ts";
import { repository } from "../../fixtures/repository.ts";
import { shopWith, type VariantName } from "../../fixtures/shop-variants.ts";
import { soon } from "../../fixtures/soon.ts";
import { session } from "../../session.ts";
import { type Told, toldBy, withoutBumps } from "../shards/split-run.ts";

let database: string;
beforeAll(async () => {
  database = dirname(await exampleDatabase());
});

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** Runs a source whole, then in shards that are merged. */
async function both(of: number, handedOver: () => Promise<Request>) {
  const out = await mkdtemp(join(tmpdir(), "slipway-split-"));
  folders.push(out);
  await session(async () => {
    const request = { ...(await handedOver()), vulnerabilityDatabase: dag.host().directory(database) };
    await (await ci(request)).reports.export(join(out, "whole"));
    for (let index = 1; index <= of; index++) {
      const { reports } = await ci({ ...request, shard: `${index}/${of}` });
      await reports.export(join(out, "shards", `${index}`));
    }
    return (await merge(dag.host().directory(join(out, "shards")))).reports.export(join(out, "merged"));
  });
  const parts: Told[] = [];
  for (let index = 1; index <= of; index++) parts.push(await toldBy(join(out, "shards", `${index}`)));
  const files = async (name: string) =>
    (await readdir(join(out, name), { recursive: true })).filter((path) => !/(^|\/)bump/.test(path)).sort();
  return {
    whole: await toldBy(join(out, "whole")),
    merged: await toldBy(join(out, "merged")),
    parts,
    files: { whole: await files("whole"), merged: await files("merged") },
  };
}

const shop = (variant?: VariantName) => async () => {
  const folder = await shopWith(variant);
  folders.push(folder);
  return { source: dag.host().directory(folder) };
};

const namesOf = ({ checks }: Told) => checks.map(({ name }) => name);

describe("the shop in two shards", () => {
  test("comes to what one run does: each check once, the same findings, the same files, and no bump", async () => {
    const { whole, merged, parts, files } = await both(2, shop());
    expect(parts.flatMap(namesOf).toSorted()).toEqual(namesOf(whole).toSorted());
    expect(parts.map(({ outcome }) => outcome)).toEqual(["passed", "passed"]);
    for (const part of parts) expect(namesOf(part).some((name) => name.endsWith("/test"))).toBe(true);
    expect(withoutBumps(merged)).toEqual(withoutBumps(whole));
    expect(merged.outcome).toBe("passed");
    expect(files.merged).toEqual(files.whole);
    const bump = merged.checks.find(({ name }) => name === "bump/k8s/overlays/staging");
    expect(bump?.outcome).toBe("skipped");
    expect(bump?.reasons[0]?.text).toMatch(
      /dagger call bump .*--images=registry\.example\.com\/shop\/orders@sha256:DIGEST --images=/,
    );
  });

  test("fails as one run does, and bumps nothing for the same reason", async () => {
    const { whole, merged, parts } = await both(2, shop("failingTest"));
    expect(merged).toEqual(whole);
    expect(merged.outcome).toBe("failed");
    expect(parts.map(({ outcome }) => outcome).toSorted()).toEqual(["failed", "passed"]);
  });
});

test("more shards than there is to split: those without anything to do pass, and the verdict is the same", async () => {
  const { whole, merged, parts } = await both(12, shop("symlinkOut"));
  expect(merged).toEqual(whole);
  expect(merged.outcome).toBe("errored");
  expect(parts.some(({ checks }) => checks.length === 0)).toBe(true);
  expect(parts.filter(({ outcome }) => outcome !== "passed")).toHaveLength(1);
});

describe("what all services are judged by together", () => {
  const service = (name: string) => ({
    [`${name}/pyproject.toml`]: `[project]\nname = "${name}"\nversion = "1"\n`,
    [`${name}/${name}.py`]: "def sign(x):\n    if x < 0:\n        return -1\n    return 1\n",
    [`${name}/tests/test_one.py`]: `import ${name}\n\n\ndef test_one():\n    assert ${name}.sign(1) == 1\n`,
    [`${name}/tests/test_two.py`]: `import ${name}\n\n\ndef test_two():\n    assert ${name}.sign(-1) == -1\n`,
  });
  const files = (gates: string) => ({
    ...service("orders"),
    ...service("web"),
    "slipway.yaml": [
      "services:",
      "  orders: {path: orders, test: {shards: 2}}",
      "  web: {path: web}",
      `gates: {coverage: 0, ${gates}}`,
      "waivers:",
      `  - {rule: F401, path: web, reason: registers itself, expires: ${soon}}`,
      `  - {rule: E999, path: orders, reason: is for nothing, expires: ${soon}}`,
      "",
    ].join("\n"),
  });
  /** Adds to each service a function that no test calls, and to one an import that nothing uses. */
  const changes = String.raw`git branch base
for name in orders web; do printf '\n\ndef more():\n    return 2\n' >>$name/$name.py; done
sed -i '1i import os\n\n' web/web.py`;

  test.each([
    ["passes", "totalCoverage: 80, changedCoverage: 50, coverageDrop: 20", "passed"],
    ["fails", "totalCoverage: 95, changedCoverage: 90, coverageDrop: 1", "failed"],
  ] as const)("%s as in one run, with the same figures and notes", async (_, gates, outcome) => {
    const {
      whole,
      merged,
      parts,
      files: left,
    } = await both(2, async () => {
      const { source, history } = repository(files(gates), changes);
      return { source, git: history, base: "base" };
    });
    expect(merged).toEqual(whole);
    expect(left.merged).toEqual(left.whole);
    const judged = merged.checks.filter(({ name }) =>
      /^(coverage|changed-coverage|coverage-drop)$/.test(name),
    );
    expect(judged.map((each) => each.outcome)).toEqual([outcome, outcome, outcome]);
    expect(merged.notes).toEqual([expect.stringMatching(/^the waiver of E999 .* matches no finding/)]);
    for (const part of parts) {
      expect(part.checks.find(({ name }) => name === "coverage")?.outcome ?? "skipped").toBe("skipped");
      expect(namesOf(part)).toContain("coverage-drop");
    }
  });

  test("is an error as in one run where there is no such base", async () => {
    const { whole, merged } = await both(2, async () => {
      const { source, history } = repository(files("coverageDrop: 0"), "");
      return { source, git: history, base: "nowhere" };
    });
    expect(merged).toEqual(whole);
    expect(merged.outcome).toBe("errored");
  });
});

test("a shard that is not there leaves the others' reports, and an error", async () => {
  const out = await mkdtemp(join(tmpdir(), "slipway-split-"));
  folders.push(out);
  await session(async () => {
    const source = ["a", "b"].reduce(
      (folder, name) =>
        folder.withNewFile(`${name}/pyproject.toml`, `[project]\nname = "${name}"\nversion = "1"\n`),
      dag
        .directory()
        .withNewFile("slipway.yaml", "services: {a: {path: a, test: false}, b: {path: b, test: false}}\n"),
    );
    const { reports } = await ci({
      source,
      vulnerabilityDatabase: dag.host().directory(database),
      shard: "2/2",
    });
    return (await merge(dag.directory().withDirectory("two", reports))).reports.export(out);
  });
  const { outcome, checks } = await toldBy(out);
  expect(outcome).toBe("errored");
  expect(checks[0]).toMatchObject({
    name: "shard/1",
    outcome: "errored",
    reasons: [{ code: "SHARD_MISSING" }],
  });
  expect(checks.some(({ name, outcome }) => outcome === "passed" && name.endsWith("/ruff"))).toBe(true);
});

test("shards that look only at what changed come to what one run does that does so", async () => {
  const services = ["a", "b", "c"];
  const files = Object.fromEntries([
    [
      "slipway.yaml",
      `services: {${services.map((name) => `${name}: {path: ${name}, types: false}`).join(", ")}}\ngates: {coverage: 0, totalCoverage: 10}\n`,
    ],
    ...services.flatMap((name) => [
      [`${name}/pyproject.toml`, `[project]\nname = "${name}"\nversion = "1"\n`],
      [`${name}/${name}.py`, "def one() -> int:\n    return 1\n"],
      [
        `${name}/tests/test_${name}.py`,
        `import ${name}\n\n\ndef test_one() -> None:\n    assert ${name}.one() == 1\n`,
      ],
    ]),
  ]);
  const { whole, merged } = await both(2, async () => {
    const { source, history } = repository(files, "git branch base\necho >>a/a.py");
    return { source, base: "base", git: history };
  });
  expect(namesOf(whole)).toEqual(expect.arrayContaining(["changes", "a/test", "b/checks", "c/checks"]));
  expect(withoutBumps(merged)).toEqual(withoutBumps(whole));
});
