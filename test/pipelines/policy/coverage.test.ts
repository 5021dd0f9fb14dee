import { expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { plan } from "#pipelines/plan/plan.ts";
import { strictestCoverage } from "#pipelines/policy/coverage.ts";
import { factsOf } from "../plan/facts-of.ts";

const own = (least: number) => ({ "a/pyproject.toml": `[tool.coverage.report]\nfail_under = ${least}\n` });
const gate = (least: number) => ({ "slipway.yaml": `gates: {coverage: ${least}}` });
const unset = { "a/pyproject.toml": "" };

async function held(base: Readonly<Record<string, string>>, change: Readonly<Record<string, string>>) {
  const [before, after] = [base, change].map((files) => ({
    config: readConfig(files["slipway.yaml"], "slipway.yaml"),
    files: { "a/requirements.txt": "", "a/a.py": "", ...unset, ...files },
  }));
  if (before === undefined || after === undefined) throw new Error("two sources");
  const plans = [
    await plan(factsOf(before.files), before.config),
    await plan(factsOf(after.files), after.config),
  ];
  return strictestCoverage(
    plans[0]?.services ?? [],
    before.config.gates.coverage,
    plans[1]?.services ?? [],
    "slipway.yaml",
  );
}

test.each<
  [
    what: string,
    base: Readonly<Record<string, string>>,
    change: Readonly<Record<string, string>>,
    said: string,
    path: string,
  ]
>([
  ["below the default", {}, gate(79.9), "gates.coverage: 80 on the base, 79.9 in the change", "slipway.yaml"],
  ["a gate that is gone", gate(90), {}, "gates.coverage: 90 on the base, 80 in the change", "slipway.yaml"],
  ["a lower gate", gate(90), gate(10), "gates.coverage: 90 on the base, 10 in the change", "slipway.yaml"],
  ["a gate of 0", gate(0), { ...own(0) }, "", ""],
  [
    "a lower limit of its own",
    own(90),
    own(50),
    "a: coverage: 90 on the base, 50 in the change",
    "a/pyproject.toml",
  ],
  ["its own limit is gone", own(90), {}, "gates.coverage: 90 on the base, 80 in the change", "slipway.yaml"],
  [
    "a gate below its own limit",
    own(95),
    gate(85),
    "gates.coverage: 95 on the base, 85 in the change",
    "slipway.yaml",
  ],
  [
    "its own limit below the default",
    {},
    own(1),
    "a: coverage: 80 on the base, 1 in the change",
    "a/pyproject.toml",
  ],
  ["a gate above its own limit", own(50), gate(60), "", ""],
  ["a higher limit of its own", own(50), own(60), "", ""],
  ["nothing", gate(50), {}, "", ""],
])("the coverage of the base holds: %s", async (_, base, change, said, path) => {
  const { weakenings, services } = await held(base, change);
  expect(weakenings.map(({ subject, text }) => `${subject}: ${text}`).join()).toBe(said);
  expect(weakenings.map((each) => each.path).join()).toBe(path);
  const least = /: ([\d.]+) on the base/.exec(said)?.[1];
  if (least !== undefined)
    expect(services.map(({ leastCoverage }) => leastCoverage.percent)).toEqual([Number(least)]);
});

test("a new service is held to what applies to every service of the base", async () => {
  const { weakenings } = await held(gate(90), {
    ...gate(90),
    "b/pyproject.toml": own(1)["a/pyproject.toml"],
    "b/b.py": "",
  });
  expect(weakenings).toEqual([]);
  const alone = await held(
    {},
    { "b/pyproject.toml": own(1)["a/pyproject.toml"], "b/requirements.txt": "", "b/b.py": "" },
  );
  expect(alone.weakenings.map(({ subject }) => subject)).toEqual(["b: coverage"]);
});
