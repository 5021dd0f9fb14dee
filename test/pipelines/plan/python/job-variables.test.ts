import { expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { plan } from "#pipelines/plan/plan.ts";
import { factsOf } from "../facts-of.ts";

type Files = Readonly<Record<string, string>>;

async function serviceOf(files: Files) {
  const all = { "requirements.txt": "", "tests/a/test_a.py": "", "tests/b/test_b.py": "", ...files };
  const { services } = await plan(factsOf(all), readConfig(undefined, "slipway.yaml"));
  return services[0];
}

const github = (text: string): Files => ({ ".github/workflows/ci.yml": text });

test("values of a workflow are what its job gets", async () => {
  const service = await serviceOf(
    github(`on: [push]
env: { NONE: , NUMBER: 1, MAP: { a: b }, LIST: [1] }
jobs:
  test:
    container: { image: "python:3.12", env: { FROM_CONTAINER: a, NUMBER: 2 } }
    strategy: { matrix: { include: [{ url: "sqlite:///a" }, { url: "sqlite:///b" }] } }
    env:
      SECRET_KEY: "django-$abc{def}*g?"
      JSON: '{"a": true}'
      URL: "\${{ matrix.url }}"
      SECRET: "a\${{ secrets.S }}"
      my-var: x
    steps: [{ run: pytest }]
`),
  );
  expect(service?.askedTests?.env).toEqual({
    FROM_CONTAINER: "a",
    NONE: "",
    NUMBER: "1",
    SECRET_KEY: "django-$abc{def}*g?",
    JSON: '{"a": true}',
    URL: "sqlite:///b",
  });
});

test("of a matrix, the row of Linux counts", async () => {
  const service = await serviceOf(
    github(`on: [push]
jobs:
  test:
    strategy: { matrix: { os: [ubuntu-24.04, macos-latest, windows-latest], python: ["3.9", "3.13"] } }
    env: { OS: "\${{ matrix.os }}", PYTHON: "\${{ matrix.python }}" }
    steps: [{ run: pytest }]
`),
  );
  expect(service?.askedTests?.env).toEqual({ OS: "ubuntu-24.04", PYTHON: "3.13" });
});

test("a variable that is set again stands for the one above it", async () => {
  const service = await serviceOf(
    github(`on: [push]
env: { DB: shop, USER_NAME: bot }
jobs:
  test:
    env: { USER_NAME: "\${{ env.USER_NAME }}-1" }
    steps:
      - run: pytest
        env: { DB: "\${{ env.DB }}", URL: "postgres://\${{ env.USER_NAME }}@db/\${{ env.DB }}" }
`),
  );
  expect(service?.askedTests?.env).toEqual({
    DB: "shop",
    USER_NAME: "bot-1",
    URL: "postgres://bot-1@db/shop",
  });
});

test("commands before the tests get the variables of their step, by names that a shell knows", async () => {
  const service = await serviceOf(
    github(`on: [push]
jobs:
  test:
    services: { db: { image: "mysql:8", env: { MYSQL_ROOT_PASSWORD: } } }
    env: { "true;#": x, my-var: y }
    steps:
      - run: alembic upgrade head
        env: { URL: "mysql://root@db/x?a=$b*", SECRET: "\${{ secrets.S }}" }
      - run: A="$B" touch c
      - run: pytest
`),
  );
  expect(service?.preparation?.before).toEqual([
    "URL='mysql://root@db/x?a=$b*' alembic upgrade head",
    "touch c",
  ]);
  expect(service?.askedTests?.containers).toMatchObject({ db: { env: { MYSQL_ROOT_PASSWORD: "" } } });
});

test("a matrix of environments leaves none of them out", async () => {
  const service = await serviceOf({
    ...github(`on: [push]
jobs:
  test:
    strategy: { matrix: { tox: [a, b] } }
    env: { TOXENV: "\${{ matrix.tox }}" }
    steps: [{ run: tox }]
  smoke: { steps: [{ run: pytest tests/b }] }
`),
    "tox.ini": "[testenv:a]\ncommands = pytest tests/a\n[testenv:b]\ncommands = pytest tests/b\n",
  });
  expect(service?.askedTests?.paths).toEqual(["tests/a", "tests/b"]);
});

test.each<[string, string]>([
  ["by a list", `tox: [a, b] } }\n    steps: [{ run: 'tox -e \${{ matrix.tox }}' }]`],
  [
    "by rows",
    `include: [{ tox: a }, { tox: b }] } }\n    steps: [{ run: 'tox run -e \${{ matrix.tox }} -- -v' }]`,
  ],
  ["by maps", `on: [{ tox: a }, { tox: b }] } }\n    steps: [{ run: 'tox --env=\${{ matrix.on.tox }}' }]`],
])("a matrix names environments %s, and others do not count", async (_, job) => {
  const service = await serviceOf({
    "tests/c/test_c.py": "",
    ...github(`on: [push]\njobs:\n  test:\n    strategy: { matrix: { ${job}\n`),
    "tox.ini":
      "[testenv:a]\ncommands = pytest tests/a\n[testenv:b]\ncommands = pytest tests/b\n[testenv:c]\ncommands = pytest tests/c\n",
  });
  expect(service?.askedTests?.paths).toEqual(["tests/a", "tests/b"]);
});

test("a part of an environment's name that a matrix has leaves none of them out", async () => {
  const service = await serviceOf({
    ...github(`on: [push]
jobs:
  test:
    strategy: { matrix: { suite: [a, b] } }
    env: { TOXENV: "py312-\${{ matrix.suite }}" }
    steps: [{ run: tox }]
`),
    "tox.ini": "[testenv:py312-a]\ncommands = pytest tests/a\n[testenv:py312-b]\ncommands = pytest tests/b\n",
  });
  expect(service?.askedTests?.paths).toEqual(["tests/a", "tests/b"]);
});

test.each<[string, string]>([
  ["a loop", "test:\n\tpytest tests/a\n\tfor t in b; do $(MAKE) $$t; done\nb:\n\tpytest tests/b\n"],
  ["a variable", "MORE = b\ntest: a $(MORE)\na:\n\tpytest tests/a\nb:\n\tpytest tests/b\n"],
])("targets of make that %s names are run too", async (_, makefile) => {
  const service = await serviceOf({
    ...github("on: [push]\njobs: { test: { steps: [{ run: make test }] } }\n"),
    Makefile: makefile,
  });
  expect(service?.askedTests?.paths ?? []).not.toEqual(["tests/a"]);
});

test("a hook of pre-commit chooses no tests", async () => {
  const hook = "id: tests, language: system, entry: pytest tests/a -q, pass_filenames: false";
  const service = await serviceOf({
    ".pre-commit-config.yaml": `repos: [{ repo: local, hooks: [{ ${hook} }] }]\n`,
    Makefile: "test:\n\tpytest -v\n",
  });
  expect(service?.askedTests?.paths ?? []).toEqual([]);
});

test("a large circle of targets is followed once", async () => {
  const targets = Array.from(
    { length: 490 },
    (_, at) => `t${at}: t${(at + 1) % 490}\n\tpip install a${at}\n`,
  );
  const steps = Array.from({ length: 200 }, () => `{ run: "${"make t0\\n".repeat(20)}pytest" }`).join(", ");
  const begun = process.cpuUsage();
  const service = await serviceOf({
    ...github(`on: [push]\njobs: { test: { steps: [${steps}] } }\n`),
    Makefile: targets.join(""),
  });
  expect(service).toBeDefined();
  // In microseconds of the processor: it was more than a minute for a tenth of these steps.
  expect(process.cpuUsage(begun).user).toBeLessThan(30_000_000);
});

test("an environment of tox without tests sets no variables for them", async () => {
  const service = await serviceOf({
    ...github("on: [push]\njobs: { test: { steps: [{ run: tox }] } }\n"),
    "tox.ini":
      "[tox]\nenvlist = py{312,313},py313-build\n[testenv]\ncommands = pytest -v\n[testenv:py313-build]\nsetenv = LANG=\ncommands = python -m build\n",
  });
  expect(service?.askedTests?.env ?? {}).toEqual({});
});

test("variables of GitLab, without those that it sets itself", async () => {
  const service = await serviceOf({
    ".gitlab-ci.yml": `variables: { NONE: , A: { value: b }, B: "$CI_COMMIT_SHA", C: "{$A}" }\ntest: { script: [pytest] }\n`,
  });
  expect(service?.askedTests?.env).toEqual({ NONE: "", A: "b", C: "{b}" });
});

test("a secret is no part of what a compose file starts", async () => {
  const service = await serviceOf({
    ...github(`on: [push]
jobs:
  test:
    env: { PASSWORD: "\${{ secrets.P }}" }
    steps: [{ run: docker compose up -d }, { run: pytest }]
`),
    "compose.yaml": `services:
  db: { image: postgres, environment: { POSTGRES_PASSWORD: $PASSWORD } }
  cache: { image: redis, environment: { A: } }
`,
  });
  expect(service?.askedTests?.containers).toMatchObject({ cache: { env: { A: "" } } });
  expect(Object.keys(service?.askedTests?.containers ?? {})).toEqual(["cache"]);
});
