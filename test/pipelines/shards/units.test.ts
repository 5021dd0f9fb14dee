import { describe, expect, test } from "vitest";
import { unitsOf } from "#pipelines/checks/units.ts";
import { placesOf } from "#pipelines/conclude/shard-record.ts";
import { readConfig } from "#pipelines/config/read.ts";
import { checkName } from "#pipelines/findings/check-id.ts";
import { joinShards } from "#pipelines/merge/join.ts";
import { type Plan, plan } from "#pipelines/plan/plan.ts";
import { mostShards, parseShard } from "#pipelines/shards/shard.ts";
import { type RepositoryUnit, repositoryUnits, serviceUnit, unitsIn } from "#pipelines/shards/unit.ts";
import { codeOfThrow } from "../errors/code-of-throw.ts";
import { twoShards } from "../merge/samples.ts";
import { factsOf } from "../plan/facts-of.ts";
import { check } from "../samples.ts";

describe("the argument --shard", () => {
  test.each([
    ["1/1", 1, 1],
    ["2/4", 2, 4],
    ["256/256", 256, 256],
  ])("%s", (argument, index, of) => {
    expect(parseShard(argument)).toEqual({ index, of });
  });

  test("none is the whole run", () => {
    expect(parseShard(undefined)).toBeUndefined();
  });

  test.each([
    "0/3",
    "4/3",
    "1/0",
    "a/b",
    "1/1000000",
    "1/257",
    "",
    "1",
    "/",
    "1/",
    "/2",
    "1/2/3",
    "-1/2",
    "+1/2",
    "01/2",
    "1.0/2",
    "1e0/2",
    " 1/2",
    "1/2\n",
    "1 / 2",
    "１/２",
    "1⁄2",
    "\u001b[2J1/2",
    "9".repeat(5000),
  ])("%j is refused", (argument) => {
    const { code, message } = codeAndMessage(() => parseShard(argument));
    expect(code).toBe("ARGUMENT_INVALID");
    expect(message.length).toBeLessThan(300);
    expect(message).not.toContain("\u001b");
  });
});

function codeAndMessage(work: () => unknown) {
  let message = "";
  const code = codeOfThrow(() => {
    try {
      work();
    } catch (error) {
      message = error instanceof Error ? error.message : "";
      throw error;
    }
  });
  return { code, message };
}

/** The same numbers for the same seed, so that what fails can be run again. */
function numbers(seed: number) {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A repository of any size, with any of what is checked beside the services. */
async function planned(seed: number) {
  const below = numbers(seed);
  const files: Record<string, string> = {};
  const settings: string[] = ["services:"];
  for (let at = 0; at <= below(30); at++) {
    const name = `s${at}-${below(1000)}`;
    const path = `services/${name}`;
    // Some cannot be planned.
    files[`${path}/pyproject.toml`] = below(9) === 0 ? "[" : `[project]\nname = "${name}"\nversion = "1"\n`;
    if (below(2) === 0) files[`${path}/Dockerfile`] = "FROM scratch\n";
    const suites =
      below(3) === 0
        ? `{suites: {unit: {shards: ${1 + below(8)}}, slow: {paths: [tests/slow]}}}`
        : `{shards: ${1 + below(4)}}`;
    const python = below(3) === 0 ? ', python: ["3.11", "3.12"]' : "";
    settings.push(`  ${name}: {path: ${path}, test: ${below(5) === 0 ? "false" : suites}${python}}`);
  }
  for (let at = 0; at < below(6); at++) files[`k8s/o${at}/kustomization.yaml`] = "resources: []\n";
  for (let at = 0; at < below(4); at++) files[`charts/c${at}/Chart.yaml`] = `name: c${at}\n`;
  for (let at = 0; at < below(4); at++) files[`infra/i${at}/main.tf`] = 'resource "x" "y" {}\n';
  if (below(2) === 0) files["run.sh"] = "#!/bin/sh\n";
  if (below(4) === 0) settings.push("manifests: false");
  const config = readConfig(`${settings.join("\n")}\n`, "slipway.yaml");
  const whole = await plan(factsOf(files), config);
  return { whole, units: unitsOf(whole, config), of: 1 + below(below(5) === 0 ? mostShards : 12) };
}

/** Checks by stages, as ci has them: for each service, or for what is of none. */
function stagesOf({ services, kustomizations, faults }: Plan, units: ReadonlySet<string>) {
  const mine = services.filter((service) => units.has(serviceUnit(service)));
  const named = (names: readonly string[]) => names.map((name) => ({ check: check({ name }) }));
  const of = (unit: RepositoryUnit, ...names: readonly string[]) => named(units.has(unit) ? names : []);
  return [
    of("plan", ...faults.map(({ id }) => checkName(id))),
    of("source", "source"),
    named(mine.flatMap(({ name }) => [`${name}/ruff`, `${name}/types`])),
    of("files", "files/shellcheck", "files/hadolint"),
    [...named(mine.flatMap(({ name }) => [`${name}/test`, `${name}/coverage`])), ...of("totals", "coverage")],
    of("scan", "scan"),
    of("secrets", "secrets"),
    of("semgrep", "semgrep"),
    of("scan", ...kustomizations.map(({ folder }) => `manifests/${folder}`), "manifests-scan"),
    of("infra", "infra/checkov"),
    named(mine.flatMap(({ name }) => [`${name}/image`, `${name}/sbom`])),
    of("bump", "bump"),
  ];
}

const seeds = Array.from({ length: 80 }, (_, seed) => seed + 1);

describe("any plan", () => {
  test("is split so that each unit is in exactly one shard, each service and each wide check among them", async () => {
    for (const seed of seeds) {
      const { whole, units, of } = await planned(seed);
      const names = units.map(({ name }) => name);
      expect(names).toEqual([...whole.services.map(serviceUnit), ...repositoryUnits]);
      const shards = Array.from({ length: of }, (_, at) => unitsIn(units, { index: at + 1, of }));
      expect(shards.flat().toSorted(), `seed ${seed}`).toEqual(names.toSorted());
    }
  });

  test("is split the same each time, and one shard of one is all of it", async () => {
    for (const seed of seeds) {
      const [one, other] = [await planned(seed), await planned(seed)];
      const shard = { index: 1 + (seed % one.of), of: one.of };
      expect(unitsIn(one.units, shard)).toEqual(unitsIn(other.units, shard));
      expect(unitsIn(one.units, { index: 1, of: 1 })).toEqual(one.units.map(({ name }) => name));
    }
  });

  test("is put together in the order of a run that is not split, each check once", async () => {
    for (const seed of seeds) {
      const { whole, units, of } = await planned(seed);
      const names = units.map(({ name }) => name);
      const shards = Array.from({ length: of }, (_, at) => {
        const mine = unitsIn(units, { index: at + 1, of });
        const stages = stagesOf(whole, new Set(mine));
        const checks = stages.flat().map((each) => each.check);
        const [{ record }] = twoShards({ of, units: names });
        const places = placesOf(stages, names);
        return { folder: `${at}`, checks, record: { ...record, index: at + 1, units: [...mine], places } };
      });
      const joined = joinShards(shards).checks.map(({ check: { name } }) => name);
      expect(joined, `seed ${seed}`).toEqual(
        stagesOf(whole, new Set(names))
          .flat()
          .map((each) => each.check.name),
      );
    }
  });

  test("leaves no shard with more than twice of what a fair share, or the heaviest unit, would be", async () => {
    for (const seed of seeds) {
      const { units, of } = await planned(seed);
      const weights = new Map(units.map(({ name, weight }) => [name, weight]));
      const total = units.reduce((sum, { weight }) => sum + weight, 0);
      const fair = Math.max(total / of, ...weights.values());
      for (let index = 1; index <= of; index++) {
        const load = unitsIn(units, { index, of }).reduce((sum, name) => sum + (weights.get(name) ?? 0), 0);
        expect(load, `seed ${seed}, shard ${index}/${of}`).toBeLessThan(2 * fair + 1e-9);
      }
    }
  });
});
