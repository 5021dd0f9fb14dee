import { type Container, type Directory, dag, type File } from "@dagger.io/dagger";
import { at } from "./base-container.ts";
import { merge } from "./merge.ts";
import { readIfPresent } from "./read-if-present.ts";

/** Where `test` leaves the data of coverage.py, for `coverage`. */
export const coverageData = "/coverage/data";

/** The files in which coverage.py looks for its settings, and how its section begins there. */
const settings = [
  { file: ".coveragerc", section: "" },
  { file: "pyproject.toml", section: "[tool.coverage." },
  { file: "setup.cfg", section: "[coverage:" },
  { file: "tox.ini", section: "[coverage:" },
];

/**
 * The settings for a project without its own: they measure all its code, imported or not, without the tests. Without
 * include_namespace_packages, code in a folder that has no __init__.py counts only if a test imports it.
 */
const rcfile = `[run]
source = .
omit =
    tests/*
    test/*
    */tests/*
    */test/*
    test_*.py
    */test_*.py
    test.py
    */test.py
    tests.py
    */tests.py
    runtests.py
    *_test.py
    conftest.py
    */conftest.py
    setup.py
    noxfile.py
    docs/conf.py
    */docs/conf.py
[report]
include_namespace_packages = true
`;

/** The path of the rcfile in the container. */
const place = "/slipway/coveragerc";

/** The settings that tell coverage.py what to measure. */
export interface CoverageSettings {
  /** pytest-cov's flags. */
  readonly flags: readonly string[];
  /** The file of settings for coverage.py; empty if it finds the project's own. */
  readonly file: string;
}

/**
 * Returns the flags of pytest-cov. With them it measures what the project configures for coverage.py, or else what
 * the rcfile names.
 * https://coverage.readthedocs.io/en/latest/config.html
 */
export async function coverageSettings(project: Directory): Promise<CoverageSettings> {
  for (const { file, section } of settings) {
    if ((await readIfPresent(project, file))?.includes(section)) return { flags: ["--cov"], file: "" };
  }
  return { flags: ["--cov", `--cov-config=${place}`], file: place };
}

/** Adds the rcfile, and a folder for coverage.py's data, to a container. */
export function readyForCoverage(container: Container): Container {
  return container
    .withNewFile(place, rcfile)
    .withDirectory("/coverage", dag.directory())
    .withEnvVariable("COVERAGE_FILE", coverageData);
}

/** The arguments of `Python.coverage`. */
export interface MergeRequest {
  readonly source: Directory;
  readonly data: readonly File[];
  readonly path: string;
}

/** See `Python.coverage`. */
export async function mergeCoverage(
  environment: Container,
  { source, data, path }: MergeRequest,
): Promise<Container> {
  const { file } = await coverageSettings(source.directory(path));
  const ready = readyForCoverage(at(environment, source, path));
  return data
    .reduce((container, run, index) => container.withFile(`/slipway/runs/${index}`, run), ready)
    .withNewFile("/slipway/coverage", merge)
    .withExec(["python", "/slipway/coverage", file, ...data.map((_, index) => `/slipway/runs/${index}`)]);
}
