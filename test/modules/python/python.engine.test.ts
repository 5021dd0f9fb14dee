import { dag } from "@dagger.io/dagger";
import { expect, test } from "vitest";
import { Python } from "#modules/python/src/index.ts";
import { session } from "../../session.ts";

const python = new Python("python:3.11-slim");
const folder = (files: Record<string, string>) =>
  Object.entries(files).reduce((all, [path, text]) => all.withNewFile(path, text), dag.directory());

test("ruff's findings are in the report and the exit code stays 0", async () => {
  const ran = await session(async () => {
    const container = python.lint(folder({ "a.py": "import os\n" }));
    return {
      exitCode: await container.exitCode(),
      report: await container.file("/reports/ruff.sarif").contents(),
    };
  });
  expect(ran.exitCode).toBe(0);
  expect(ran.report).toContain("F401");
});

test("ruff breaking down on its configuration is an error of the call", async () => {
  const broken = folder({ "a.py": "", "ruff.toml": "line-length = 'wide'\n" });
  await expect(session(() => python.lint(broken).exitCode())).rejects.toThrow();
});

test("an unformatted file is in the report, with exit code 1", async () => {
  const ran = await session(async () => {
    const container = python.format(folder({ "a.py": "x=1\n", "b.py": "y = 1\n" }));
    return {
      exitCode: await container.exitCode(),
      report: await container.file("/reports/ruff-format.sarif").contents(),
    };
  });
  expect(ran.exitCode).toBe(1);
  expect(ran.report).toContain("a.py");
  expect(ran.report).not.toContain("b.py");
});

test("mypy reports type errors with exit code 1, and a broken configuration with 2", async () => {
  const ran = await session(async () => {
    const wrong = await python.types(folder({ "a.py": "x: int = 'one'\n" }));
    const broken = await python.types(folder({ "a.py": "", "mypy.ini": "[mypy]\nfiles = nowhere.py\n" }));
    return {
      exitCode: await wrong.exitCode(),
      report: await wrong.file("/reports/mypy.jsonl").contents(),
      broken: await broken.exitCode(),
    };
  });
  expect(ran.exitCode).toBe(1);
  expect(ran.report).toContain('"assignment"');
  expect(ran.broken).toBe(2);
});

test("pytest leaves JUnit and coverage, also of code that no test imports, and not of the tests", async () => {
  const ran = await session(async () => {
    const container = await python.test(
      folder({
        "shop.py": "def price():\n    return 1\n",
        "unused.py": "x = 1\ny = 2\n",
        "jobs/nightly.py": "x = 1\ny = 2\n",
        "tests/test_shop.py": "import shop\n\n\ndef test_price():\n    assert shop.price() == 1\n",
        "conftest.py": "",
      }),
    );
    return {
      exitCode: await container.exitCode(),
      junit: await container.file("/reports/junit.xml").contents(),
      coverage: await container.file("/reports/coverage.json").contents(),
    };
  });
  expect(ran.exitCode).toBe(0);
  expect(ran.junit).toContain('tests="1"');
  expect(ran.coverage).toContain('"unused.py"');
  // Its folder has no __init__.py.
  expect(ran.coverage).toContain('"jobs/nightly.py"');
  expect(ran.coverage).not.toContain("test_shop.py");
});

test("coverage is there beside a failed test, whatever the project's options say", async () => {
  const reports = await session(async () => {
    const settings = "[pytest]\naddopts = --no-cov-on-fail --cov-report=term\nfilterwarnings = error\n";
    const container = await python.test(
      folder({ "pytest.ini": settings, "shop.py": "x = 1\n", "test_a.py": "def test_a():\n    assert 0\n" }),
    );
    expect(await container.exitCode()).toBe(1);
    return container.directory("/reports").entries();
  });
  expect(reports).toEqual(expect.arrayContaining(["coverage.json", "coverage.xml", "junit.xml"]));
});

test("pytest speaks to a service container by its host name", async () => {
  const ran = await session(async () => {
    const service = dag
      .container()
      .from("python:3.11-slim")
      .withExposedPort(8000)
      .asService({ args: ["python", "-m", "http.server", "8000"] });
    const reads =
      "import urllib.request\n\n\ndef test_it():\n    urllib.request.urlopen('http://files:8000')\n";
    const container = await python.test(
      folder({ "test_a.py": reads }),
      undefined,
      ".",
      [],
      60,
      false,
      [service],
      ["files"],
    );
    return container.exitCode();
  });
  expect(ran).toBe(0);
});

test("pytest waits for a path that answers, and leaves coverage as lcov and HTML too", async () => {
  const ran = await session(async () => {
    const slow =
      "import time, http.server as h; time.sleep(3); h.test(h.SimpleHTTPRequestHandler, port=8000)";
    const service = dag
      .container()
      .from("python:3.11-slim")
      .withExposedPort(8000, { experimentalSkipHealthcheck: true })
      .asService({ args: ["python", "-c", slow] });
    const container = await python.test(
      folder({ "shop.py": "x = 1\n", "test_a.py": "import shop\n\n\ndef test_it():\n    assert shop.x\n" }),
      undefined,
      ".",
      [],
      60,
      false,
      [service],
      ["files"],
      ["http://files:8000/", "tcp://files:8000"],
      60,
    );
    return {
      exitCode: await container.exitCode(),
      containers: await container.file("/reports/containers.json").contents(),
      reports: await container.directory("/reports").entries(),
    };
  });
  expect(ran.exitCode).toBe(0);
  expect(JSON.parse(ran.containers)).toEqual({ when: "after", faults: [] });
  expect(ran.reports).toEqual(expect.arrayContaining(["coverage.lcov", "coverage-html/", "retries.json"]));
});

test("a plugin that there is not is refused", async () => {
  await expect(session(async () => python.plugins(dag.container(), ["sugar"]).sync())).rejects.toThrow(
    /ARGUMENT_INVALID/,
  );
});

test("coverage of runs that measured differently is not merged", async () => {
  const source = folder({ "a.py": "x = 1\n", "test_a.py": "import a\n\n\ndef test_a():\n    assert a.x\n" });
  const merged = session(async () => {
    const lines = await python.test(source);
    const branches = await python.test(source, undefined, ".", ["--cov-branch"]);
    const both = [lines, branches].map((each) => each.file("/coverage/data"));
    return (await python.coverage(source, both)).sync();
  });
  await expect(merged).rejects.toThrow();
});

test("the version of pytest that the project pins wins", async () => {
  const version = await session(() =>
    python
      .environment(folder({ "requirements.txt": "pytest==8.4.2\n" }), [
        "pip",
        "install",
        "--requirements=requirements.txt",
      ])
      .withExec(["pytest", "--version"])
      .stdout(),
  );
  expect(version).toContain("8.4.2");
});

test("services without host names are refused", async () => {
  const service = () => dag.container().from("python:3.11-slim").asService();
  await expect(
    session(() => python.test(dag.directory(), undefined, ".", [], 60, false, [service()], [])),
  ).rejects.toThrow(/ARGUMENT_INVALID/);
});
