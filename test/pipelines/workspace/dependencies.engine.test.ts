import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Directory, dag } from "@dagger.io/dagger";
import { afterAll, describe, expect, test } from "vitest";
import { checkKind } from "#pipelines/commands/check-kind.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";
import { type FoundName, found, withLock } from "../../fixtures/found.ts";
import { appendTo, replaceIn } from "../../fixtures/shop-variants/edit.ts";
import { session } from "../../session.ts";

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

type Change = (dir: string) => Promise<void>;
type Finish = (source: Directory) => Directory;

const uvLock: Finish = (source) => withLock(source, "uv.lock", ["uv", "lock"]);
const asItIs: Finish = (source) => source;

/** Runs the tests of a fixture with one change, after which `finish` may add what is made in the engine alone. */
async function over(name: FoundName, change?: Change, finish = asItIs): Promise<Verdict> {
  const dir = await found(name);
  folders.push(dir);
  await change?.(dir);
  return session(() => checkKind("test", { source: finish(dag.host().directory(dir)) }));
}

const files = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).reduce((all, [path, text]) => all.withNewFile(path, text), dag.directory());

/** The check of a verdict in one line: outcome and reasons. */
function line(verdict: Verdict, name: string): string {
  const check = verdict.checks.find((each) => each.name === name);
  const reasons = check?.reasons.map(({ code, text }) => `${code ?? ""} ${text}`) ?? [];
  return `${check?.outcome} ${reasons.join(" | ")}`;
}

const lines = (verdict: Verdict) => verdict.checks.map(({ name }) => `${name} ${line(verdict, name)}`.trim());

/** A Python project of one module and one test that needs the package idna. */
const code = {
  "hosts.py": "import idna\n\n\ndef encode(name):\n    return idna.encode(name).decode()\n",
  "tests/test_hosts.py":
    'import hosts\n\n\ndef test_it():\n    assert hosts.encode("bücher") == "xn--bcher-kva"\n',
};

describe("poetry.lock", () => {
  const manifest = "pyproject.toml";
  const rewrite = (text: (lock: string) => string) => async (dir: string) => {
    const path = join(dir, "poetry.lock");
    await writeFile(path, text(await readFile(path, "utf8")));
  };

  test("is installed from, with the group for development", async () => {
    expect(lines(await over("poetry-library"))).toEqual(["slugs/test passed"]);
  });

  test("a failing test is a failed check", async () => {
    const verdict = await over("poetry-library", (dir) =>
      replaceIn(dir, "tests/test_slug.py", '"2-for-1"', '"two-for-one"'),
    );
    expect(line(verdict, "slugs/test")).toMatch(/^failed .*1 (of|test)/);
  });

  const cases: readonly [string, Change, RegExp][] = [
    [
      "does not match its manifest",
      (dir) => replaceIn(dir, manifest, '"^1.3"', '"^1.2"'),
      /poetry.*changed significantly/s,
    ],
    ["is truncated", rewrite((lock) => lock.slice(0, 700)), /poetry ended with exit code 1/],
    ["is empty", rewrite(() => ""), /poetry ended with exit code 1/],
    [
      "holds a table of the wrong type",
      rewrite((lock) => lock.replace(/^files = \[$/m, "files = 1\nx = [")),
      /poetry/,
    ],
    [
      "holds a hash that does not match",
      rewrite((lock) => lock.replace(/sha256:\w{64}/g, `sha256:${"0".repeat(64)}`)),
      /[Hh]ash/,
    ],
    [
      "is of a format yet to come",
      rewrite((lock) => lock.replace(/lock-version = ".*"/, 'lock-version = "9.0"')),
      /poetry/,
    ],
  ];
  test.each(cases)("one that %s is an error", async (_, change, words) => {
    const verdict = await over("poetry-library", change);
    expect(line(verdict, "slugs/test")).toMatch(/^errored DEPENDENCIES_NOT_INSTALLED/);
    expect(line(verdict, "slugs/test")).toMatch(words);
  });
});

describe("a uv workspace", () => {
  const members = ["billing", "catalogue", "mailer", "money"].map((name) => `${name}/test`);

  test("each service has the libraries that it asks for, and no other", async () => {
    const verdict = await over("uv-workspace", undefined, uvLock);
    expect(lines(verdict).sort()).toEqual(members.map((name) => `${name} passed`));
  });

  test("a library's change is seen in the services that use it, and nowhere else", async () => {
    const verdict = await over(
      "uv-workspace",
      (dir) =>
        replaceIn(dir, "libs/money/src/money/__init__.py", "self.cents // 100}.", "self.cents // 100},"),
      uvLock,
    );
    expect(line(verdict, "catalogue/test")).toMatch(/^failed/);
    expect(line(verdict, "money/test")).toMatch(/^failed/);
    expect(line(verdict, "billing/test")).toMatch(/^passed/);
    expect(line(verdict, "mailer/test")).toMatch(/^passed/);
  });

  test("a lock that does not match its manifests is an error", async () => {
    const change = '"idna>=3.7", "attrs"';
    const verdict = await over("uv-workspace", undefined, (source) =>
      uvLock(source).withNewFile(
        "services/mailer/pyproject.toml",
        `[project]\nname = "mailer"\nversion = "1.0.0"\nrequires-python = ">=3.11"\ndependencies = [${change}]\n`,
      ),
    );
    expect(line(verdict, "mailer/test")).toMatch(/^errored DEPENDENCIES_NOT_INSTALLED .*lock/s);
  });

  test("a truncated lock is an error", async () => {
    const verdict = await over("uv-workspace", undefined, (source) =>
      source.withNewFile("uv.lock", "version = 1\n[["),
    );
    expect(line(verdict, "billing/test")).toMatch(/^errored DEPENDENCIES_NOT_INSTALLED/);
  });
});

describe("setup.py, requirements and tox.ini", () => {
  test("are installed from, the service itself among its own requirements", async () => {
    expect(lines(await over("legacy"))).toEqual(["app/test passed"]);
  });

  test("a failing test is a failed check", async () => {
    const verdict = await over("legacy", (dir) =>
      replaceIn(dir, "hosts/reader.py", "setdefault(", "__setitem__("),
    );
    expect(line(verdict, "app/test")).toMatch(/^failed/);
  });

  test("requirements that contradict setup.py are an error", async () => {
    const verdict = await over("legacy", (dir) => replaceIn(dir, "setup.py", '"idna>=3"', '"idna>=3.11"'));
    expect(line(verdict, "app/test")).toMatch(/^errored DEPENDENCIES_NOT_INSTALLED .*idna/s);
  });

  test("requirements that name each other in a circle are read once", async () => {
    const verdict = await over("legacy", (dir) =>
      appendTo(dir, "requirements.txt", "-r requirements-dev.txt\n"),
    );
    expect(line(verdict, "app/test")).not.toMatch(/TOOL_TIMED_OUT/);
  });
});

test("a setup.cfg alone is installed from, with its extras for tests", async () => {
  const verdict = await session(() => {
    const cfg =
      "[metadata]\nname = hosts\nlong_description = file: README.md\n[options]\npy_modules = hosts\n" +
      "install_requires =\n    idna>=3\n[options.extras_require]\ntest =\n    iniconfig\n";
    return checkKind("test", {
      source: files({
        ...code,
        "setup.cfg": cfg,
        "README.md": "Hosts\n",
        "tests/test_extra.py": "import iniconfig\n",
      }),
    });
  });
  expect(lines(verdict)).toEqual(["app/test passed"]);
});

describe("Pipfile.lock", () => {
  const pipfile = '[packages]\nidna = ">=3.10"\n\n[dev-packages]\niniconfig = "*"\n';
  const locked = () =>
    withLock(
      files({ ...code, Pipfile: pipfile, "tests/test_dev.py": "import iniconfig\n" }),
      "Pipfile.lock",
      ["uv", "tool", "run", "--from=pipenv==2026.10.3", "pipenv", "lock"],
    );

  test("is installed from, with what is for development", async () => {
    expect(lines(await session(() => checkKind("test", { source: locked() })))).toEqual(["app/test passed"]);
  });

  test("one that does not match its Pipfile is an error", async () => {
    const verdict = await session(() =>
      checkKind("test", { source: locked().withNewFile("Pipfile", pipfile.replace("3.10", "3.9")) }),
    );
    expect(line(verdict, "app/test")).toMatch(/^errored DEPENDENCIES_NOT_INSTALLED .*out-of-date/s);
  });
});

describe("pdm.lock", () => {
  const manifest =
    '[project]\nname = "hosts"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["idna>=3.10"]\n' +
    '[dependency-groups]\ndev = ["iniconfig"]\n[tool.pdm]\ndistribution = false\n';
  const locked = () =>
    withLock(
      files({ ...code, "pyproject.toml": manifest, "tests/test_dev.py": "import iniconfig\n" }),
      "pdm.lock",
      ["uv", "tool", "run", "--from=pdm[locked]==2.29.3", "pdm", "lock"],
    );

  test("is installed from, with its group for development", async () => {
    expect(lines(await session(() => checkKind("test", { source: locked() })))).toEqual([
      "hosts/test passed",
    ]);
  });

  test.each([
    [
      "does not match its manifest",
      (lock: string) => lock.replace(/content_hash = ".*"/, 'content_hash = "sha256:0"'),
    ],
    ["is truncated", (lock: string) => lock.slice(0, 300)],
    ["is empty", () => ""],
  ])("one that %s is an error", async (_, change) => {
    const verdict = await session(async () => {
      const source = locked();
      const lock = await source.file("pdm.lock").contents();
      return checkKind("test", { source: source.withNewFile("pdm.lock", change(lock)) });
    });
    expect(line(verdict, "hosts/test")).toMatch(/^errored DEPENDENCIES_NOT_INSTALLED .*pdm/s);
  });
});

describe("a private index", () => {
  const password = "correct-horse-battery";
  const manifest =
    '[project]\nname = "asks"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["greeting"]\n' +
    '[tool.uv.sources]\ngreeting = { index = "internal" }\n' +
    '[[tool.uv.index]]\nname = "internal"\nurl = "http://private-index:8080/simple"\nexplicit = true\n';
  const source = (run: string) =>
    files({
      "pyproject.toml": manifest,
      "asks.py": "import greeting\n\nTEXT = greeting.HELLO\n",
      "tests/test_it.py": `import asks\n\n\ndef test_${run}():\n    assert "inside" in asks.TEXT\n`,
    });

  async function withIndex(run: string, given: Readonly<Record<string, string>>): Promise<Verdict> {
    const script = await readFile(new URL("../../fixtures/private-index.py", import.meta.url), "utf8");
    Object.assign(process.env, given);
    return session(async () => {
      const index = await dag
        .container()
        .from("python:3.11-slim")
        .withNewFile("/index.py", script)
        .withExposedPort(8080)
        .asService({ args: ["python", "/index.py"] })
        .withHostname("private-index")
        .start();
      try {
        const secrets = Object.keys(given).map((name) => dag.secret(`env://${name}`));
        return await checkKind("test", { source: source(run), secrets });
      } finally {
        await index.stop();
      }
    });
  }

  test("gives to whom a secret names, in Poetry's words too", async () => {
    const verdict = await withIndex("given", {
      POETRY_HTTP_BASIC_INTERNAL_USERNAME: "ada",
      POETRY_HTTP_BASIC_INTERNAL_PASSWORD: password,
    });
    expect(lines(verdict)).toEqual(["asks/test passed"]);
  });

  test("without credentials is an error that says so", async () => {
    expect(line(await withIndex("none", {}), "asks/test")).toMatch(
      /^errored DEPENDENCIES_NOT_INSTALLED .*401/s,
    );
  });

  test("with the wrong ones too, and shows none of them", async () => {
    const wrong = `${password}-not`;
    const text = line(
      await withIndex("wrong", { UV_INDEX_INTERNAL_USERNAME: "ada", UV_INDEX_INTERNAL_PASSWORD: wrong }),
      "asks/test",
    );
    expect(text).toMatch(/^errored DEPENDENCIES_NOT_INSTALLED .*403/s);
    expect(text).not.toContain(wrong);
  });
});
