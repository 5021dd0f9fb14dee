import { dag } from "@dagger.io/dagger";
import { expect, test } from "vitest";
import { checkKind } from "#pipelines/commands/check-kind.ts";
import { session } from "../../session.ts";

/** A repository whose tests need more than their service's folder. */
const files: Readonly<Record<string, string>> = {
  "slipway.yaml": `services:
  ledger: { path: ledger }
  billing: { path: services/billing, test: { files: [../../openapi.yaml] } }
  stock: { path: services/stock }
  prepared: { path: prepared, test: { before: ["echo \\"made = $MADE\\" > made.py"], env: { MADE: "7" }, args: [--failed-first] } }
  charts: { path: charts }
  fetched: { path: fetched }
  programs: { path: programs }
  built: { path: built }
  ready: { path: ready }
  foreign: { path: foreign }
  failing: { path: failing }
  lacking: { path: lacking }
  broken: { path: broken, test: { before: [true, "echo no database >&2; exit 3"] } }
`.replace("[true,", '["true",'),
  "ledger/pyproject.toml": `[build-system]
requires = ["setuptools>=75", "setuptools-scm>=8"]
build-backend = "setuptools.build_meta"
[project]
name = "ledger"
dynamic = ["version"]
# An old uv comes first on the environment's PATH, and must not be the one that installs.
[dependency-groups]
dev = ["uv==0.4.30"]
[tool.setuptools.packages.find]
where = ["src"]
[tool.setuptools_scm]
`,
  "ledger/src/ledger/__init__.py": "def balance(entries):\n    return sum(entries)\n",
  "ledger/tests/test_ledger.py":
    "import os\nfrom ledger import balance\n\n\ndef test_balance():\n    assert balance([3, -1]) == 2\n    assert not [name for name in os.environ if 'SCM' in name]\n",
  "openapi.yaml": "openapi: 3.1.0\n",
  "shared/money.py": "def cents(euros):\n    return round(euros * 100)\n",
  "services/billing/pyproject.toml": '[tool.pytest.ini_options]\npythonpath = [".", "../../shared"]\n',
  "services/billing/requirements.txt": "",
  "services/billing/billing.py":
    "from money import cents\n\n\ndef fee(euros):\n    return cents(euros) + 5\n",
  "services/billing/tests/test_billing.py":
    "from pathlib import Path\nfrom billing import fee\n\n\ndef test_fee():\n    assert fee(1.5) == 155\n    assert Path('../../openapi.yaml').is_file()\n",
  "pytest.ini": "[pytest]\npythonpath = services/stock\n",
  "services/stock/requirements.txt": "",
  "services/stock/stock.py": "def total(items):\n    return sum(items)\n",
  "tests/stock/test_stock.py":
    "from stock import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n",
  "prepared/requirements.txt": "",
  "prepared/app.py": "import made\n\nvalue = made.made\n",
  "prepared/test_app.py": "import app\n\n\ndef test_app():\n    assert app.value == 7\n",
  "charts/requirements-dev.txt": "",
  "charts/conftest.py": "",
  "charts/tests/test_charts.py": "def test_charts():\n    pass\n",
  "fetched/requirements.txt": "money @ git+http://127.0.0.1:9/money.git\n",
  "fetched/test_app.py": "",
  "programs/requirements.txt": "",
  "programs/test_app.py":
    "import subprocess\n\n\ndef test_git():\n    assert b'git' in subprocess.check_output(['git', '--version'])\n",
  ".github/workflows/ci.yml": `on: [push]
jobs:
  ready:
    defaults: { run: { working-directory: ready } }
    steps:
      - run: sudo apt-get update && sudo apt-get install -y gettext
      - run: mkdir -p made/by
      - run: pip install --upgrade pip colorama==0.4.6
      - run: pytest
  foreign:
    defaults: { run: { working-directory: foreign } }
    steps:
      - run: apt-get install no-such-package-of-debian
      - run: mkdir -p made
      - run: pytest
  failing:
    defaults: { run: { working-directory: failing } }
    services:
      cache: { image: 'postgres:17', env: { POSTGRES_PASSWORD: x }, ports: ['5432:5432'] }
    steps:
      - run: python manage.py migrate
      - run: pytest
  lacking:
    defaults: { run: { working-directory: lacking } }
    services: { cache: { image: 'redis:7', ports: ['6379:6379'] } }
    steps:
      - run: python manage.py migrate
      - run: pytest
`,
  "built/requirements.txt": "--no-binary psutil\npsutil==7.0.0\n",
  "built/test_app.py": "import psutil\n\n\ndef test_app():\n    assert psutil.cpu_count()\n",
  "ready/requirements.txt": "",
  "ready/test_app.py":
    "import os, shutil\nimport colorama\n\n\ndef test_app():\n    assert colorama and shutil.which('msgfmt') and os.path.isdir('made/by')\n",
  "foreign/requirements.txt": "",
  "foreign/test_app.py": "import os\n\n\ndef test_app():\n    assert os.path.isdir('made')\n",
  "failing/requirements.txt": "",
  "failing/test_app.py": "def test_app():\n    pass\n",
  "failing/manage.py": "import sys\n\nsys.exit('no table')\n",
  "lacking/requirements.txt": "",
  "lacking/manage.py": "import sys\n\nsys.exit('no table')\n",
  "lacking/tests/test_app.py": "def test_app():\n    pass\n",
  "broken/requirements.txt": "",
  "broken/test_app.py": "def test_app():\n    pass\n",
};

test("tests get the files, the version and the preparation that they need", async () => {
  const source = () =>
    Object.entries(files).reduce((folder, [name, text]) => folder.withNewFile(name, text), dag.directory());
  const { checks } = await session(() => checkKind("test", { source: source() }));
  const said = checks.map(
    ({ name, outcome, reasons, note }) =>
      `${name} ${outcome} ${[...reasons.map(({ code, text }) => `${code} ${text}`), note ?? ""].join("; ")}`,
  );
  expect(said).toEqual([
    "ledger/test passed 1 test, 100 % of lines covered, installed as version 0.0.0, because the tests get no git history",
    expect.stringMatching(/^billing\/test passed 1 test/),
    expect.stringMatching(/^stock\/test passed 1 test/),
    expect.stringMatching(/^prepared\/test passed 1 test/),
    "charts/test passed 1 test, there is no code besides the tests, so no coverage",
    // git is there, and cannot reach the address.
    expect.stringMatching(
      /^fetched\/test errored DEPENDENCIES_NOT_INSTALLED .*(?:127\.0\.0\.1 port 9|Failed to connect)/s,
    ),
    "programs/test passed 1 test, there is no code besides the tests, so no coverage; run again with git, which the image of Python lacks",
    "built/test passed 1 test, there is no code besides the tests, so no coverage",
    "ready/test passed 1 test, there is no code besides the tests, so no coverage",
    "foreign/test passed 1 test, there is no code besides the tests, so no coverage; without what .github/workflows/ci.yml starts or does before: the package no-such-package-of-debian (DEPENDENCIES_NOT_INSTALLED)",
    expect.stringMatching(
      /^failing\/test errored TESTS_NOT_PREPARED failing\/test: the command `python manage\.py migrate` before/,
    ),
    expect.stringMatching(
      /^lacking\/test .*without `python manage\.py migrate` of \.github\/workflows\/ci\.yml, which needs a database/,
    ),
    expect.stringMatching(
      /^broken\/test errored TESTS_NOT_PREPARED broken\/test: the command `echo no database >&2; exit 3` before the tests ended with exit code 3: .*no database/,
    ),
  ]);
});
