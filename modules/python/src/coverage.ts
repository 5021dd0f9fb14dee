import { type Container, type Directory, dag, type File } from "@dagger.io/dagger";
import { at } from "./base-container.ts";
import { merge } from "./merge.ts";
import { readIfPresent } from "./read-if-present.ts";

/** Where the verb test leaves what coverage.py noted, for the verb coverage. */
export const coverageData = "/coverage/data";

/** The files in which coverage.py looks for its settings, and how its section begins there. */
const settings = [
  { file: ".coveragerc", section: "" },
  { file: "pyproject.toml", section: "[tool.coverage." },
  { file: "setup.cfg", section: "[coverage:" },
  { file: "tox.ini", section: "[coverage:" },
];

/** Measured when the project says nothing: all its code, imported or not, but for the tests themselves. */
const rcfile = `[run]
source = .
omit =
    tests/*
    test/*
    */tests/*
    */test/*
    test_*.py
    */test_*.py
    *_test.py
    conftest.py
    */conftest.py
    setup.py
    noxfile.py
`;

/** Where the rcfile lies in the container. */
const place = "/slipway/coveragerc";

/** How coverage.py is told what to measure. */
export interface CoverageSettings {
  /** pytest-cov's flags. */
  readonly flags: readonly string[];
  /** The file of settings that coverage.py reads; empty where it finds the project's own. */
  readonly file: string;
}

/**
 * Says which flags of pytest-cov make it measure what the project configures for coverage.py, or, where it
 * configures nothing, what the rcfile names.
 * https://coverage.readthedocs.io/en/latest/config.html
 */
export async function coverageSettings(project: Directory): Promise<CoverageSettings> {
  for (const { file, section } of settings) {
    if ((await readIfPresent(project, file))?.includes(section)) return { flags: ["--cov"], file: "" };
  }
  return { flags: ["--cov", `--cov-config=${place}`], file: place };
}

/** Gives a container the rcfile, and a folder for what coverage.py notes while the code runs. */
export function readyForCoverage(container: Container): Container {
  return container
    .withNewFile(place, rcfile)
    .withDirectory("/coverage", dag.directory())
    .withEnvVariable("COVERAGE_FILE", coverageData);
}

/** As the arguments of `Python.coverage`. */
export interface MergeRequest {
  readonly source: Directory;
  readonly data: readonly File[];
  readonly path: string;
}

/** As `Python.coverage`. */
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
