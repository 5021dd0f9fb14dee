import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Directory, dag } from "@dagger.io/dagger";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ci } from "#pipelines/ci.ts";
import { merge } from "#pipelines/merge/merge.ts";
import { engineInstance } from "../../ci/engine/instance.ts";
import { clientEnv, startEngine, stopEngine } from "../../ci/engine/lifecycle.ts";
import { exampleDatabase } from "../../ci/engine/vulnerability-db.ts";
import { session } from "../session.ts";
import { toldBy } from "./shards/split-run.ts";

// Beside the engine that the other tests use; it begins with an empty cache.
const second = engineInstance(`shard-${process.pid}`);
const needed = process.platform === "linux" && process.getuid?.() === 0;

const out: string[] = [];
let database = "";
let other: Record<string, string> = {};

const service = (name: string, assertion: string) => ({
  [`${name}/pyproject.toml`]: `[project]\nname = "${name}"\nversion = "1"\n`,
  [`${name}/${name}.py`]: "def sign(x):\n    if x < 0:\n        return -1\n    return 1\n",
  [`${name}/tests/test_${name}.py`]: `import ${name}\n\n\ndef test_sign():\n    assert ${assertion}\n`,
});

/** Two services that are covered enough together only. */
const repository = (assertion: string): Readonly<Record<string, string>> => ({
  ...service("orders", "orders.sign(1) == 1\n    assert orders.sign(-1) == -1"),
  ...service("web", assertion),
  "slipway.yaml":
    "gates: {coverage: 50, totalCoverage: 85}\nservices: {orders: {path: orders}, web: {path: web}}\n",
});

describe.runIf(needed)("two engines on one machine", () => {
  beforeAll(async () => {
    database = dirname(await exampleDatabase());
    other = clientEnv(await startEngine(second));
  });
  afterAll(async () => {
    await stopEngine(second);
    await rm(second.dir, { recursive: true, force: true });
    await Promise.all(out.map((folder) => rm(folder, { recursive: true, force: true })));
  });

  test.each([
    ["passes", "web.sign(1) == 1", "passed"],
    ["fails by a test", "web.sign(1) == 2", "failed"],
  ] as const)("come to the verdict of one: what %s", async (_, assertion, outcome) => {
    const folder = await mkdtemp(join(tmpdir(), "slipway-engines-"));
    out.push(folder);
    const files = repository(assertion);
    await exported(files, undefined, join(folder, "whole"));
    await exported(files, "1/2", join(folder, "shards/1"));
    const before = await elsewhere(cached);
    await elsewhere(() => exported(files, "2/2", join(folder, "shards/2")));
    expect(await elsewhere(cached)).toBeGreaterThan(before);
    await session(async () => {
      const { reports } = await merge(dag.host().directory(join(folder, "shards")));
      return reports.export(join(folder, "merged"));
    });
    const [whole, merged] = [await toldBy(join(folder, "whole")), await toldBy(join(folder, "merged"))];
    expect(merged).toEqual(whole);
    expect(merged.outcome).toBe(outcome);
    expect(merged.checks.find(({ name }) => name === "coverage")?.outcome).toBe("passed");
    const parts = [await toldBy(join(folder, "shards/1")), await toldBy(join(folder, "shards/2"))];
    for (const { checks } of parts) expect(checks.some(({ name }) => name.endsWith("/test"))).toBe(true);
  });
});

async function exported(
  files: Readonly<Record<string, string>>,
  shard: string | undefined,
  path: string,
): Promise<void> {
  await session(async () => {
    const source = Object.entries(files).reduce<Directory>(
      (all, [name, text]) => all.withNewFile(name, text),
      dag.directory(),
    );
    const vulnerabilityDatabase = dag.host().directory(database);
    return (await ci({ source, vulnerabilityDatabase, shard })).reports.export(path);
  });
}

/** How much the engine has in its cache. */
const cached = () => session(() => dag.engine().localCache().entrySet().entryCount());

/** Does its work with the second engine. */
async function elsewhere<Result>(work: () => Promise<Result>): Promise<Result> {
  const before = { ...process.env };
  Object.assign(process.env, other);
  try {
    return await work();
  } finally {
    for (const name of Object.keys(other)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}
