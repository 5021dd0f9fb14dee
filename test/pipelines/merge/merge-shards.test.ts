import { describe, expect, test } from "vitest";
import type { Check } from "#pipelines/findings/evidence.ts";
import { mergeShards } from "#pipelines/merge/merge-shards.ts";
import type { ShardRecord } from "#pipelines/shards/schema.ts";
import { check, evidence, finding } from "../samples.ts";
import { type Sample, skippedCheck, twoShards } from "./samples.ts";

const deferredText = "not judged in a shard; merge-reports gives the verdict";

const covered = (coveredLines: number, totalLines: number) =>
  evidence({
    coverage: { percent: (100 * coveredLines) / totalLines, coveredLines, totalLines, files: [] },
  });

/** Adds checks at the end of a shard, of the stage of the tests and of no service. */
function withChecks({ record, checks }: Sample, more: readonly Check[], deferred: readonly string[]): Sample {
  const places = more.map((): [number, number] => [2, 5]);
  return {
    record: {
      ...record,
      places: [...record.places, ...places],
      deferred: [...record.deferred, ...deferred],
    },
    checks: [...checks, ...more],
  };
}

function withEvidence({ record, checks }: Sample, name: string, more: Partial<Check>): Sample {
  return { record, checks: checks.map((each) => (each.name === name ? { ...each, ...more } : each)) };
}

async function merged(shards: readonly Sample[], files: Readonly<Record<string, string>> = {}) {
  const folders = shards.map((shard, at) => ({ folder: `${at + 1}`, ...shard }));
  const read = async (folder: string, path: string) => {
    const text = files[`${folder}/${path}`];
    if (text === undefined) throw new Error(`REPORT_MISSING: ${folder}/${path}. None.`);
    return text;
  };
  const { checks, notes } = await mergeShards(folders, read);
  const line = (name: string) => {
    const found = checks.find((each) => each.check.name === name)?.check;
    return `${found?.outcome} ${found?.reasons.map(({ text }) => text).join(" | ")}${found?.note ?? ""}`;
  };
  return { checks: checks.map((each) => each.check), notes, line };
}

describe("coverage of all services", () => {
  const shards = (orders: Partial<Check>, web: Partial<Check>, more: Partial<ShardRecord["run"]> = {}) => {
    const [one, two] = twoShards({ gates: { totalCoverage: 80 }, ...more });
    return [
      withChecks(
        withEvidence(one, "orders/test", orders),
        [skippedCheck("coverage", deferredText)],
        ["coverage"],
      ),
      withEvidence(two, "web/test", web),
    ] as const;
  };

  test("passes by the lines of both, where one alone would not", async () => {
    const { line } = await merged(shards({ evidence: covered(10, 20) }, { evidence: covered(90, 100) }));
    expect(line("coverage")).toBe("passed 83.3 % of lines covered");
  });

  test("fails by the lines of both, where one alone would pass", async () => {
    const { line } = await merged(shards({ evidence: covered(20, 20) }, { evidence: covered(50, 100) }));
    expect(line("coverage")).toMatch(/^failed 58\.3 % of lines covered \(required: at least 80 %\)/);
  });

  test("is unknown where a service's is", async () => {
    const { line } = await merged(shards({ evidence: covered(20, 20) }, { outcome: "errored" }));
    expect(line("coverage")).toBe("skipped no coverage to count: web/test");
  });

  test("is unknown where a service could not be planned", async () => {
    const all = shards(
      { evidence: covered(1, 1) },
      { evidence: covered(1, 1) },
      {
        faults: [
          { kind: "plan", service: "x" },
          { kind: "image", service: "x" },
        ],
      },
    );
    expect((await merged(all)).line("coverage")).toBe("skipped no coverage to count: x/plan");
  });

  test("is unknown where a shard is missing", async () => {
    const [one] = shards({ evidence: covered(20, 20) }, {});
    expect((await merged([one])).line("coverage")).toBe("skipped shard 2 of 2 is missing");
  });

  test("is unknown where a shard left a service out, which nothing of the change touches", async () => {
    const [one, two] = shards({ evidence: covered(20, 20) }, {});
    const left = { ...two, checks: two.checks.map((each) => ({ ...each })) };
    const out = { ...skippedCheck("web/checks", "not affected"), reports: [] };
    left.checks.splice(0, 2, out, { ...out, kind: "lint", subject: "other", name: "web/other" });
    const { line } = await merged([one, left]);
    expect(line("coverage")).toBe("skipped services that are not affected and not tested: 1");
  });

  test("counts no service whose tests are switched off", async () => {
    const services = [
      { name: "orders", path: "a" },
      { name: "web", path: "b" },
    ];
    const { line } = await merged(shards({}, {}, { services }));
    expect(line("coverage")).toBe("skipped no service is tested");
  });
});

describe("coverage of the lines that differ", () => {
  const patch = [
    "diff --git a/services/orders/a.py b/services/orders/a.py",
    "--- a/services/orders/a.py",
    "+++ b/services/orders/a.py",
    "@@ -1 +1,2 @@",
    "-x",
    "+y",
    "+z",
    "diff --git a/services/web/b.py b/services/web/b.py",
    "--- a/services/web/b.py",
    "+++ b/services/web/b.py",
    "@@ -0,0 +1,2 @@",
    "+v",
    "+w",
    "",
  ].join("\n");
  const lines = (path: string, executed: readonly number[], missing: readonly number[]) =>
    JSON.stringify({
      meta: { version: "7" },
      files: { [path]: { executed_lines: executed, missing_lines: missing } },
    });
  const files = {
    "1/changed-coverage/changes.patch": patch,
    "1/orders/test/coverage.json": lines("a.py", [1, 2], []),
    "2/web/test/coverage.json": lines("b.py", [1], [2]),
  };
  const shards = (found: Partial<Check> = {}) => {
    const [one, two] = twoShards({
      gates: { changedCoverage: 80 },
      base: { name: "main", from: "1".repeat(40), root: "." },
    });
    const left = {
      ...skippedCheck("changed-coverage", deferredText),
      reports: ["changed-coverage/changes.patch"],
    };
    return [
      withChecks(
        withEvidence(one, "orders/test", { evidence: covered(2, 2) }),
        [{ ...left, ...found }],
        ["changed-coverage"],
      ),
      withEvidence(two, "web/test", { evidence: covered(1, 2) }),
    ];
  };

  test("is told from the data of both shards", async () => {
    const { line, checks } = await merged(shards(), files);
    expect(line("changed-coverage")).toMatch(
      /^failed 75 % of 4 changed lines covered .*services\/web\/b\.py:2/,
    );
    expect(checks.find(({ name }) => name === "changed-coverage")?.reports).toEqual([
      "changed-coverage/changes.patch",
    ]);
  });

  test("cannot be told where data is missing or broken", async () => {
    const { "2/web/test/coverage.json": _, ...without } = files;
    expect((await merged(shards(), without)).line("changed-coverage")).toMatch(
      /^errored .*web\/test\/coverage\.json/,
    );
    const broken = { ...files, "2/web/test/coverage.json": "{" };
    expect((await merged(shards(), broken)).line("changed-coverage")).toMatch(/^errored .*JSON/);
  });

  test("stays an error where its shard could not compare", async () => {
    const found = { outcome: "errored", reasons: [{ code: "BASE_NOT_FOUND", text: "no base" }] } as const;
    expect((await merged(shards(found), files)).line("changed-coverage")).toBe("errored no base");
  });
});

describe("coverage against the base", () => {
  const part = (more: Partial<Check>) => check({ name: "coverage-drop", ...more });
  const steps = (service: string, before: number, after: number) =>
    part({ evidence: evidence({ steps: [{ service, before, after }] }) });
  const shards = (one: Check, two: Check) => {
    const [first, second] = twoShards({ gates: { coverageDrop: 1 } });
    return [
      withChecks(withEvidence(first, "orders/test", { evidence: covered(1, 1) }), [one], []),
      withChecks(withEvidence(second, "web/test", { evidence: covered(1, 1) }), [two], []),
    ];
  };

  test("is one check over the services of all shards, in their order", async () => {
    const { checks, line } = await merged(shards(steps("orders", 90, 89.5), steps("web", 70, 60)));
    expect(checks.filter(({ name }) => name === "coverage-drop")).toHaveLength(1);
    expect(line("coverage-drop")).toMatch(/^failed coverage fell below .* web from 70 % to 60 % of lines$/);
  });

  test("passes with what both say", async () => {
    const { line } = await merged(shards(steps("orders", 90, 90), steps("web", 70, 71)));
    expect(line("coverage-drop")).toBe(
      "passed orders from 90 % to 90 % of lines, web from 70 % to 71 % of lines",
    );
  });

  test("is an error where one shard could not compare", async () => {
    const broken = part({ outcome: "errored", reasons: [{ code: "BASE_UNMEASURED", text: "no base" }] });
    const { line } = await merged(shards(steps("orders", 90, 90), broken));
    expect(line("coverage-drop")).toBe("errored no base");
  });

  test("of a shard without a tested service says nothing against the others'", async () => {
    const none = skippedCheck("coverage-drop", "no service is tested");
    const { line } = await merged(shards(steps("orders", 90, 90), none));
    expect(line("coverage-drop")).toMatch(/^passed orders/);
  });

  test("that no shard was asked for stays skipped", async () => {
    const none = skippedCheck("coverage-drop", "the call names no base");
    expect((await merged(shards(none, none))).line("coverage-drop")).toBe("skipped the call names no base");
  });
});

describe("the bump", () => {
  const image = { name: "registry.example.com/web", digest: `sha256:${"1".repeat(64)}` };

  test("is left to a call that is named, with the images that were checked", async () => {
    const [one, two] = twoShards();
    const { line } = await merged([one, { ...two, record: { ...two.record, images: [image] } }]);
    expect(line("bump/k8s")).toContain(`dagger call bump --source=. --images=${image.name}@${image.digest}`);
  });

  test("is none where something failed", async () => {
    const [one, two] = twoShards();
    const failed = withEvidence(one, "orders/test", { outcome: "failed" });
    const { line } = await merged([failed, { ...two, record: { ...two.record, images: [image] } }]);
    expect(line("bump/k8s")).toBe("skipped an earlier check did not pass");
  });
});

describe("waivers", () => {
  const waived = (shard: Sample, unused: readonly string[], broken: readonly string[] = []): Sample => ({
    ...shard,
    record: { ...shard.record, waivers: { unused: [...unused], broken: [...broken], unread: [] } },
  });

  test("are unused where they are for nothing in any shard", async () => {
    const [one, two] = twoShards();
    const { notes } = await merged([waived(one, ["a", "b"], ["c"]), waived(two, ["b"], ["c"])]);
    expect(notes).toEqual(["b", "c"]);
  });

  test("are used where one of three shards uses them", async () => {
    const [one, two] = twoShards({ of: 3 });
    const third = { record: { ...two.record, index: 3, units: [], places: [], deferred: [] }, checks: [] };
    const shards = (last: readonly string[]) => [
      waived(one, ["a", "b"]),
      waived(two, ["a", "b"]),
      waived(third, last),
    ];
    expect((await merged(shards(["b"]))).notes).toEqual(["b"]);
    expect((await merged(shards([]))).notes).toEqual([]);
  });

  test("are not told of where a check could not be carried out, or a shard is missing", async () => {
    const [one, two] = twoShards();
    const broken = withEvidence(waived(two, ["a"]), "web/test", { outcome: "errored" });
    expect((await merged([waived(one, ["a"]), broken])).notes).toEqual([]);
    expect((await merged([waived(one, ["a"])])).notes).toEqual([]);
  });
});

test("findings keep what became of them", async () => {
  const [one, two] = twoShards();
  const found = finding({
    status: "waived",
    waiver: { place: "a.py:1", reason: "why", expires: "2027-01-31" },
  });
  const { checks } = await merged([
    withEvidence(one, "orders/ruff", { evidence: evidence({ findings: [found] }) }),
    two,
  ]);
  expect(checks.find(({ name }) => name === "orders/ruff")?.evidence.findings).toEqual([found]);
});

test("what every shard says of the whole run is said once", async () => {
  const shards = twoShards().map(({ record, checks }) => ({
    record: { ...record, notes: ["the SBOM is of no service"] },
    checks,
  }));
  expect((await merged(shards)).notes).toEqual(["the SBOM is of no service"]);
});
