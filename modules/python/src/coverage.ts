import { Directory } from "@dagger.io/dagger";
import { readIfPresent } from "./read-if-present.ts";

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

/**
 * Says which flags of pytest-cov make it measure what the project configures for coverage.py, or, where it
 * configures nothing, what the rcfile names.
 * https://coverage.readthedocs.io/en/latest/config.html
 */
export async function coverageFlags(project: Directory): Promise<{ flags: string[]; rcfile: string }> {
  for (const { file, section } of settings) {
    if ((await readIfPresent(project, file))?.includes(section)) return { flags: ["--cov"], rcfile };
  }
  return { flags: ["--cov", "--cov-config=/slipway/coveragerc"], rcfile };
}
