import { expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { plan } from "#pipelines/plan/plan.ts";
import { factsOf } from "./facts-of.ts";

type Files = Readonly<Record<string, string>>;

/** `a: tests from PATHS, reads BESIDES` for each service, or the codes of its faults. */
async function placed(files: Files, config?: string): Promise<readonly string[]> {
  const { services, faults } = await plan(factsOf(files), readConfig(config, "slipway.yaml"));
  const said = services.map(({ name, test: settings, besides }) => {
    const paths = settings === false ? [] : (settings.paths ?? []);
    return `${name}: ${[...paths, "|", ...besides].join(" ")}`;
  });
  return [...said, ...faults.map(({ id, error }) => `${id.service}: ${error.code}`)];
}

const two: Files = { "services/a/requirements.txt": "", "services/b/requirements.txt": "" };
const own = { ...two, "services/b/test_b.py": "" };

test.each<[what: string, files: Files, expected: readonly string[]]>([
  ["its own tests alone", { ...two, "services/a/test_a.py": "", "tests/a/test_a.py": "" }, ["a: |", "b: |"]],
  ["tests/NAME above it", { ...own, "tests/a/test_a.py": "" }, ["a: ../../tests/a | tests/a/", "b: |"]],
  [
    "tests/NAME beside it",
    { ...own, "services/tests/a/test_a.py": "" },
    ["a: ../tests/a | services/tests/a/", "b: |"],
  ],
  [
    "tests/PATH, as it lies in the repository",
    { ...own, "tests/services/a/test_a.py": "" },
    ["a: ../../tests/services/a | tests/services/a/", "b: |"],
  ],
  ["no tests of others", { ...own, "tests/c/test_c.py": "", "tests/test_all.py": "" }, ["a: |", "b: |"]],
  ["no folder without a test", { ...own, "tests/a/data.py": "" }, ["a: |", "b: |"]],
  [
    "the folder of tests, if it is the only service",
    { "src/requirements.txt": "", "tests/test_a.py": "" },
    ["src: ../tests | tests/"],
  ],
])("a service has %s", async (_, files, expected) => {
  expect(await placed(files)).toEqual(expected);
});

test.each<[what: string, files: Files]>([
  [
    "pyproject.toml",
    { "services/a/pyproject.toml": '[tool.pytest.ini_options]\npythonpath = [".", "../../shared"]\n' },
  ],
  ["pytest.ini", { "services/a/pytest.ini": "[pytest]\npythonpath = . ../../shared\n" }],
  ["tox.ini", { "services/a/tox.ini": "[pytest]\npythonpath =\n  src\n  ../../shared\n" }],
  ["setup.cfg", { "services/a/setup.cfg": "[tool:pytest]\npythonpath = ../../shared ../../missing\n" }],
  [
    "settings at the top, from there",
    { "pytest.ini": "[pytest]\npythonpath = services/a shared /etc ../out\n" },
  ],
])("what pytest's pythonpath names in %s is read too", async (_, settings) => {
  const files = {
    ...settings,
    "services/a/requirements.txt": "",
    "services/a/test_a.py": "",
    "shared/money.py": "",
  };
  expect(await placed(files)).toEqual(["a: | shared/"]);
});

test("paths in slipway.yaml may lie outside of the service, but not of the source", async () => {
  const files = { ...two, "tests/a/test_a.py": "", "openapi.yaml": "", "shared/x.py": "" };
  const at = (settings: string) => placed(files, `services: {a: {path: services/a, test: ${settings}}}\n`);
  expect(await at("{files: [../../openapi.yaml, ../../shared, data.json]}")).toEqual([
    "a: ../../tests/a | openapi.yaml shared/ tests/a/",
  ]);
  expect(await at("{paths: [../../tests/a]}")).toEqual(["a: ../../tests/a | tests/a/"]);
  expect(await at("{suites: {u: {paths: [../../tests/a]}}}")).toEqual(["a: | tests/a/"]);
  expect(await at("{files: [../../../x]}")).toEqual(["a: PATH_OUTSIDE_SOURCE"]);
  expect(await at("{files: [../../nothing]}")).toEqual(["a: PATH_NOT_FOUND"]);
  expect(await at("false")).toEqual(["a: |"]);
});

test.each<[what: string, files: Files, is: boolean]>([
  ["setuptools-scm", { "pyproject.toml": '[build-system]\nrequires = ["setuptools-scm>=8"]\n' }, true],
  ["hatch-vcs", { "pyproject.toml": '[build-system]\nrequires = ["hatchling", "hatch-vcs"]\n' }, true],
  ["PDM", { "pyproject.toml": '[build-system]\n[tool.pdm.version]\nsource = "scm"\n' }, true],
  ["pbr", { "setup.py": "from setuptools import setup\nsetup(setup_requires=['pbr'], pbr=True)\n" }, true],
  [
    "a fallback of its own",
    {
      "pyproject.toml":
        '[build-system]\nrequires = ["hatch-vcs"]\n[tool.hatch.version]\nfallback-version = "1"\n',
    },
    false,
  ],
  ["a version of its own", { "pyproject.toml": '[build-system]\nrequires = ["hatchling"]\n' }, false],
  ["no package", { "requirements.txt": "setuptools-scm\n" }, false],
])("whether the version is from git, with %s", async (_, files, is) => {
  const { services } = await plan(factsOf(files), readConfig(undefined, "slipway.yaml"));
  expect(services.map(({ versionFromGit }) => versionFromGit)).toEqual([is]);
});

test("variables in a folder above are there", async () => {
  const above = {
    ".env": "A=b\n",
    "services/.env.example": "",
    ".env.production": "",
    "services/b/.env": "",
  };
  expect(await placed({ ...own, ...above })).toEqual([
    "a: | .env services/.env.example",
    "b: | .env services/.env.example",
  ]);
});
