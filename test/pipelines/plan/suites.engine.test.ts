import { rm } from "node:fs/promises";
import { type Directory, dag } from "@dagger.io/dagger";
import { afterAll, describe, expect, test } from "vitest";
import { ci } from "#pipelines/ci.ts";
import { checkKind } from "#pipelines/commands/check-kind.ts";
import { readJunit } from "#pipelines/readers/junit.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";
import { shopWith, type VariantName } from "../../fixtures/shop-variants.ts";
import { session } from "../../session.ts";

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function shop(variant: VariantName): Promise<Directory> {
  const folder = await shopWith(variant);
  folders.push(folder);
  return dag.host().directory(folder);
}

/** Each check in a line: name, outcome, reasons or note. */
function lines({ checks }: Verdict): readonly string[] {
  return checks.map(({ name, outcome, reasons, note }) =>
    [name, outcome, ...reasons.map(({ code, text }) => `${code ?? ""} ${text}`.trim()), note ?? ""]
      .filter((part) => part !== "")
      .join(" | "),
  );
}

const over = async (variant: VariantName) =>
  lines(
    await session(async () =>
      checkKind("test", { source: await shop(variant), service: serviceOf(variant) }),
    ),
  );

/** The service that a variant is about, so that no test waits for the other one. */
function serviceOf(variant: VariantName): string {
  return variant === "suites" || variant === "containerEnds" ? "orders" : "notifier";
}

type Files = Readonly<Record<string, string>>;

const app: Files = {
  "pyproject.toml": '[project]\nname = "app"\nversion = "1"\n',
  "app.py": "def sign(x):\n    if x < 0:\n        return -1\n    return 1\n",
  "tests/test_one.py": "import app\n\n\ndef test_one():\n    assert app.sign(1) == 1\n",
  "tests/test_two.py": "import app\n\n\ndef test_two():\n    assert app.sign(-1) == -1\n",
};

/** Tests a small repository with one service, `app`, whose `test` in slipway.yaml is this, and more gates. */
async function small(settings: string, gates = "", ...changes: readonly Files[]): Promise<readonly string[]> {
  const config = `services: {app: {path: ., test: ${settings}}}\ngates: {coverage: 50${gates}}\n`;
  const files: Files = Object.assign({}, app, { "slipway.yaml": config }, ...changes);
  return lines(
    await session(() =>
      checkKind("test", {
        source: Object.entries(files).reduce(
          (folder, [name, text]) => folder.withNewFile(name, text),
          dag.directory(),
        ),
      }),
    ),
  );
}

const two = "{suites: {one: {paths: [tests/test_one.py]}, two: {paths: [tests/test_two.py]}}}";

describe("suites", () => {
  test("are checks of their own, and pass the gate by what they cover together", async () => {
    const [unit, integration, coverage, ...others] = await over("suites");
    expect(unit).toMatch(/^orders\/test\/unit \| passed \| \d+ tests$/);
    expect(integration).toMatch(/^orders\/test\/integration \| passed \| \d+ tests$/);
    expect(coverage).toMatch(/^orders\/coverage \| passed \| (9\d|100)(\.\d)? % of lines covered$/);
    expect(others).toEqual([]);
  });

  test("leave their reports each in a folder, and the coverage as JSON, XML, lcov and HTML in one", async () => {
    const { files, page } = await session(async () => {
      const source = dag
        .directory()
        .withNewFile("slipway.yaml", `services: {app: {path: ., lint: false, types: false, test: ${two}}}\n`);
      const whole = Object.entries(app).reduce((all, [name, text]) => all.withNewFile(name, text), source);
      const { reports } = await ci({ source: whole });
      return { files: await reports.glob("**/*"), page: await reports.file("index.html").contents() };
    });
    expect(files).toEqual(
      expect.arrayContaining([
        "app/test/one/junit.xml",
        "app/test/two/junit.xml",
        "app/coverage/coverage.json",
        "app/coverage/coverage.xml",
        "app/coverage/coverage.lcov",
        "app/coverage/coverage-html/index.html",
      ]),
    );
    expect(page).toContain('href="./app/coverage/coverage-html/index.html"');
    expect(page).not.toContain("app_py.html");
  });

  test("of which one fails: its check alone fails, and what it covered counts", async () => {
    const wrong = { "tests/test_two.py": "import app\n\n\ndef test_two():\n    assert app.sign(-1) == 2\n" };
    expect(await small(two, "", wrong)).toEqual([
      "app/test/one | passed | 1 test",
      "app/test/two | failed | 1 of 1 test failed: tests.test_two::test_two",
      "app/coverage | passed | 100 % of lines covered",
    ]);
  });

  test("of which one finds no test: nobody knows the coverage", async () => {
    const settings = "{suites: {one: {}, none: {markers: nothing}}}";
    const [one, none, coverage] = await small(settings);
    expect(one).toBe("app/test/one | passed | 2 tests");
    expect(none).toMatch(/^app\/test\/none \| errored \| TESTS_NOT_FOUND .* for the suite none/);
    expect(coverage).toMatch(/^app\/coverage \| skipped \| app\/test\/none could not be carried out/);
  });

  test("with the same containers have one each", async () => {
    const counts = (host: string) => ({
      [`tests/test_${host}.py`]: `import socket\nimport app\n\n\ndef test_it():\n    assert app.sign(1)\n    with socket.create_connection(("redis", 6379)) as redis:\n        redis.sendall(b"INCR runs\\r\\n")\n        assert redis.recv(9) == b":1\\r\\n"\n`,
    });
    const settings =
      "{containers: {redis: {image: 'redis:7', port: 6379}}, suites: {one: {paths: [tests/test_one.py]}, two: {paths: [tests/test_two.py]}}}";
    const found = await small(settings, "", counts("one"), counts("two"));
    expect(found.slice(0, 2)).toEqual(["app/test/one | passed | 1 test", "app/test/two | passed | 1 test"]);
  });
});

describe("containers that a pipeline starts", () => {
  const asks = (host: string, port: number) => ({
    "tests/test_one.py": `import os, socket\nimport app\n\n\ndef test_one():\n    assert app.sign(1) and os.environ["MODE"] == "fast"\n    with socket.create_connection(("${host}", ${port})) as redis:\n        big = b"x" * 3_000_000\n        redis.sendall(b"*2\\r\\n$4\\r\\nECHO\\r\\n$3000000\\r\\n" + big + b"\\r\\n")\n        with redis.makefile("rb") as answer:\n            assert answer.read(3_000_012).endswith(big + b"\\r\\n")\n`,
  });

  test("for GitHub's job have the ports of localhost that it says", async () => {
    const [found] = await small("{}", "", asks("localhost", 6390), {
      ".github/workflows/ci.yml":
        "on: [push]\njobs: { test: { services: { cache: { image: 'redis:7', ports: ['6390:6379'] } }, env: { MODE: fast }, steps: [{ run: pytest }] } }\n",
    });
    expect(found).toMatch(
      /^app\/test \| passed \| 2 tests.*with containers of redis:7, as \.github\/workflows\/ci\.yml says/,
    );
  });

  test("for GitLab's job have the ports of their image", async () => {
    const [found] = await small("{}", "", asks("redis", 6379), {
      ".gitlab-ci.yml": "test: { services: ['redis:7'], variables: { MODE: fast }, script: pytest }\n",
    });
    expect(found).toMatch(/^app\/test \| passed \| 2 tests/);
  });
});

test("containers of a pipeline that cannot start leave the tests alone, and the check says so", async () => {
  const [found] = await small("{readyTimeout: 2s}", "", {
    ".github/workflows/ci.yml":
      "on: [push]\njobs: { test: { services: { cache: { image: 'redis:7', ports: ['6391'] } }, steps: [{ run: pip install colorama==0.4.6 }, { run: mkdir made }, { run: pytest }] } }\n",
    "tests/test_one.py": "import app, colorama\n\n\ndef test_one():\n    assert app.sign(1) and colorama\n",
  });
  expect(found).toBe(
    "app/test | passed | 2 tests, 100 % of lines covered, without what .github/workflows/ci.yml starts or does before: redis:7, `mkdir made` (CONTAINER_NOT_READY)",
  );
  const [own] = await small("{before: ['false']}", "", {
    ".github/workflows/ci.yml":
      "on: [push]\njobs: { test: { services: { cache: { image: 'redis:7', ports: ['6379'] } }, steps: [{ run: pytest }] } }\n",
  });
  expect(own).toMatch(/^app\/test \| errored \| TESTS_NOT_PREPARED app\/test: the command `false` before/);
});

describe("gates", () => {
  test("branches are measured when they are asked for, over all suites", async () => {
    expect((await small(two, ", branches: 100")).at(-1)).toBe(
      "app/coverage | passed | 100 % of lines and 100 % of branches covered",
    );
  });

  test("branches that are not covered fail the check", async () => {
    expect(await small("{paths: [tests/test_one.py]}", ", branches: 60")).toEqual([
      "app/test | failed | 50 % of branches covered (required: at least 60 %)",
    ]);
  });

  test("all services together have a bar of their own", async () => {
    const found = await small("{paths: [tests/test_one.py]}", ", totalCoverage: 90");
    expect(found).toEqual([
      "app/test | passed | 1 test, 75 % of lines covered",
      "coverage | failed | 75 % of lines covered (required: at least 90 %)",
    ]);
  });
});

describe("retries", () => {
  test("a test that passed by a retry alone is named, and counted once", async () => {
    const [notifier] = await over("flakyTest");
    expect(notifier).toMatch(
      /^notifier\/test \| passed \| \d+ tests, 1 of them flaky, passed only after a retry: tests\.test_flaky::test_it_passes_at_last, /,
    );
  });

  test("a test that never passes has failed", async () => {
    const wrong = { "tests/test_two.py": "def test_two():\n    assert False\n" };
    expect(await small("{retries: 1, parallel: 2}", "", wrong)).toEqual([
      "app/test | failed | 1 of 2 tests failed: tests.test_two::test_two",
    ]);
  });

  test("a plugin that does not go with the repository's pytest is an error, and moves nothing", async () => {
    const old = { "requirements.txt": "pytest==7.4.4\npytest-cov==4.1.0\n" };
    const [found] = await small("{retries: 1}", "", old);
    expect(found).toMatch(/^app\/test \| errored \| DEPENDENCIES_NOT_INSTALLED .*pytest-rerunfailures/);
  });

  test("the repository's own plugin is taken, whatever its version", async () => {
    const own = { "requirements.txt": "pytest==8.4.2\npytest-cov==6.0.0\npytest-rerunfailures==15.0\n" };
    const flaky = {
      "tests/test_two.py": "n = []\n\n\ndef test_two():\n    n.append(1)\n    assert len(n) > 1\n",
    };
    const [found] = await small("{retries: 1}", "", own, flaky);
    expect(found).toMatch(/^app\/test \| passed \| 2 tests, 1 of them flaky, .*test_two, 75 %/);
  });
});

describe("versions of Python", () => {
  const matrix = (versions: string, changes: Files = {}) =>
    session(async () => {
      const config = `services: {app: {path: ., python: [${versions}], lint: false, test: {timeout: 2m}}}\ngates: {coverage: 90}\n`;
      const files: Files = { ...app, "slipway.yaml": config, ...changes };
      const source = Object.entries(files).reduce(
        (folder, [name, text]) => folder.withNewFile(name, text),
        dag.directory(),
      );
      return lines(await checkKind("test", { source }));
    });

  const only = (version: string) => ({
    "tests/test_two.py": `import sys\nimport app\n\n\ndef test_two():\n    if sys.version_info[:2] == ${version}:\n        assert app.sign(-1) == -1\n`,
  });

  test("run the tests once each, and count what they cover together", async () => {
    expect(await matrix('"3.11", "3.13"', only("(3, 13)"))).toEqual([
      "app/test-3.11 | passed | 2 tests",
      "app/test-3.13 | passed | 2 tests",
      "app/coverage | passed | 100 % of lines covered",
    ]);
  });

  test("of which one fails: its check alone does", async () => {
    const wrong = {
      "tests/test_two.py":
        "import sys\nimport app\n\n\ndef test_two():\n    assert app.sign(-1) == -1\n    assert sys.version_info < (3, 12)\n",
    };
    expect(await matrix('"3.11", "3.13"', wrong)).toEqual([
      "app/test-3.11 | passed | 2 tests",
      "app/test-3.13 | failed | 1 of 2 tests failed: tests.test_two::test_two",
      "app/coverage | passed | 100 % of lines covered",
    ]);
  });

  test("of which one cannot install: its check is an error, and nobody knows the coverage", async () => {
    const needs = {
      "requirements.txt": "pytest; python_version < '3.12'\nnumpy==1.0.0; python_version >= '3.12'\n",
    };
    const [one, other, coverage] = await matrix('"3.11", "3.13"', needs);
    expect(one).toBe("app/test-3.11 | passed | 2 tests");
    expect(other).toMatch(/^app\/test-3\.13 \| errored \| DEPENDENCIES_NOT_INSTALLED /);
    expect(coverage).toMatch(/^app\/coverage \| skipped \| app\/test-3\.13 could not be carried out/);
  });

  test("check the types once each where a type checker is configured", async () => {
    const names = await session(async () => {
      const config = 'services: {app: {path: ., python: ["3.11", "3.13"], lint: false, types: [mypy]}}\n';
      const typed = {
        ...app,
        "slipway.yaml": config,
        "app.py": "import sys\n\nif sys.version_info >= (3, 12):\n    wrong: int = 'text'\n",
      };
      const source = Object.entries(typed).reduce(
        (folder, [name, text]) => folder.withNewFile(name, text),
        dag.directory(),
      );
      return lines(await checkKind("lint", { source }));
    });
    expect(names[1]).toMatch(/^app\/mypy-3\.11 \| passed/);
    expect(names[2]).toMatch(/^app\/mypy-3\.13 \| failed \| mypy: 1 type error: assignment app\.py:4/);
  });
});

describe("shards", () => {
  const many: Files = Object.fromEntries(
    [1, 2, 3, 4].map((n) => [
      `tests/test_${n}.py`,
      `import app\n\n\ndef test_${n}():\n    assert app.sign(${n % 2 ? 1 : -1})\n`,
    ]),
  );

  test("are one check, their reports and coverage taken together", async () => {
    const { found, junit, files } = await session(async () => {
      const config =
        "services: {app: {path: ., lint: false, types: false, test: {shards: 2, parallel: true}}}\n";
      const source = Object.entries({ ...app, ...many, "slipway.yaml": config }).reduce(
        (folder, [name, text]) => folder.withNewFile(name, text),
        dag.directory(),
      );
      const { verdict, reports } = await ci({ source, vulnerabilityDatabase: dag.directory() });
      return {
        found: lines(verdict).filter((line) => /^app\/(test|coverage)/.test(line)),
        junit: await reports.file("app/test/junit.xml").contents(),
        files: await reports.glob("app/test/shard-*/junit.xml"),
      };
    });
    expect(found).toEqual(["app/test | passed | 6 tests", "app/coverage | passed | 100 % of lines covered"]);
    expect(files).toHaveLength(2);
    expect(readJunit(junit, "junit.xml", [])).toMatchObject({ passed: 6, failed: 0 });
  });

  test("of which one fails: the check does, and names the test", async () => {
    const wrong = { "tests/test_4.py": "def test_4():\n    assert False\n" };
    expect((await small("{shards: 3}", "", many, wrong))[0]).toBe(
      "app/test | failed | 1 of 6 tests failed: tests.test_4::test_4",
    );
  });

  test("of which some have no test are none the worse", async () => {
    expect(await small("{shards: 4}")).toEqual([
      "app/test | passed | 2 tests",
      "app/coverage | passed | 100 % of lines covered",
    ]);
  });

  test("of which all have no test are an error", async () => {
    const [found] = await small("{shards: 2, markers: nothing}");
    expect(found).toMatch(/^app\/test \| errored \| TESTS_NOT_FOUND /);
  });

  test("go by the recorded times", async () => {
    const slow = { ".test_durations": JSON.stringify({ "tests/test_1.py::test_1": 100 }) };
    const alone = {
      "tests/test_2.py": "import os\n\n\ndef test_2():\n    os.environ['SEEN'] = '2'\n",
      "tests/test_1.py": "import os\n\n\ndef test_1():\n    assert 'SEEN' not in os.environ\n",
      "tests/test_0.py": "import os\n\n\ndef test_0():\n    os.environ['SEEN'] = '0'\n",
    };
    const [apart] = await small(
      "{shards: 2, paths: [tests/test_0.py, tests/test_2.py, tests/test_1.py]}",
      "",
      slow,
      alone,
    );
    expect(apart).toBe("app/test | passed | 3 tests");
    const [evenly] = await small(
      "{shards: 2, paths: [tests/test_0.py, tests/test_1.py, tests/test_2.py]}",
      "",
      alone,
    );
    expect(evenly).toMatch(/^app\/test \| failed \| 1 of 3 tests failed/);
  });

  test("with containers have one each", async () => {
    const count = (n: number) => ({
      [`tests/test_${n}.py`]: `import socket\nimport app\n\n\ndef test_it():\n    assert app.sign(1)\n    with socket.create_connection(("redis", 6380)) as redis:\n        redis.sendall(b"INCR runs\\r\\n")\n        assert redis.recv(9) == b":1\\r\\n"\n`,
    });
    const settings =
      "{shards: 2, paths: [tests/test_3.py, tests/test_4.py], containers: {redis: {image: 'redis:7', port: 6380, args: ['--port', '6380']}}}";
    expect((await small(settings, "", count(3), count(4)))[0]).toBe("app/test | passed | 2 tests");
  });

  test("whose container is not ready is an error that names it", async () => {
    const settings = "{shards: 2, readyTimeout: 2s, containers: {redis: {image: 'redis:7', port: 6380}}}";
    const [found] = await small(settings);
    expect(found).toMatch(/^app\/test \| errored \| CONTAINER_NOT_READY the container redis/);
  });

  test("whose times are no JSON are an error", async () => {
    const [found] = await small("{shards: 2}", "", { ".test_durations": "{" });
    expect(found).toMatch(/^app\/test \| errored \| TOOL_FAILED .*JSONDecodeError/);
  });

  test("that would each run the tests in another order are refused", async () => {
    const random = {
      "conftest.py":
        "import os\n\n\ndef pytest_collection_modifyitems(config, items):\n    if config.option.group == 2:\n        items.reverse()\n",
    };
    const [found] = await small("{shards: 2}", "", random);
    expect(found).toMatch(
      /^app\/test \| errored \| REPORT_CONTRADICTORY .*two shards of app\/test ran the same test, tests\/test_one\.py/,
    );
  });
});

test("a single test that takes too long fails, and the others pass", async () => {
  const slow = { "tests/test_two.py": "import time\n\n\ndef test_two():\n    time.sleep(60)\n" };
  expect(await small("{testTimeout: 1s}", "", slow)).toEqual([
    "app/test | failed | 1 of 2 tests failed: tests.test_two::test_two",
  ]);
});

describe("a container", () => {
  test("that never opens its port is an error that names it", async () => {
    const [found] = await over("containerUnready");
    expect(found).toMatch(
      /^notifier\/test \| errored \| CONTAINER_NOT_READY the container redis did not become ready within 5 s \(tcp:\/\/redis:6380: /,
    );
  });

  test("that ends at once is an error with its last words", async () => {
    const [found] = await over("containerEnds");
    expect(found).toMatch(/^orders\/test \| errored \| CONTAINER_NOT_READY .*POSTGRES_PASSWORD/);
  });

  test("that dies while the tests run is an error, not a failed test", async () => {
    const [found] = await over("containerDies");
    expect(found).toMatch(
      /^notifier\/test \| errored \| CONTAINER_DIED the container redis answered before the tests, but not after/,
    );
  });

  test("whose path does not answer is not ready, though its port is open", async () => {
    const settings =
      "{readyTimeout: 3s, containers: {redis: {image: 'redis:7', port: 6379, ready: /health}}}";
    const [found] = await small(settings);
    expect(found).toMatch(/^app\/test \| errored \| CONTAINER_NOT_READY .*http:\/\/redis:6379\/health/);
  });
});

describe("tests that cannot begin", () => {
  test("because a module of them cannot be imported name it, with the error", async () => {
    const found = await small("{}", "", { "tests/test_two.py": "import nothere\n" });
    expect(found[0]).toBe(
      "app/test | failed | 1 of 1 test errored: tests.test_two (ModuleNotFoundError: No module named 'nothere')",
    );
  });

  test("because Python itself ends are an error with its own words", async () => {
    const [found] = await small("{}", "", { "token.py": "x = 1\n" });
    expect(found).toMatch(/^app\/test \| errored \| TOOL_FAILED pytest ended with exit code 1: .*token/);
  });
});
