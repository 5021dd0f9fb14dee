import { posix } from "node:path";
import { checkName } from "#pipelines/findings/check-id.ts";
import { ownTests } from "#pipelines/init/own-tests.ts";
import type { PlannedService } from "#pipelines/plan/plan.ts";
import { countText } from "#pipelines/text/format.ts";
import { pythonDoubt } from "#pipelines/verdict/python-doubts.ts";
import type { LoadedSource } from "#pipelines/workspace/load.ts";
import { advice, type Diagnosis, ok, wrong, wrongBy } from "./diagnosis.ts";

/** Reports for each service whether it can be planned, has tests, sets its Python and locks its dependencies. */
export async function diagnoseServices(surveyed: LoadedSource): Promise<readonly Diagnosis[]> {
  const { plan, facts } = surveyed;
  const faults = plan.faults.map(({ id, error }): Diagnosis => wrongBy(checkName(id), error));
  const files = await facts.all();
  const services = await Promise.all(plan.services.map((service) => ofService(surveyed, service, files)));
  const passedOver = plan.passedOver.map((path) =>
    advice(
      path,
      "looks like a service, and is not checked because of its folder's name",
      "Name the services under `services` in slipway.yaml, this one too if it is one.",
    ),
  );
  return [...faults, ...services.flat(), ...passedOver];
}

async function ofService(
  surveyed: LoadedSource,
  service: PlannedService,
  files: readonly string[],
): Promise<readonly Diagnosis[]> {
  const { name, path, pythons, dependencies } = service;
  const tests = ownTests(files, service);
  const diagnoses: Diagnosis[] = [];
  if (service.test !== false && tests.length === 0 && !(await namesTests(surveyed, path))) {
    diagnoses.push(
      wrong(
        name,
        "no file test_*.py or *_test.py, so ci fails with TESTS_NOT_FOUND",
        "Write a test, or set `test: false` for the service in slipway.yaml.",
      ),
    );
  }
  if (surveyed.config.services?.[name]?.python === undefined && service.askedPython === undefined) {
    diagnoses.push(
      advice(
        name,
        `no file sets the Python version, so ${pythons.join(", ")} is used`,
        "Add `requires-python` to its pyproject.toml, or add a .python-version file.",
      ),
    );
  }
  const differing = pythonDoubt(service);
  if (differing !== undefined) {
    const remedy = "Make them agree, or set `python` for the service in slipway.yaml.";
    diagnoses.push(advice(name, differing, remedy));
  }
  if (dependencies.kind === "project") {
    diagnoses.push(
      advice(
        name,
        "dependencies are not locked, so each run may install other versions",
        "Lock them, for example with `uv lock`, and commit the lock.",
      ),
    );
  }
  if (diagnoses.length > 0) return diagnoses;
  return [
    ok(
      name,
      `Python ${pythons.join(", ")}, ${service.test === false ? "tests are off" : countText(tests.length, "test file")}`,
    ),
  ];
}

/** Whether pytest's settings define names of test files, so that the default names are not a reliable sign. */
async function namesTests({ facts }: LoadedSource, path: string): Promise<boolean> {
  const places = ["pyproject.toml", "pytest.ini", "tox.ini", "setup.cfg"].flatMap((file) => [
    file,
    posix.join(path, file),
  ]);
  const there = await Promise.all(places.map((file) => facts.hasFile(file)));
  const texts = await Promise.all(places.filter((_, at) => there[at]).map((file) => facts.read(file)));
  return texts.some((text) => text.includes("python_files"));
}
