import { expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { plan } from "#pipelines/plan/plan.ts";
import { pipInstall } from "#pipelines/plan/python/calls/pip-install.ts";
import { packagesIn, preparingCommand } from "#pipelines/plan/python/calls/preparing-command.ts";
import { factsOf } from "../facts-of.ts";

test.each<[string, string | undefined]>([
  ["./manage.py migrate", "python manage.py migrate"],
  ["python3.12 back/manage.py migrate", "python back/manage.py migrate"],
  ["uv run manage.py migrate", "python manage.py migrate"],
  [
    "uv run --group dev python -Wa manage.py --settings a migrate",
    "python -Wa manage.py --settings a migrate",
  ],
  ["coverage run manage.py migrate", "python manage.py migrate"],
  ["django-admin migrate", "django-admin migrate"],
  ["python -m django migrate", "python -m django migrate"],
  ["python -m alembic upgrade head", "python -m alembic upgrade head"],
  ["alembic -c db/alembic.ini -x a=b upgrade head", "alembic -c db/alembic.ini -x a=b upgrade head"],
  ["flask --app app db upgrade", "flask --app app db upgrade"],
  ["poetry run python -m flask db upgrade", "python -m flask db upgrade"],
  ["docker compose exec web python manage.py migrate", "python manage.py migrate"],
  ["sudo cp a b", "cp a b"],
  ["bash ci/seed.sh", "bash ci/seed.sh"],
  ["./seed.sh", "bash seed.sh"],
  ["mkdir -p ~/.kaggle", undefined],
  ["sudo -u postgres createdb a", undefined],
  ["alembic downgrade base", undefined],
  ["manage.py shell", undefined],
  [`${"seed".repeat(30_000)}.py`, undefined],
])("the command %s", (written, words) => {
  expect(preparingCommand(written.split(" "))?.words.join(" ")).toBe(words);
});

test.each<[string, string]>([
  ["sudo DEBIAN_FRONTEND=noninteractive apt-get install -y aa", "aa"],
  ["DEBIAN_FRONTEND=noninteractive apt-get install -y aa", "aa"],
  ["sudo -E apt-get -qq install aa bb", "aa bb"],
  ["apt-get -o Acquire::Retries=3 install dd", "dd"],
  ["apt-get install -y -t bookworm ee ff=1.2 $GG", "ee"],
  ["apt-get remove aa", ""],
  ["xargs sudo apt-get install -y <", ""],
])("the packages of %s", (written, packages) => {
  expect(packagesIn(written.split(" ")).join(" ")).toBe(packages);
});

test.each<[string, readonly string[], readonly string[]]>([
  ["pip install --pre foo", ["foo"], ["--prerelease=allow"]],
  ["pip install --no-deps foo", ["foo"], ["--no-deps"]],
  [
    "pip install git+https://github.com/a/b.git@v1#egg=b foo",
    ["git+https://github.com/a/b.git@v1#egg=b", "foo"],
    [],
  ],
  ["pip install git+https://token@github.com/a/b git+ssh://git@github.com/a/b", [], []],
])("the call %s", (written, requirements, options) => {
  expect(pipInstall({ words: written.split(" ") })).toMatchObject({ requirements, options });
});

async function installsFor(files: Readonly<Record<string, string>>, ...runs: readonly string[]) {
  const steps = [...runs, "pytest"].map((run) => ({ run }));
  const workflow = JSON.stringify({ on: ["push"], jobs: { test: { steps } } });
  const { services } = await plan(
    factsOf({ ...files, ".github/workflows/ci.yml": workflow, "tests/test_a.py": "" }),
    readConfig(undefined, "slipway.yaml"),
  );
  const { preparation, hasGitDependency } = services[0] ?? {};
  return { names: preparation?.installs.flatMap(({ requirements }) => requirements), hasGitDependency };
}

test("names of the source's own projects are no packages of an index", async () => {
  const files = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.12"\n',
    "libs/prices/setup.py": "setup(name='shop-prices')",
    "app/celery.py": "",
    "docker/redis/x": "",
  };
  const { names } = await installsFor(
    files,
    "pip install celery redis boto3 shop shop_prices prices app tests",
  );
  expect(names).toEqual(["celery", "redis", "boto3"]);
});

test("beside a lock, what is installed into its environment", async () => {
  const uv = {
    "pyproject.toml": '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.12"\n',
    "uv.lock": 'version = 1\n[[package]]\nname = "a"\nversion = "1"\nsource = { virtual = "." }\n',
  };
  const poetry = {
    "pyproject.toml":
      '[tool.poetry]\nname = "a"\nversion = "1"\n[tool.poetry.dependencies]\npython = "^3.12"\n',
    "poetry.lock": "",
  };
  const { names } = await installsFor(uv, "pip install bar", "uv sync && uv pip install foo");
  expect(names).toEqual(["foo"]);
  const second = await installsFor(
    poetry,
    "pip install bar",
    "poetry run pip install git+https://github.com/a/b",
  );
  expect(second).toEqual({ names: ["git+https://github.com/a/b"], hasGitDependency: true });
});

test("a migration waits for a database, and may fail where a variable is not known", async () => {
  const preparationOf = async (services: object, env: object) => {
    const steps = [{ run: "python manage.py migrate" }, { run: "pytest" }];
    const text = JSON.stringify({ on: ["push"], jobs: { test: { services, env, steps } } });
    const files = { "requirements.txt": "", "test_a.py": "", ".github/workflows/ci.yml": text };
    const { services: planned } = await plan(factsOf(files), readConfig(undefined, "slipway.yaml"));
    const { before, withDatabase, isUncertain } = planned[0]?.preparation ?? {};
    return { before, withDatabase, isUncertain };
  };
  const migrate = ["python manage.py migrate"];
  const secret = { A: `$\{{ secrets.A }}` };
  expect(await preparationOf({ a: { image: "redis" } }, {})).toEqual({ before: [], withDatabase: migrate });
  expect(await preparationOf({ a: { image: "a/postgis:16" } }, {})).toEqual({
    before: migrate,
    withDatabase: [],
  });
  const uncertain = await preparationOf({ a: { image: "mysql:8" } }, secret);
  expect(uncertain).toEqual({ before: migrate, withDatabase: [], isUncertain: true });
});

test("files that give input are no names, and a command that must not fail is kept beside one that may", async () => {
  const run =
    "xargs apt-get install -y < apt.txt\ntouch a || true\ntouch a\npip install foo < b\nalembic upgrade head <<< c";
  const steps = [{ run }, { run: "pytest" }];
  const text = JSON.stringify({ on: ["push"], jobs: { test: { steps } } });
  const files = { "requirements.txt": "", "test_a.py": "", ".github/workflows/ci.yml": text };
  const { services } = await plan(factsOf(files), readConfig(undefined, "slipway.yaml"));
  expect(services[0]?.preparation).toMatchObject({
    packages: [],
    before: ["touch a || true", "touch a"],
    installs: [{ requirements: ["foo"] }],
    withDatabase: [],
  });
});
