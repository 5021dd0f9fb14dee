import { errorOf } from "./coded-error.ts";

/** A run of a project's own runner of tests, in place of pytest. */
export interface OwnRun {
  readonly kind: "unittest" | "django" | "script";
  /** The folder in which it runs, relative to the project's; that of manage.py, if there is one. */
  readonly folder: string;
  /** Its arguments; those of a script begin with its path. */
  readonly words: readonly string[];
  /** The module of Django's settings, unless manage.py or a variable says it. */
  readonly settings?: string;
}

/** Reads the argument of `test`. Fails with ARGUMENT_INVALID for anything else. */
export function ownRunsOf(text: string): readonly OwnRun[] {
  try {
    const runs: unknown = JSON.parse(text);
    if (Array.isArray(runs) && runs.length > 0 && runs.every(isRun)) return runs;
  } catch {
    // It is no JSON, and refused as anything else.
  }
  throw errorOf(
    "ARGUMENT_INVALID",
    "runs: not a list of runs",
    'Pass JSON as in [{"kind": "django", "folder": ".", "words": ["orders.tests"], "settings": "shop.settings"}].',
  );
}

function isRun(value: unknown): value is OwnRun {
  if (typeof value !== "object" || value === null) return false;
  const { kind, folder, words, settings = "" } = value as Readonly<Record<string, unknown>>;
  return (
    ["unittest", "django", "script"].includes(String(kind)) &&
    typeof folder === "string" &&
    Array.isArray(words) &&
    words.every((word) => typeof word === "string") &&
    typeof settings === "string"
  );
}

/**
 * The program that runs unittest, Django's runner with all that the project sets for it, or a script that runs either,
 * with the reports that pytest leaves: JUnit by unittest-xml-reporting, and coverage. All of them print by unittest's
 * TextTestRunner, in whose place it puts the one that reports. Each run has a process of its own, as in the project's
 * script. The exit codes are pytest's: 0, 1, and 5 without a test.
 *
 * Argument: JSON with runs, rcfile and branches; for one run also its number.
 *
 * https://docs.python.org/3/library/unittest.html#command-line-interface
 * https://docs.djangoproject.com/en/stable/topics/testing/advanced/#using-different-testing-frameworks
 */
export const ownRunner = `
import glob
import io
import json
import os
import runpy
import subprocess
import sys
import unittest
from xml.etree import ElementTree

import coverage

asked = json.loads(sys.argv[1])
rcfile = asked["rcfile"] or True


def one(number, run):
    import xmlrunner
    from xmlrunner.result import _TestInfo

    reports = []

    class Reporting(xmlrunner.XMLTestRunner):
        def __init__(self, stream=None, *arguments, resultclass=None, **options):
            # A program may run several.
            reports.append(io.BytesIO())
            super().__init__(**{**options, "output": reports[-1]})

    # A docstring would become a comment, and not each text can be one.
    _TestInfo.doc = property(lambda self: None, lambda self, value: None)
    # A project may report by the same library already.
    unittest.TextTestRunner = unittest.runner.TextTestRunner = xmlrunner.XMLTestRunner = Reporting
    part = f"/coverage/part.{number}"
    measured = coverage.Coverage(config_file=rcfile, branch=asked["branches"] or None, data_file=part)
    measured.start()
    home = os.getcwd()
    os.chdir(run["folder"])
    sys.path[0] = os.getcwd()
    code = {"unittest": with_unittest, "django": with_django, "script": with_script}[run["kind"]](run)
    os.chdir(home)
    measured.stop()
    measured.save()
    for at, report in enumerate(reports):
        if report.getvalue():
            with open(f"/tmp/junit-{number}-{at}.xml", "wb") as file:
                file.write(report.getvalue())
    return code


def with_unittest(run):
    sys.argv = ["python -m unittest", *run["words"]]
    program = unittest.main(module=None, argv=sys.argv, exit=False)
    return 0 if program.result.wasSuccessful() else 1


def with_django(run):
    if run.get("settings"):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", run["settings"])
    sys.argv = ["manage.py", "test", *run["words"]]
    if os.path.exists("manage.py"):
        return ended(lambda: runpy.run_path("manage.py", run_name="__main__"))
    return ended(lambda: runpy.run_module("django", run_name="__main__"))


def with_script(run):
    sys.argv = list(run["words"])
    sys.path[0] = os.path.dirname(os.path.abspath(sys.argv[0]))
    return ended(lambda: runpy.run_path(sys.argv[0], run_name="__main__"))


def ended(program):
    try:
        program()
    except SystemExit as end:
        return int(end.code) if isinstance(end.code, int) else 0 if end.code is None else 1
    return 0


if "number" in asked:
    sys.exit(one(asked["number"], asked["runs"][asked["number"]]))
with open("/slipway/runner.py") as text:
    program = text.read()
codes = []
for number in range(len(asked["runs"])):
    command = [sys.executable, "-c", program, json.dumps({**asked, "number": number})]
    code = subprocess.run(command).returncode
    codes.append(code if code >= 0 else 128 - code)
    if codes[-1] != 0 and not glob.glob(f"/tmp/junit-{number}-*.xml"):
        sys.exit(codes[-1])
suites = ElementTree.Element("testsuites")
for file in sorted(glob.glob("/tmp/junit-*.xml")):
    root = ElementTree.parse(file).getroot()
    suites.extend(root if root.tag == "testsuites" else [root])
if len(suites) == 0:
    sys.exit(5)
ElementTree.ElementTree(suites).write("/reports/junit.xml", encoding="utf-8", xml_declaration=True)
with open("/reports/retries.json", "w") as attempts:
    json.dump([], attempts)
try:
    measured = coverage.Coverage(config_file=rcfile, data_file=os.environ["COVERAGE_FILE"])
    measured.combine(glob.glob("/coverage/part.*"))
    measured.save()
    measured.json_report(outfile="/reports/coverage.json", ignore_errors=True)
    measured.xml_report(outfile="/reports/coverage.xml", ignore_errors=True)
except coverage.CoverageException as error:
    print(f"the coverage could not be reported: {error}", file=sys.stderr)
sys.exit(1 if any(codes) else 0)
`;
