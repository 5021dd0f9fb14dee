import { expect, test } from "vitest";
import { workflowNeeds } from "#pipelines/plan/python/calls/workflow-needs.ts";
import { isWorkflow } from "#pipelines/plan/python/calls/workflows.ts";

const file = ".github/workflows/ci.yml";
const workflow = (...runs: readonly string[]) =>
  JSON.stringify({
    jobs: { test: { steps: [{ uses: "actions/checkout@v5" }, ...runs.map((run) => ({ run }))] } },
  });
const only = { path: ".", isOnly: true };
const nothing = { file, packages: [], before: [], withDatabase: [] };

test.each<[what: string, runs: readonly string[], needs: object]>([
  [
    "packages",
    [
      "sudo apt-get update && sudo apt-get install -y --no-install-recommends libmagic1 \\\n  gettext",
      "pytest",
    ],
    { packages: ["libmagic1", "gettext"] },
  ],
  ["packages of apt", ["sudo apt -qq install libpq-dev", "uv run pytest -q"], { packages: ["libpq-dev"] }],
  [
    "commands that need no server",
    ["cp .env.example .env\nuv run python manage.py compilemessages", "python manage.py test"],
    { before: ["cp .env.example .env", "python manage.py compilemessages"] },
  ],
  [
    "commands that need a database",
    ["poetry run alembic upgrade head", "poetry run pytest"],
    { withDatabase: ["alembic upgrade head"] },
  ],
  [
    "a step with the client of a database",
    ["sudo apt-get install jq", "export PGPASSWORD=a\npsql -h localhost -c 'CREATE DATABASE b'", "make test"],
    {
      packages: ["jq", "postgresql-client"],
      withDatabase: ["export PGPASSWORD=a; psql -h localhost -c 'CREATE DATABASE b'"],
    },
  ],
  [
    "scripts that prepare",
    ["uv run bash scripts/prestart.sh", "bash scripts/tests-start.sh"],
    { withDatabase: ["bash scripts/prestart.sh"] },
  ],
])("a workflow tells what tests need: %s", (_, runs, needs) => {
  expect(workflowNeeds(file, workflow(...runs), only)).toEqual({ ...nothing, ...needs });
});

test.each<[what: string, text: string]>([
  ["no test", workflow("apt-get install jq", "make deploy")],
  ["what comes after the tests", workflow("pytest", "apt-get install jq")],
  ["variables", workflow("apt-get install $PACKAGES", "cp .env.$STAGE .env", "pytest")],
  ["no YAML", "jobs: ["],
  ["no jobs", "[]"],
  ["steps that are none", "jobs: {a: {steps: 1}}"],
])("it tells nothing of %s", (_, text) => {
  expect(workflowNeeds(file, text, only)).toBeUndefined();
});

test("of several services, the folder of the step tells which one it is", () => {
  const text = `jobs:
  test:
    defaults: { run: { working-directory: services/a } }
    steps: [{ run: apt-get install libxml2 }, { run: pytest }]
`;
  expect(workflowNeeds(file, text, { path: "services/a", isOnly: false })?.packages).toEqual(["libxml2"]);
  expect(workflowNeeds(file, text, { path: "services/b", isOnly: false })).toBeUndefined();
});

test("workflows are YAML files of one folder", () => {
  const files = [file, ".github/workflows/a/b.yml", ".github/dependabot.yml", "x/.github/workflows/c.yml"];
  expect(files.filter(isWorkflow)).toEqual([file]);
});
