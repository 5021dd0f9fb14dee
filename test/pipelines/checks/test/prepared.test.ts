import { expect, test } from "vitest";
import { NotPrepared } from "#pipelines/checks/test/not-prepared.ts";
import { prepared } from "#pipelines/checks/test/prepared.ts";
import { readConfig } from "#pipelines/config/read.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { plan } from "#pipelines/plan/plan.ts";
import { type SuitePlan, suitePlansOf } from "#pipelines/plan/suites.ts";
import { factsOf } from "../../plan/facts-of.ts";

/** What a run has: its packages, what pip installs, and its commands. */
type Tried = readonly [packages: readonly string[], installs: readonly string[], before: readonly string[]];

const workflow = ".github/workflows/ci.yml";

const db = { db: { image: "postgres:16", ports: ["5432:5432"] } };

function planned(...runs: readonly string[]): Promise<SuitePlan> {
  return plannedBeside(db, ...runs);
}

async function plannedBeside(services: object, ...runs: readonly string[]): Promise<SuitePlan> {
  const steps = [...runs, "pytest"].map((run) => ({ run }));
  const files = {
    "requirements.txt": "",
    "test_a.py": "",
    [workflow]: JSON.stringify({ on: ["push"], jobs: { test: { services, steps } } }),
  };
  const { services: all } = await plan(factsOf(files), readConfig(undefined, "slipway.yaml"));
  const [suite] = all.flatMap(suitePlansOf);
  if (suite === undefined) throw new Error("no suite is planned");
  return suite;
}

function triedIn({ service, suite }: SuitePlan): Tried {
  const { dependencies, test: settings } = service;
  const further = "further" in dependencies ? (dependencies.further ?? []) : [];
  return [
    settings === false ? [] : settings.packages,
    further.flatMap(({ requirements }) => requirements),
    suite.before,
  ];
}

/** Runs tests that fail as `fault` says, and tells what was tried, and what the check says. */
async function outcome(part: SuitePlan, fault: (tried: Tried) => Error | undefined) {
  const tried: Tried[] = [];
  const ran = await prepared(part, async (each) => {
    tried.push(triedIn(each));
    const error = fault(triedIn(each));
    if (error !== undefined) throw error;
    return { caveat: undefined as string | undefined, read: async () => ({ findings: [] }) };
  });
  return { tried, caveat: ran.caveat };
}

const notInstalled = (text: string) => new SlipwayError("DEPENDENCIES_NOT_INSTALLED", text, "");
const apt = "the Debian packages x for orders could not be installed: E: ";
const notPrepared = (command: string) => new NotPrepared({ command, exitCode: 1 }, "orders/test", "no");
const install = "apt-get install gettext postgresql-client-16 chrome && pip install httpx";
const migrate = "python manage.py migrate";

test.each([
  `${apt}Unable to locate package postgresql-client-16 ⏎ E: Package 'chrome' has no installation candidate`,
  `${apt}Package chrome has no installation candidate ⏎ E: Unable to locate package postgresql-client-16`,
])("packages that are not there are left out alone", async (text) => {
  const { tried, caveat } = await outcome(await planned(install, migrate), ([packages]) =>
    packages.includes("chrome") ? notInstalled(text) : undefined,
  );
  expect(tried.slice(1)).toEqual([[["gettext"], ["httpx"], [migrate]]]);
  expect(caveat).toContain(
    "the package postgresql-client-16, the package chrome (DEPENDENCIES_NOT_INSTALLED)",
  );
});

test("packages are left out before installations, and commands stay", async () => {
  const { tried } = await outcome(await planned(install, migrate), ([packages, installs]) =>
    packages.length + installs.length > 0 ? notInstalled("?") : undefined,
  );
  expect(tried.slice(1)).toEqual([
    [[], ["httpx"], [migrate]],
    [[], [], [migrate]],
  ]);
});

test("installations are left out alone if they do not fit the dependencies", async () => {
  const { tried } = await outcome(await planned(install), ([, installs]) =>
    installs.length > 0 ? notInstalled("the dependencies of orders could not be installed") : undefined,
  );
  expect(tried.slice(1)).toEqual([[["gettext", "postgresql-client-16", "chrome"], [], []]]);
});

test("a command that fails is left out alone, and at last all are", async () => {
  const copies = Array.from({ length: 9 }, (_, at) => `cp ${at} to`);
  const { tried } = await outcome(await planned("cp a b", migrate), ([, , before]) =>
    before.includes("cp a b") ? notPrepared("cp a b") : undefined,
  );
  expect(tried.slice(1)).toEqual([[[], [], [migrate]]]);
  const many = await outcome(await planned(...copies), ([, , [first]]) =>
    first === undefined ? undefined : notPrepared(first),
  );
  expect(many.tried).toHaveLength(7);
});

test("a migration that fails is an error, unless something is left out before it", async () => {
  const isMigrated = ([, , before]: Tried) => before.includes(migrate);
  const alone = outcome(await planned(migrate), (each) =>
    isMigrated(each) ? notPrepared(migrate) : undefined,
  );
  await expect(alone).rejects.toMatchObject({ code: "TESTS_NOT_PREPARED" });
  const part = await planned(migrate);
  const { preparation } = part.service;
  if (preparation === undefined) throw new Error("nothing is planned before");
  const service = { ...part.service, preparation: { ...preparation, isUncertain: true } };
  const uncertain = await outcome({ ...part, service }, (each) =>
    isMigrated(each) ? notPrepared(migrate) : undefined,
  );
  expect(uncertain.tried.at(-1)).toEqual([[], [], []]);
  const { tried } = await outcome(await planned("apt-get install chrome", migrate), (each) => {
    if (each[0].length > 0) return notInstalled(apt);
    return isMigrated(each) ? notPrepared(migrate) : undefined;
  });
  expect(tried.at(-1)).toEqual([[], [], []]);
});

test.each<[code: "IMAGE_UNAVAILABLE" | "CONTAINER_NOT_READY", text: string]>([
  ["IMAGE_UNAVAILABLE", "docker.io/library/cache:latest could not be pulled: not found"],
  ["CONTAINER_NOT_READY", "tcp://store:6379: connection refused"],
])("a container that is not there is left out alone: %s", async (code, text) => {
  const part = await plannedBeside({ ...db, store: { image: "cache", ports: [6379] } }, migrate);
  const tried: (readonly [hosts: readonly string[], before: readonly string[]])[] = [];
  const { caveat } = await prepared(part, async ({ suite }) => {
    const hosts = Object.keys(suite.containers);
    tried.push([hosts, suite.before]);
    if (hosts.includes("store")) throw new SlipwayError(code, text, "");
    return { caveat: undefined as string | undefined, read: async () => ({ findings: [] }) };
  });
  expect(tried.slice(1)).toEqual([[["db"], [migrate]]]);
  expect(caveat).toContain(`starts or does before: cache (${code})`);
});
