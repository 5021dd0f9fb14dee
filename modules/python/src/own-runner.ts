import { errorOf } from "./coded-error.ts";

/** A project's own runner of tests, in place of pytest. */
export interface OwnRunner {
  readonly kind: "unittest" | "django" | "script";
  /** The folder in which it runs, relative to the project's; that of manage.py, if there is one. */
  readonly folder: string;
  /** The arguments of each run; those of a script begin with its path. */
  readonly calls: readonly (readonly string[])[];
  /** The module of Django's settings, unless manage.py or a variable says it. */
  readonly settings?: string;
}

/** Reads the argument of `test`. Fails with ARGUMENT_INVALID for anything else. */
export function ownRunnerOf(text: string): OwnRunner {
  try {
    const { kind, folder = ".", calls = [[]], settings } = JSON.parse(text);
    const isText = (value: unknown) => typeof value === "string";
    const areCalls = Array.isArray(calls) && calls.every((call) => Array.isArray(call) && call.every(isText));
    if (["unittest", "django", "script"].includes(kind) && isText(folder) && areCalls && calls.length > 0)
      return { kind, folder, calls, ...(isText(settings) && { settings }) };
  } catch {
    // It is no JSON, and refused as anything else.
  }
  throw errorOf(
    "ARGUMENT_INVALID",
    "runner: not a runner of tests",
    'Pass JSON as in {"kind": "django", "folder": ".", "calls": [["orders.tests"]], "settings": "shop.settings"}.',
  );
}

/**
 * The program that runs unittest, Django's runner with all that the project sets for it, or a script that runs either,
 * with the reports that pytest leaves: JUnit by unittest-xml-reporting, and coverage. All of them print by unittest's
 * TextTestRunner, in whose place it puts the one that reports. Its exit codes are pytest's: 0, 1, and 5 without a test.
 *
 * Argument: JSON with an OwnRunner, rcfile and branches.
 *
 * https://docs.python.org/3/library/unittest.html#command-line-interface
 * https://docs.djangoproject.com/en/stable/topics/testing/advanced/#using-different-testing-frameworks
 */
export const ownRunner = `
import io
import json
import os
import runpy
import sys
import unittest
from xml.etree import ElementTree

import coverage
import xmlrunner

asked = json.loads(sys.argv[1])
home = os.getcwd()
measured = coverage.Coverage(config_file=asked["rcfile"] or True, branch=asked["branches"] or None)


reports = []


class Reporting(xmlrunner.XMLTestRunner):
    def __init__(self, stream=None, *arguments, resultclass=None, **options):
        # A program may run several.
        reports.append(io.BytesIO())
        super().__init__(output=reports[-1], **options)


def with_unittest(words):
    sys.argv = ["python -m unittest", *words]
    program = unittest.main(module=None, argv=sys.argv, exit=False)
    return 0 if program.result.wasSuccessful() else 1


def with_django(words):
    if asked.get("settings"):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", asked["settings"])
    sys.argv = ["manage.py", "test", *words]
    if os.path.exists("manage.py"):
        return ended(lambda: runpy.run_path("manage.py", run_name="__main__"))
    return ended(lambda: runpy.run_module("django", run_name="__main__"))


def with_script(words):
    sys.argv = words
    sys.path[0] = os.path.dirname(os.path.abspath(words[0]))
    return ended(lambda: runpy.run_path(words[0], run_name="__main__"))


def ended(program):
    try:
        program()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    return 0


run = {"unittest": with_unittest, "django": with_django, "script": with_script}[asked["kind"]]
measured.start()
os.chdir(asked["folder"])
sys.path[0] = os.getcwd()
unittest.TextTestRunner = unittest.runner.TextTestRunner = Reporting
codes = [int(run(words)) for words in asked["calls"]]
suites = ElementTree.Element("testsuites")
for report in filter(None, (each.getvalue() for each in reports)):
    root = ElementTree.fromstring(report)
    suites.extend(root if root.tag == "testsuites" else [root])
os.chdir(home)
measured.stop()
measured.save()
if len(suites) == 0:
    sys.exit(max(codes) or 5)
ElementTree.ElementTree(suites).write("/reports/junit.xml", encoding="utf-8", xml_declaration=True)
with open("/reports/retries.json", "w") as attempts:
    json.dump([], attempts)
try:
    if measured.get_option("run:parallel"):
        measured.combine()
    measured.json_report(outfile="/reports/coverage.json", ignore_errors=True)
    measured.xml_report(outfile="/reports/coverage.xml", ignore_errors=True)
except coverage.CoverageException as error:
    print(f"the coverage could not be reported: {error}", file=sys.stderr)
sys.exit(1 if any(codes) else 0)
`;
