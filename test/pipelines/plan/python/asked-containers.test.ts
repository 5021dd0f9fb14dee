import { expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { plan } from "#pipelines/plan/plan.ts";
import { factsOf } from "../facts-of.ts";

type Files = Readonly<Record<string, string>>;

const project = {
  "pyproject.toml": '[project]\nname = "orders"\nversion = "1"\nrequires-python = ">=3.12"\n',
  "app/__init__.py": "",
  "tests/unit/test_price.py": "",
  "tests/e2e/test_shop.py": "",
};

async function testOf(files: Files, config?: string) {
  const planned = await plan(factsOf({ ...project, ...files }), readConfig(config, "slipway.yaml"));
  expect(planned.faults).toEqual([]);
  const [service] = planned.services;
  if (service === undefined || service.test === false) throw new Error("no test is planned");
  return { containers: service.test.containers, env: service.test.env };
}

const github = (text: string): Files => ({ ".github/workflows/ci.yml": text });

const postgres = { image: "postgres:16", env: {}, ports: [{ local: 5432, port: 5432 }], args: [] };

test("services of a job, with expressions, ports and the variables that lead there", async () => {
  const { containers, env } = await testOf(
    github(`on: [push]
env: { NAME: shop }
jobs:
  lint: { steps: [{ run: ruff check }] }
  test:
    strategy: { matrix: { postgres: [14, 16], python: ["3.12"] } }
    services:
      post_gres:
        image: postgres:\${{ matrix.postgres }}-alpine
        env: { POSTGRES_DB: "\${{ env.NAME }}" }
        ports: ["5433:5432/tcp"]
        options: --health-cmd pg_isready
      redis: { image: redis, ports: [6379], command: redis-server --save "" }
      late: { image: "\${{ inputs.image }}" }
      secret: { image: mysql:8, env: { MYSQL_ROOT_PASSWORD: "\${{ secrets.PASSWORD }}" } }
      docker: { image: docker:dind }
      private: { image: registry.example.com/private:1, credentials: { username: a, password: b } }
    env: { DATABASE_URL: "postgresql://a@localhost:\${{ job.services.redis.ports['6379'] }}/\${{ env.NAME }}" }
    steps: [{ run: pytest }]
`),
  );
  expect(containers).toEqual({
    "post-gres": {
      image: "postgres:16-alpine",
      env: { POSTGRES_DB: "shop" },
      ports: [{ local: 5433, port: 5432 }],
      args: [],
    },
    redis: {
      image: "redis",
      env: {},
      ports: [{ local: 6379, port: 6379 }],
      args: ["redis-server", "--save", ""],
    },
  });
  expect(env).toEqual({ NAME: "shop", DATABASE_URL: "postgresql://a@localhost:6379/shop" });
});

const jobs = (...each: readonly string[]) =>
  github(`on: [push]\njobs:\n${each.map((job, at) => `  job${at}: ${job}\n`).join("")}`);
const withPostgres = "services: { db: { image: 'postgres:16', ports: ['5432:5432'] } }";
const withMysql = "services: { db2: { image: 'mysql:8', ports: ['3306:3306'] } }";

test.each<[string, Files, readonly string[]]>([
  [
    "of several jobs that run the same tests, the first",
    jobs("{ steps: [{ run: pytest }] }", `{ ${withMysql}, steps: [{ run: pytest }] }`),
    [],
  ],
  [
    "of jobs with other tests, all",
    jobs(
      "{ steps: [{ run: pytest tests/unit }] }",
      `{ ${withPostgres}, steps: [{ run: pytest tests/e2e }] }`,
    ),
    ["db"],
  ],
  [
    "of the job that runs tox",
    { ...jobs(`{ ${withPostgres}, steps: [{ run: tox }] }`), "tox.ini": "[testenv]\ncommands = pytest\n" },
    ["db"],
  ],
  [
    "of no other job",
    jobs("{ steps: [{ run: pytest }] }", `{ ${withPostgres}, steps: [{ run: make }] }`),
    [],
  ],
])("%s", async (_, files, expected) => {
  expect(Object.keys((await testOf(files)).containers)).toEqual(expected);
});

test("services of GitLab, with the job's variables", async () => {
  const { containers, env } = await testOf({
    ".gitlab-ci.yml": `variables: { POSTGRES_DB: shop }
default: { services: [redis:7] }
test:
  services:
    - postgres:16
    - { name: registry.example.com/team/queue:2, alias: "queue,mq", command: [serve], variables: { A: b, C: $UNKNOWN } }
  variables: { URL: "postgres://postgres/$POSTGRES_DB" }
  script: [pytest]
`,
  });
  const given = { POSTGRES_DB: "shop", URL: "postgres://postgres/shop" };
  const queue = {
    image: "registry.example.com/team/queue:2",
    env: { ...given, A: "b" },
    ports: [],
    args: ["serve"],
  };
  expect(containers).toEqual({
    postgres: { image: "postgres:16", env: given, ports: [{ local: 5432, port: 5432 }], args: [] },
    queue,
    mq: queue,
  });
  expect(env).toEqual(given);
});

test("services of compose files that a job starts", async () => {
  const compose = `services:
  web: { build: ., ports: ["8000:8000"] }
  db:
    image: postgres:\${POSTGRES_TAG:-16}
    environment: [POSTGRES_DB=shop, "POSTGRES_PASSWORD=\${PASSWORD:?}"]
    ports: ["127.0.0.1:5432:5432"]
  cache: { image: redis:7, ports: [{ target: 6379, published: "6380" }], command: redis-server }
  mail: { image: mailpit }
`;
  const step = (command: string) => jobs(`{ steps: [{ run: ${command} }, { run: pytest }] }`);
  const named = await testOf({
    ...step("docker compose up -d --wait db cache"),
    "compose.yaml": compose,
    ".env.example": "PASSWORD='a b' # none\n",
  });
  expect(named.containers).toEqual({
    db: { ...postgres, env: { POSTGRES_DB: "shop", POSTGRES_PASSWORD: "a b" } },
    cache: { image: "redis:7", env: {}, ports: [{ local: 6380, port: 6379 }], args: ["redis-server"] },
  });
  const all = await testOf({ ...step("docker-compose -f ci/dc.yml up -d"), "ci/dc.yml": compose });
  // The password of the database is not known there.
  expect(Object.keys(all.containers)).toEqual(["cache", "mail"]);
  expect((await testOf({ ...step("docker compose build"), "compose.yaml": compose })).containers).toEqual({});
});

test("what scripts of the repository run and export, with what their job starts and installs", async () => {
  const planned = await plan(
    factsOf({
      ...project,
      ...jobs(
        `{ ${withPostgres}, env: { PGHOST: localhost }, steps: [{ run: "pip install -r ci/extra.txt psycopg==\${{ matrix.a }} pyyaml>=6 tox" }, { run: ./ci/all.sh }] }`,
      ),
      "ci/extra.txt": "requests\n",
      "ci/all.sh": 'export MODE=fast\nbash ci/unit.sh "$@"\n',
      "ci/unit.sh": "set -e\npython -m pytest tests/unit\n",
    }),
    readConfig(undefined, "slipway.yaml"),
  );
  const [service] = planned.services;
  expect(service?.askedTests).toMatchObject({
    by: ".github/workflows/ci.yml",
    paths: ["tests/unit"],
    env: { PGHOST: "localhost", MODE: "fast" },
    containers: { db: { image: "postgres:16" } },
  });
  expect(service?.preparation?.installs).toEqual([
    { requirements: ["pyyaml>=6"], files: ["ci/extra.txt"], reads: ["ci/extra.txt"] },
  ]);
});

test("services and actions for databases of tests that hatch runs", async () => {
  const files = {
    ...jobs(
      `{ strategy: { matrix: { include: [{ redis: 7 }, { redis: 8 }, { redis: 5 }] } }, steps: [{ uses: supercharge/redis-github-action@1.8.1, with: { redis-version: '\${{ matrix.redis }}' } }, { run: SLOW=1 hatch run test:cov }] }`,
    ),
    "pyproject.toml": `${project["pyproject.toml"]}[tool.hatch.envs.test.scripts]\ncov = "pytest --cov=app"\n`,
  };
  expect(await testOf(files)).toEqual({
    containers: { redis: { image: "redis:8", env: {}, args: [], ports: [{ local: 6379, port: 6379 }] } },
    env: { SLOW: "1" },
  });
});

test("a compose file with another over it", async () => {
  const { containers } = await testOf({
    ...jobs("{ steps: [{ run: docker compose up -d db }, { run: pytest }] }"),
    "docker-compose.yml":
      "services: { db: { image: 'postgres:16', environment: { A: b }, ports: ['1:5432'] } }\n",
    "docker-compose.override.yml":
      "services: { db: { ports: ['5432:5432'], environment: { C: d } }, web: { build: . } }\n",
  });
  expect(containers).toEqual({
    db: { ...postgres, env: { A: "b", C: "d" }, ports: [{ local: 1, port: 5432 }, ...postgres.ports] },
  });
});

test("those of slipway.yaml, where it has any", async () => {
  const config =
    "version: 1\nservices: { orders: { path: ., test: { containers: { a: { image: b, ports: [1, '3:2'] } } } } }\n";
  const { containers } = await testOf(jobs(`{ ${withPostgres}, steps: [{ run: pytest }] }`), config);
  expect(containers).toEqual({
    a: {
      image: "b",
      env: {},
      args: [],
      ports: [
        { local: 1, port: 1 },
        { local: 3, port: 2 },
      ],
    },
  });
});

test("one whole row of a matrix, of equal ports another one of localhost, and no name of a prototype", async () => {
  const { containers } = await testOf(
    github(`on: [push]
jobs:
  test:
    strategy: { matrix: { include: [{ image: "mongo:7", port: 27017 }, { image: "postgres:16", port: 5432 }] } }
    services:
      one: { image: "\${{ matrix.image }}", ports: ["\${{ matrix.port }}"] }
      two: { image: postgres, ports: [5432] }
      three: { image: redis }
    env: { A: "\${{ job.services.two.ports[5432] }}", B: "\${{ job.services.constructor.ports[1] }}" }
    steps: [{ uses: constructor }, { run: pytest }]
`),
  );
  const [one, two, three] = ["one", "two", "three"].map((name) => containers[name]);
  expect([one?.image, two?.ports, three?.ports]).toEqual([
    "postgres:16",
    [{ local: 5433, port: 5432 }],
    [{ local: 6379, port: 6379 }],
  ]);
});

test("of compose: what is needed, its files of variables, and nothing that needs files or Docker", async () => {
  const compose = `services:
  web: { image: web, depends_on: [db, files, debug] }
  db: { image: postgres, env_file: db.env, environment: { C: "\${MODE}" }, volumes: ["data:/var/lib"] }
  files: { image: redis, volumes: ["./redis.conf:/redis.conf"] }
  entry: { image: redis, entrypoint: sh }
  debug: { image: adminer, profiles: [debug] }
`;
  const files = {
    "compose.yaml": compose,
    "db.env": "A=b\n",
    "redis.conf": "",
    "compose.override.yaml/x": "",
  };
  const names = async (command: string) =>
    Object.keys(
      (
        await testOf({
          ...files,
          ...jobs(`{ env: { MODE: m }, steps: [{ run: ${command} }, { run: pytest }] }`),
        })
      ).containers,
    );
  expect(await names("docker compose --profile x up --pull always -d web")).toEqual(["web", "db", "debug"]);
  expect(await names("docker compose up -d")).toEqual(["web", "db"]);
  expect(await names("docker compose exec web flask db start")).toEqual([]);
  expect(await names("docker compose -f compose.yaml run --rm web npm start")).toEqual(["db", "debug"]);
  expect(await names("docker compose run --no-deps web npm start")).toEqual([]);
  expect(await names("docker compose --profile debug up -d")).toEqual(["web", "db", "debug"]);
});

test.each<[what: string, run: string]>([
  ["expressions without an end", `"$\{{${" ".repeat(50_000)}"`],
  ["a folder in place of a file", "docker compose -f app up && pip install -r app -r gone.txt"],
])("survives %s", async (_, run) => {
  expect((await testOf(jobs(`{ steps: [{ run: ${run} }, { run: pytest }] }`))).containers).toEqual({});
});

test("scripts that call each other many times, and variables that grow, have a limit", async () => {
  const many = (name: string) => `bash ci/${name}.sh\n`.repeat(500);
  const { env } = await testOf({
    ...github(
      `on: [push]\nenv: { B: "${"x".repeat(5000)}", A: "${["$", "{{env.B}}"].join("").repeat(2000)}" }\njobs: { a: { steps: [{ run: bash ci/a.sh }, { run: pytest }] } }\n`,
    ),
    "ci/a.sh": many("b"),
    "ci/b.sh": many("c"),
    "ci/c.sh": many("d"),
    "ci/d.sh": "# nothing\n",
  });
  expect(Object.keys(env)).toEqual(["B"]);
});

test.each<[what: string, files: Files, paths: readonly string[]]>([
  [
    "a script beside a whole run by make",
    {
      ...jobs("{ steps: [{ run: make test }] }", "{ steps: [{ run: bash ci/smoke.sh }] }"),
      Makefile: "test:\n\tpytest\n",
      "ci/smoke.sh": "pytest tests/unit\n",
    },
    [],
  ],
  [
    "a script that decides",
    {
      ...jobs("{ steps: [{ run: bash ci/all.sh lint }, { run: pytest }] }"),
      "ci/all.sh": "case $1 in\ntest) pytest tests/unit ;;\nesac\n",
    },
    [],
  ],
  [
    "a script of pyproject.toml that no pipeline runs",
    {
      ...jobs("{ steps: [{ run: hatch run lint:check }] }", "{ steps: [{ run: ruff check . }] }"),
      "pyproject.toml": `${project["pyproject.toml"]}[tool.hatch.envs.test.scripts]\nquick = "pytest tests/unit"\n`,
    },
    [],
  ],
])("%s leaves no test out", async (_, files, paths) => {
  const planned = await plan(factsOf({ ...project, ...files }), readConfig(undefined, "slipway.yaml"));
  expect(planned.services[0]?.askedTests?.paths ?? []).toEqual(paths);
});

test.each(["make lint", "make format"])("the services of the job that tests, and not of %s", async (lint) => {
  const { containers } = await testOf({
    ...jobs(`{ steps: [{ run: ${lint} }] }`, `{ ${withPostgres}, steps: [{ run: make test }] }`),
    Makefile: "lint:\n\truff check\ntest:\n\tpytest\n",
  });
  expect(Object.keys(containers)).toEqual(["db"]);
});

test.each([
  "tox run",
  "tox run -e 3.12",
  "tox -p auto",
  "tox -e integration",
  "make check",
  "make",
  "just verify",
  "set -o pipefail; pytest --cov=app | tee x",
  "bash scripts/test.sh",
  "poe all",
  "timeout 600 pytest",
  "xvfb-run -a pytest",
])("the services and the preparation of the job that runs %s", async (command) => {
  const planned = await plan(
    factsOf({
      ...project,
      ...jobs(`{ ${withPostgres}, steps: [{ run: mkdir made }, { run: "${command}" }] }`),
      "pyproject.toml": `${project["pyproject.toml"]}[tool.poe.tasks]\nall = ["one"]\none = "pytest"\n`,
      "tox.ini": "[testenv]\ncommands = pytest\n[testenv:integration]\ncommands = pytest tests/e2e\n",
      Makefile: "check: unit\nunit:\n\tpytest\n",
      justfile: "verify:\n    pytest\n",
      "scripts/test.sh": '#!/bin/bash\nif [ -z "$CI" ]; then\n  echo local\nfi\npytest\n',
    }),
    readConfig(undefined, "slipway.yaml"),
  );
  const [service] = planned.services;
  expect(Object.keys(service?.askedTests?.containers ?? {})).toEqual(["db"]);
  expect(service?.preparation?.before).toEqual(["mkdir made"]);
});

test("of compose: volumes of its own, and folders that are not in the source", async () => {
  const compose = `services:
  db: { image: postgres, volumes: ["./data:/var/lib/postgresql/data", /tmp/x, "named:/y"] }
  none: { image: redis, volumes: , environment: { A: "\${constructor}" } }
  file: { image: redis, volumes: ["./app:/app"] }
  bound: { image: redis, volumes: [{ type: bind, source: ./app, target: /app }] }
  socket: { image: redis, volumes: ["/var/run/docker.sock:/x"] }
  alone: { image: redis, volumes: }
`;
  const files = {
    "compose.yaml": compose,
    ...jobs("{ steps: [{ run: docker compose up }, { run: pytest }] }"),
  };
  expect(Object.keys((await testOf(files)).containers)).toEqual(["db", "alone"]);
});

test("the containers beside a service in which a job runs its tests", async () => {
  const compose =
    "services: { web: { build: ., depends_on: [db] }, db: { image: 'postgres:16' }, other: { image: redis } }\n";
  const run = "docker compose -f local.yml run --rm web pytest tests/unit";
  const { containers } = await testOf({ "local.yml": compose, ...jobs(`{ steps: [{ run: ${run} }] }`) });
  expect(containers).toEqual({ db: postgres });
});

test("containers that a job starts by docker run", async () => {
  const { containers } = await testOf(
    jobs(
      `{ steps: [{ run: "docker run -d -p 5432:5432 -e A=b --name=main postgres:16 -c x=y
docker run --rm -dit redis
docker run postgres:15
docker run -d -v ./a:/b mysql
docker run -d -e A=$B mongo" }, { run: pytest }] }`.replaceAll("\n", "\\n"),
    ),
  );
  expect(containers).toEqual({
    main: { ...postgres, env: { A: "b" }, args: ["-c", "x=y"] },
    redis: { image: "redis", env: {}, ports: [{ local: 6379, port: 6379 }], args: [] },
  });
});
