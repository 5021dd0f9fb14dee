import { z } from "zod";
import type { Tree } from "#pipelines/plan/tree.ts";
import { join } from "#pipelines/text/path.ts";
import { isForDevelopment } from "./for-tests.ts";
import { type ProjectTables, parseToml } from "./project.ts";
import type { TestNeeds } from "./test-needs.ts";

const texts = z.array(z.string()).optional();
const environment = z.looseObject({
  template: z.string().optional(),
  detached: z.boolean().optional(),
  dependencies: texts,
  "extra-dependencies": texts,
  features: texts,
  "dependency-groups": texts,
});
const environments = z.record(z.string(), environment).catch({});

/** The packages that hatch installs into `hatch-test` by itself, besides pytest and coverage. */
const ownTests = ["pytest-mock"];

/**
 * Reads what hatch's environments for tests install: `hatch-test`, and those named for tests or development; without
 * one of these, `default`.
 * https://hatch.pypa.io/latest/config/environment/overview/
 */
export async function hatchNeeds(tree: Tree, { folder, pyproject }: ProjectTables): Promise<TestNeeds> {
  const file = join(folder, "hatch.toml");
  const own = tree.has(folder, "hatch.toml") ? parseToml(await tree.read(file), file) : undefined;
  const all = environments.parse(envsOf(own) ?? envsOf(pyproject?.tool?.hatch) ?? {});
  const isTest = (name: string) => name === "hatch-test" || isForDevelopment(name);
  const found = Object.keys(all).filter(isTest);
  const names = found.length > 0 ? found : Object.keys(all).filter((name) => name === "default");
  const option = (
    name: string,
    key: "dependencies" | "extra-dependencies" | "features" | "dependency-groups",
  ) => inherited(all, name).find((each) => each[key] !== undefined)?.[key] ?? [];
  const requirements = names.flatMap((name) => [
    ...(name === "hatch-test" && all[name]?.dependencies === undefined
      ? ownTests
      : option(name, "dependencies")),
    ...option(name, "extra-dependencies"),
  ]);
  return {
    groups: names.flatMap((name) => option(name, "dependency-groups")),
    extras: names.flatMap((name) => option(name, "features")),
    requirements,
    reads: [],
  };
}

type Environments = z.output<typeof environments>;

/** An environment and the templates that it takes its options from, nearest first. */
function inherited(
  all: Environments,
  name: string,
  seen: readonly string[] = [],
): readonly Environments[string][] {
  const one = all[name];
  if (one === undefined || seen.includes(name)) return [];
  // hatch-test is hatch's own: it inherits nothing.
  const template = one.template ?? (one.detached === true || name === "hatch-test" ? name : "default");
  return [one, ...inherited(all, template, [...seen, name])];
}

function envsOf(table: unknown): unknown {
  return typeof table === "object" && table !== null && "envs" in table ? table.envs : undefined;
}
