import { expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { plan } from "#pipelines/plan/plan.ts";
import { factsOf } from "../facts-of.ts";

type Files = Readonly<Record<string, string>>;

const project = {
  "pyproject.toml": '[project]\nname = "orders"\nversion = "1"\nrequires-python = ">=3.12"\n',
  "tests/test_orders.py": "",
};
const file = ".github/workflows/ci.yml";
const database = { db: { image: "postgres:16", ports: ["5432:5432"] } };

async function preparation(files: Files, config?: string) {
  const planned = await plan(factsOf({ ...project, ...files }), readConfig(config, "slipway.yaml"));
  expect(planned.faults).toEqual([]);
  const { preparation: found } = planned.services[0] ?? {};
  return found;
}

const workflow = (job: object, ...runs: readonly (string | object)[]): Files => {
  const steps = runs.map((run) => (typeof run === "string" ? { run } : run));
  return { [file]: JSON.stringify({ on: ["push"], jobs: { test: { ...job, steps } } }) };
};

const nothing = { by: file, packages: [], installs: [], before: [], withDatabase: [] };
const install = (...requirements: readonly string[]) => ({ requirements, files: [], reads: [] });

test.each<[what: string, job: object, runs: readonly (string | object)[], found: object | undefined]>([
  [
    "packages",
    {},
    [
      "sudo apt-get update && sudo apt-get install -y --no-install-recommends libmagic1 \\\n  gettext",
      "pytest",
    ],
    { packages: ["libmagic1", "gettext"] },
  ],
  [
    "packages of apt",
    {},
    ["sudo apt -qq install libpq-dev", "uv run pytest -q"],
    { packages: ["libpq-dev"] },
  ],
  [
    "commands that need no server",
    {},
    ["cp .env.example .env\nuv run python manage.py compilemessages", "pytest"],
    { before: ["cp .env.example .env", "python manage.py compilemessages"] },
  ],
  [
    "commands that need a database",
    {},
    ["poetry run alembic upgrade head", "poetry run pytest"],
    { withDatabase: ["alembic upgrade head"] },
  ],
  [
    "commands for a database that is there, with their variables",
    { services: database, env: { A: "b" } },
    [
      { run: "export PGUSER=me\npsql -h localhost -c 'CREATE DATABASE b'", env: { PGPASSWORD: "a b" } },
      "uv run bash ci/prestart.sh",
      "mkdir -p made && cd conf && cp .env.test .env",
      "pytest",
    ],
    {
      packages: ["postgresql-client"],
      before: [
        "PGPASSWORD='a b' PGUSER=me psql -h localhost -c 'CREATE DATABASE b'",
        "alembic upgrade head",
        "python app/initial_data.py",
        "mkdir -p made",
        "cd conf && cp .env.test .env",
      ],
    },
  ],
  [
    "nothing with what only a shell knows",
    { services: database },
    ['psql "$URL" -f a.sql', "psql <<EOF", "pytest"],
    undefined,
  ],
  [
    "commands without the files that take their output",
    { services: database },
    [
      "python manage.py migrate --noinput 2>&1 | tee migrate.log",
      "python manage.py collectstatic > /dev/null 2>/dev/null",
      "pip install foo 2> log && apt-get install -y ffmpeg 2> err",
      "mkdir -p logs 2>&1",
      "psql < init.sql",
      "pytest",
    ],
    {
      packages: ["ffmpeg"],
      installs: [install("foo")],
      before: [
        "python manage.py migrate --noinput || true",
        "python manage.py collectstatic",
        "mkdir -p logs",
      ],
    },
  ],
  [
    "no text of a file or of a query as a command",
    { services: database },
    [
      "cat > settings.py <<EOF\nmkdir -p /a\napt-get install evil\nEOF\ncat <<-'SQL' | psql\n  cp a b\nSQL\nmkdir b",
      'psql -c "\n  CREATE DATABASE app;\n"',
      "pytest",
    ],
    { packages: ["postgresql-client"], before: ["mkdir b", "psql -c '\n  CREATE DATABASE app;\n'"] },
  ],
  [
    "what may fail, and nothing that a script decides",
    { services: database },
    [
      "set -o pipefail\nalembic upgrade head | tee log\npython manage.py migrate || true",
      { run: "python manage.py collectstatic", "continue-on-error": true },
      "test -f .env || cp .env.example .env\n[ -d a ] && mkdir b\n! cmp a b && touch c; touch d",
      "createdb a || psql -c x",
      'if [ "$DB" = mysql ]; then\n  mysql -e x\nelse\n  psql -c y\nfi\nfor i in 1 2; do\n  psql -c z && break\ndone',
      "a || { mkdir e; mkdir f; }\nb || (mkdir g; mkdir h)\nsetup() {\n  mkdir i\n}\n{ x; }\nmkdir j",
      "case $A in\nx) mkdir k ;;\n*)\n  apt-get install l ;;\nesac\nif a; then pip install m; fi",
      "echo 'SELECT 1' | psql -h localhost",
      "pytest",
    ],
    {
      packages: ["postgresql-client"],
      before: [
        "alembic upgrade head",
        "python manage.py migrate || true",
        "python manage.py collectstatic || true",
        "touch d",
        "createdb a || true",
        "mkdir j",
      ],
    },
  ],
  ["nothing after the tests", {}, ["pytest", "apt-get install jq"], undefined],
  [
    "nothing under a condition",
    {},
    [{ run: "apt-get install jq", if: "runner.os == 'macOS'" }, "pytest"],
    undefined,
  ],
  [
    "requirements",
    {},
    ["pip install -U pip tox pyyaml>=6 -e . > log", "pytest"],
    { installs: [install("pyyaml>=6")] },
  ],
  [
    "calls of pip in their order",
    {},
    [
      "pip install django==5.0",
      "python -m pip install 'django<5' \"requests; python_version < '3'\"",
      "pytest",
    ],
    { installs: [install("django==5.0"), install("django<5")] },
  ],
  [
    "nothing of another index or way",
    {},
    [
      "pip install --no-index --find-links=dist orders",
      "uv pip install --python 3.12 foo",
      "pip install --group test",
      "pip install -t vendor foo",
      "pip install --upgrade-strategy eager foo",
      "pip install --index-url https://example.com foo",
      "pip install -c constraints.txt -e backend tests",
      "pytest",
    ],
    undefined,
  ],
])("a pipeline prepares tests: %s", async (_, job, runs, found) => {
  const scripts = {
    "ci/prestart.sh": "set -e\nalembic upgrade head\npython app/initial_data.py\n",
    "conf/x": "",
    "backend/x": "",
    "backend/pyproject.toml": "",
  };
  expect(await preparation({ ...scripts, ...workflow(job, ...runs) })).toEqual(
    found && { ...nothing, ...found },
  );
});

test("files of requirements from the folder of their step, without those that cannot be installed here", async () => {
  const files = {
    "ci/test.txt": "pytest\n-r more.txt\n",
    "ci/more.txt": "six\n",
    "ci/local.txt": "-e ..\n",
    "ci/gone.txt": "-r nowhere.txt\n",
  };
  const runs = [
    {
      run: "pip install -r test.txt -rlocal.txt --requirement=gone.txt",
      "working-directory": "ci",
    },
    "pytest",
  ];
  expect(await preparation({ ...files, ...workflow({}, ...runs) })).toEqual({
    ...nothing,
    installs: [
      {
        requirements: [],
        files: ["ci/test.txt"],
        reads: ["ci/test.txt", "ci/more.txt"],
      },
    ],
  });
});

test("each service has its own job's, in its own folder", async () => {
  const files = {
    "a/requirements.txt": "",
    "a/test_a.py": "",
    "b/requirements.txt": "",
    "b/test_b.py": "",
    [file]: JSON.stringify({
      on: ["push"],
      jobs: {
        a: {
          defaults: { run: { "working-directory": "a" } },
          steps: [{ run: "mkdir -p x" }, { run: "pytest" }],
        },
        b: { steps: [{ run: "mkdir -p y" }, { run: "cd b && mkdir -p z" }, { run: "cd b && pytest" }] },
      },
    }),
  };
  const planned = await plan(factsOf(files), readConfig(undefined, "slipway.yaml"));
  expect(planned.services.map(({ preparation: found }) => found?.before)).toEqual([
    ["mkdir -p x"],
    ["mkdir -p z"],
  ]);
});

test("tox, and slipway.yaml, say it themselves", async () => {
  const tox = {
    "tox.ini": "[testenv]\ncommands = pytest\n",
    ...workflow({}, "pip install tox pyyaml", "tox"),
  };
  expect(await preparation(tox)).toBeUndefined();
  const config = "services: { orders: { path: ., test: { packages: [jq] } } }\n";
  expect(await preparation(workflow({}, "apt-get install gettext", "pytest"), config)).toBeUndefined();
});

test("quotes inside quotes stay", async () => {
  const query = String.raw`psql -c "CREATE EXTENSION \"uuid-ossp\"; SELECT 'a'"`;
  const found = await preparation(workflow({ services: database }, query, "pytest"));
  expect(found?.before).toEqual([String.raw`psql -c 'CREATE EXTENSION "uuid-ossp"; SELECT '\''a'\'''`]);
});

test.each<[what: string, settings: object, folder: string]>([
  ["of the workflow", { defaults: { run: { "working-directory": "backend" } } }, ""],
  ["by a variable", { env: { PART: "end", PLACE: `back$\{{ env.PART }}` } }, `$\{{ env.PLACE }}`],
  ["from the top", {}, `$\{{ github.workspace }}/backend`],
  ["from the top, by a variable of the shell", {}, "$GITHUB_WORKSPACE/backend"],
])("steps run in their folder %s", async (_, settings, folder) => {
  const place = folder === "" ? {} : { "working-directory": folder };
  const steps = [
    { run: "cp a b", ...place },
    { run: "pytest tests/unit", ...place },
  ];
  const files = {
    "backend/requirements.txt": "",
    "backend/tests/unit/test_a.py": "",
    [file]: JSON.stringify({ on: ["push"], ...settings, jobs: { test: { steps } } }),
  };
  const { services } = await plan(factsOf(files), readConfig(undefined, "slipway.yaml"));
  expect(services.map(({ preparation: found, askedTests }) => [found?.before, askedTests?.paths])).toEqual([
    [["cp a b"], ["tests/unit"]],
  ]);
});

test("of several jobs with other tests, all prepare, each thing once", async () => {
  const steps = (...runs: readonly string[]) => ({ steps: runs.map((run) => ({ run })) });
  const common = "apt-get install gettext\npip install httpx\nmkdir a";
  const files = {
    "tests/unit/test_a.py": "",
    "tests/e2e/test_b.py": "",
    [file]: JSON.stringify({
      on: ["push"],
      jobs: {
        unit: steps(common, "pytest tests/unit"),
        e2e: { services: database, ...steps(common, "alembic upgrade head", "pytest tests/e2e") },
        again: steps("mkdir b", "pytest tests/e2e"),
      },
    }),
  };
  expect(await preparation(files)).toEqual({
    ...nothing,
    packages: ["gettext"],
    installs: [install("httpx")],
    before: ["mkdir a", "alembic upgrade head"],
  });
});
