import { expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import {
  contextFolderOf,
  type Dependencies,
  filesOfInterest,
  type Plan,
  plan,
  type SourceFacts,
} from "#pipelines/plan/plan.ts";
import type { PlannedTool } from "#pipelines/tools/tool.ts";
import { world } from "../../fixtures/world.ts";
import { factsOf } from "./facts-of.ts";

const repositories = world();

test.each(repositories)("$name is planned as its own tools see it", async (repository) => {
  const { files, lock } = repository;
  const whole = lock === undefined ? files : { ...files, [lock.file]: lock.excerpt };
  const planned = await plan(
    listed(factsOf(whole), Object.keys(whole)),
    readConfig(undefined, "slipway.yaml"),
  );
  expect(planned.faults).toEqual([]);
  expect(summaryOf(planned)).toEqual(repository.plan);
});

test.each(repositories)(
  "$name: each command of its own is a check of the plan",
  ({ own, plan: expected }) => {
    const planned = Object.entries(expected.services).flatMap(([name, { lint, types }]) =>
      [...lint, ...types, "test"].map((tool) => `${name}/${tool.split(" ")[0]}`),
    );
    expect(planned).toEqual(expect.arrayContaining(own.steps.flatMap(({ check }) => check ?? [])));
  },
);

/** Facts whose files are those alone that the engine's globs list. */
function listed(facts: SourceFacts, paths: readonly string[]): SourceFacts {
  return { ...facts, files: paths.filter((path) => isOfInterest.test(path)) };
}

/** The globs of `filesOfInterest` as one expression. */
const isOfInterest = new RegExp(
  `^(?:${filesOfInterest
    .map((glob) =>
      glob.replace(/[.+]/g, "\\$&").replace(/\*\*\/|\*/g, (star) => (star === "*" ? "[^/]*" : "(?:.*/)?")),
    )
    .join("|")})$`,
);

/** A plan in the words of the corpus. */
function summaryOf({ services, passedOver, kustomizations, charts }: Plan) {
  const rendered = kustomizations.filter(({ isComponent }) => !isComponent);
  return {
    services: Object.fromEntries(
      services.map(({ name, path, python, lint, types, dependencies, image }) => [
        name,
        {
          path,
          python,
          lint: toolsOf(lint),
          types: toolsOf(types),
          install: installationOf(dependencies),
          ...(image && { image: contextFolderOf({ path }, image) }),
        },
      ]),
    ),
    passedOver,
    manifests: rendered.map(({ folder }) => folder),
    charts: charts.map(({ folder, isLibrary, values }) =>
      [folder, ...(isLibrary ? ["library"] : []), ...values].join(" "),
    ),
  };
}

function toolsOf(tools: readonly PlannedTool[] | false): readonly string[] {
  const all = tools === false ? [] : tools;
  return all.map(({ tool, version }) => [tool, ...(version === undefined ? [] : [version])].join(" ")).sort();
}

function installationOf(dependencies: Dependencies): string {
  const tool = "tool" in dependencies ? [dependencies.tool] : [];
  const files = "files" in dependencies ? dependencies.files.map(({ path }) => path) : [];
  const named = "groups" in dependencies ? [...dependencies.groups, ...dependencies.extras] : [];
  const shared = "shared" in dependencies ? dependencies.shared : [];
  const needs = "requirements" in dependencies ? dependencies.requirements : [];
  return [dependencies.kind, ...tool, ...files, ...named, ...shared, ...needs].join(" ");
}
