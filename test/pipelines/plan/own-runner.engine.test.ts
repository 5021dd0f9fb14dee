import { dag } from "@dagger.io/dagger";
import { expect, test } from "vitest";
import { checkKind } from "#pipelines/commands/check-kind.ts";
import { session } from "../../session.ts";

const settings = `SECRET_KEY = "local"
INSTALLED_APPS = ["loans"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
`;

/** A project of Django, as `django-admin startproject` and `startapp` lay it out. */
function django(tests: string): Readonly<Record<string, string>> {
  return {
    "requirements.txt": "django==5.2.8\n",
    "manage.py": `import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_settings")
    execute_from_command_line(sys.argv)
`,
    "site_settings.py": settings,
    "loans/__init__.py": "",
    "loans/models.py": `from django.db import models


class Loan(models.Model):
    days = models.PositiveIntegerField(default=14)

    def fine(self):
        return max(self.days - 14, 0)
`,
    "loans/tests.py": tests,
  };
}

/** unittest runs classes by name, and Django those with a database first: pytest would run them as they stand. */
const inOrder = `from unittest import TestCase as Plain

from django.test import TestCase

from loans.models import Loan

seen = []


class First(Plain):
    def test_after_the_database(self):
        self.assertEqual(seen, ["database"])


class Loans(TestCase):
    def test_fine(self):
        seen.append("database")
        Loan.objects.create(days=16)
        self.assertEqual(Loan.objects.get().fine(), 2)
`;

const services: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  library: django(inOrder),
  failing: django(
    `${inOrder}        for days in (15, 16):\n            with self.subTest(days=days):\n                self.assertEqual(Loan(days=days).fine(), 1)\n`,
  ),
  empty: django(""),
  unset: { ...django(inOrder), "site_settings.py": 'raise RuntimeError("no SHOP_KEY")\n' },
  reusable: {
    "requirements.txt": "django==5.2.8\n",
    "runtests.py": `import sys

import django
from django.conf import settings
from django.test.runner import DiscoverRunner

settings.configure(SECRET_KEY="local", DATABASES={}, INSTALLED_APPS=[])
django.setup()
sys.exit(bool(DiscoverRunner(verbosity=int(sys.argv[1])).run_tests(["checks"])))
`,
    "cents.py": "def cents(euros):\n    return round(euros * 100)\n",
    "checks/__init__.py": "",
    "checks/test_cents.py":
      "from django.test import SimpleTestCase\nfrom cents import cents\n\n\nclass Cents(SimpleTestCase):\n    def test_cents(self):\n        self.assertEqual(cents(1.5), 150)\n\n    def test_wrong(self):\n        self.assertEqual(cents(1), 1)\n",
  },
  prices: {
    "requirements.txt": "",
    ".coveragerc": "[run]\nparallel = True\nsource = .\nomit = *_check.py\n",
    "more/__init__.py": "",
    "more/gross_check.py":
      'import unittest\n\nfrom prices import gross\n\n\nclass More(unittest.TestCase):\n    def test_zero(self):\n        """Nothing --"""\n        self.assertEqual(gross(0), 0)\n',
    "prices.py": "def gross(net):\n    return net * 12 // 10\n",
    "checks/gross_check.py":
      "import unittest\n\nfrom prices import gross\n\n\nclass Gross(unittest.TestCase):\n    def test_gross(self):\n        self.assertEqual(gross(10), 12)\n\n    @unittest.skip('later')\n    def test_rounding(self):\n        pass\n",
  },
  poems: {
    "pyproject.toml": `[tool.poetry]
name = "poems"
version = "0.1.0"
description = ""
authors = []
packages = [{ include = "poems", from = "src" }]

[tool.poetry.dependencies]
python = "^3.11"
`,
    "src/poems/__init__.py": "def lines():\n    return 14\n",
    "tests/test_poems.py": "from poems import lines\n\n\ndef test_lines():\n    assert lines() == 14\n",
  },
};

const workflow = `on: [push]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: coverage run manage.py test --parallel 2
        working-directory: library
      - run: python manage.py test -v 2
        working-directory: failing
      - run: python -W ignore runtests.py 2
        working-directory: reusable
      - run: python -m unittest discover -s checks -p '*_check.py'
        working-directory: prices
      - run: python -m unittest discover -s more -p '*_check.py' -t .
        working-directory: prices
`;

test("tests run by unittest and by Django's own runner", async () => {
  const files = Object.entries(services).flatMap(([service, own]) =>
    Object.entries(own).map(([name, text]) => [`${service}/${name}`, text] as const),
  );
  const source = () =>
    [...files, [".github/workflows/ci.yml", workflow] as const].reduce(
      (folder, [name, text]) => folder.withNewFile(name, text),
      dag.directory(),
    );
  const { checks } = await session(() => checkKind("test", { source: source() }));
  const said = checks.map(
    ({ name, outcome, reasons, note }) =>
      `${name} ${outcome} ${[...reasons.map(({ code, text }) => `${code} ${text}`), note ?? ""].join("; ")}`,
  );
  const byWorkflow = "as .github/workflows/ci.yml says";
  expect(said.sort()).toEqual([
    expect.stringMatching(/^empty\/test errored TESTS_NOT_FOUND django found no test in empty/),
    expect.stringMatching(/^failing\/test failed .*1 of 2 tests failed: loans\.tests\.Loans::test_fine/s),
    expect.stringMatching(`^library/test passed 2 tests, .* run by django, ${byWorkflow}$`),
    expect.stringMatching(/^poems\/test passed 1 test, 100 % of lines covered/),
    `prices/test passed 3 tests, 1 of them skipped, 100 % of lines covered, run by unittest, ${byWorkflow}; only the tests that .github/workflows/ci.yml asks for: discover -s checks -p *_check.py, discover -s more -p *_check.py -t .`,
    expect.stringMatching(
      /^reusable\/test failed .*1 of 2 tests failed: checks\.test_cents\.Cents::test_wrong.* run by runtests\.py/s,
    ),
    expect.stringMatching(/^unset\/test errored TOOL_FAILED django ended .*no SHOP_KEY/s),
  ]);
});
