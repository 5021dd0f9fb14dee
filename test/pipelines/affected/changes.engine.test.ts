import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { type Directory, dag } from "@dagger.io/dagger";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { affectedServices } from "#pipelines/affected/affected.ts";
import { ci } from "#pipelines/ci.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";
import { exampleDatabase } from "../../../ci/engine/vulnerability-db.ts";
import { repository } from "../../fixtures/repository.ts";
import { shopWith } from "../../fixtures/shop-variants.ts";
import { session } from "../../session.ts";

let database: string;
const folders: string[] = [];
beforeAll(async () => {
  database = dirname(await exampleDatabase());
});
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

const two = (gates = "") => ({
  "slipway.yaml": `services: {a: {path: a, types: false}, b: {path: b, types: false}}\ngates: {coverage: 0${gates}}\n`,
  "README.md": "Two services.\n",
  ...service("a"),
  ...service("b"),
});

function service(name: string) {
  return {
    [`${name}/pyproject.toml`]: `[project]\nname = "${name}"\nversion = "1"\n`,
    [`${name}/${name}.py`]: "def one() -> int:\n    return 1\n",
    [`${name}/tests/test_${name}.py`]: `import ${name}\n\n\ndef test_one() -> None:\n    assert ${name}.one() == 1\n`,
  };
}

const commit = "git add --all\ngit commit --quiet --message=change";

/** Each reason in a line: `a: own path a/a.py`. */
function plan(commands: string, base?: string, files: Readonly<Record<string, string>> = two()) {
  return session(async () => {
    const { source, history } = repository(files, `git branch base\n${commands}`);
    const found = await affectedServices({ source, base: base ?? "base", git: history });
    const reasons = found.services.flatMap(({ name, reasons: own }) =>
      own.map(({ reason, path }) => `${name}: ${reason} ${path}`),
    );
    return { reasons, all: found.all, notes: found.notes };
  });
}

describe("the plan names the services that are affected", () => {
  test("by what is committed and by what is not, with the first file", async () => {
    expect(await plan("echo >>a/a.py")).toEqual({ reasons: ["a: own path a/a.py"], all: false, notes: [] });
    expect(await plan(`echo >>b/new.py\n${commit}`)).toEqual({
      reasons: ["b: own path b/new.py"],
      all: false,
      notes: [],
    });
  });

  test.each<[what: string, commands: string, reasons: readonly string[]]>([
    [
      "a file moved between them",
      `git mv a/a.py b/c.py\n${commit}`,
      ["a: own path a/a.py", "b: own path b/c.py"],
    ],
    ["a mode alone", "chmod +x a/a.py", ["a: own path a/a.py"]],
    ["a binary file", "printf '\\0' >a/x.bin", ["a: own path a/x.bin"]],
    ["line ends alone", "sed -i 's/$/\\r/' a/a.py", ["a: own path a/a.py"]],
    ["a link that comes or goes", "ln -s ../README.md a/link", ["a: own path a/link"]],
    ["a file that became a link", "rm a/a.py\nln -s ../b/b.py a/a.py", ["a: own path a/a.py"]],
    [
      "what a link of another leads to",
      `ln -s ../a b/shared\n${commit}\ngit branch --force base\necho >>a/a.py`,
      ["a: own path a/a.py", "b: own path a/a.py"],
    ],
    [
      "a submodule in it",
      submodule("a/vendor"),
      ["a: own path a/vendor", "a: unknown file .gitmodules", "b: unknown file .gitmodules"],
    ],
    [
      "a submodule that holds something else than is recorded",
      `${submodule("a/vendor")}\ngit branch --force base\necho 's = 2' >a/vendor/s.py`,
      ["a: own path a/vendor"],
    ],
    ["a submodule as it is recorded", `${submodule("a/vendor")}\ngit branch --force base`, []],
    [
      "a submodule without its history",
      `${submodule("a/vendor")}\ngit branch --force base\nrm -r .git/modules`,
      ["a: own path a/vendor"],
    ],
    ["an unknown file", "echo >Makefile", ["a: unknown file Makefile", "b: unknown file Makefile"]],
    [
      "a folder of a service that is gone",
      `mkdir c\necho >c/c.py\n${commit}\ngit branch --force base\nrm -r c`,
      ["a: unknown file c/c.py", "b: unknown file c/c.py"],
    ],
  ])("%s", async (_, commands, reasons) => {
    expect((await plan(commands)).reasons).toEqual(reasons);
  });

  test("whatever the names of the files", async () => {
    const names = ['"', "'$(touch x)'", "line\nend", "ü", "tab\t", "\u202e", "-rf", " "];
    const copied = names.map((name) => `cp b/b.py 'a/${name.replaceAll("'", "'\\''")}.py'`).join("\n");
    const found = await session(async () => {
      const { source, history } = repository(two(), copied);
      return affectedServices({ source, base: "main", git: history });
    });
    expect(found.services).toEqual([
      {
        name: "a",
        path: "a",
        reasons: [{ reason: "own path", path: expect.stringMatching(/^a\//), files: names.length }],
      },
    ]);
  });

  test("and none where nothing differs, or documentation alone, with a note", async () => {
    expect(await plan("")).toEqual({
      reasons: [],
      all: false,
      notes: ["nothing differs from the base, so no service needs a check"],
    });
    expect(await plan("echo >>README.md")).toEqual({
      reasons: [],
      all: false,
      notes: ["no service reads a file that differs from the base (1 file)"],
    });
  });

  test("and all of them without a base", async () => {
    const found = await session(() => affectedServices({ source: repository(two()).source }));
    expect(found).toEqual({
      version: 1,
      services: ["a", "b"].map((name) => ({
        name,
        path: name,
        reasons: [{ reason: "no base", files: 0 }],
      })),
      all: true,
      notes: [],
    });
  });

  test("files that a call leaves out of its source are not taken for deleted ones", async () => {
    const files = { ...two(), "reports/index.html": "", "a/node_modules/x.js": "" };
    const found = await session(async () => {
      const { source, history } = repository(files);
      const handed = source.withoutDirectory("reports").withoutDirectory("a/node_modules");
      return affectedServices({ source: handed, base: "main", git: history });
    });
    expect(found.services).toEqual([]);
  });

  test.each(["nowhere", "origin/main"])("a base that is not there is an error: %j", async (base) => {
    await expect(plan("", base)).rejects.toThrow(/BASE_NOT_FOUND: /);
  });
});

/** Adds a submodule. */
function submodule(path: string): string {
  return [
    "git init --quiet /sub",
    "echo 's = 1' >/sub/s.py",
    "git -C /sub add .",
    "git -C /sub commit --quiet --message=s",
    `git -c protocol.file.allow=always submodule --quiet add /sub ${path}`,
    "git commit --quiet --message=sub",
    `rm -f ${path}/.git`,
  ].join("\n");
}

/** Each check in a line, those of the whole repository by their names alone. */
function lines({ checks }: Verdict): readonly string[] {
  return checks.map(({ name, outcome, reasons, note }) =>
    name.includes("/") || /^changes|coverage/.test(name)
      ? [name, outcome, ...reasons.map(({ text }) => text), ...(name === "changes" ? [note] : [])].join(" | ")
      : `${name} ${outcome}`,
  );
}

interface Call {
  readonly gates?: string;
  readonly commands: string;
  readonly base?: string;
  readonly service?: string;
}

const checked = ({ gates, commands, base = "base", service: one }: Call) =>
  session(async () => {
    const { source, history } = repository(two(gates), `git branch base\n${commands}`);
    const vulnerabilityDatabase = dag.host().directory(database);
    const { verdict } = await ci({ source, base, git: history, service: one, vulnerabilityDatabase });
    return { outcome: verdict.outcome, lines: lines(verdict) };
  });

describe("ci with a base", () => {
  test("checks those alone, and says so of the others", async () => {
    const { outcome, lines: found } = await checked({ commands: "printf '\\n\\nX = 1\\n' >>a/a.py" });
    expect(found).toEqual([
      "changes | passed | 1 file changed since base: 1 of 2 services affected: a",
      "b/checks | skipped | not affected by the changes since base",
      "source passed",
      "a/ruff | passed",
      "a/types | skipped | switched off in slipway.yaml",
      "files skipped",
      "a/test | passed",
      "changed-coverage | passed",
      "scan passed",
      "secrets passed",
      "history-secrets passed",
      "semgrep skipped",
      "manifests skipped",
      "a/image | skipped | no Dockerfile in a",
      "bump skipped",
    ]);
    expect(outcome).toBe("passed");
  });

  test("runs what looks at the whole repository also where nothing differs, and fails by it", async () => {
    const { outcome, lines: found } = await checked({ commands: "" });
    expect(outcome).toBe("passed");
    expect(found.slice(0, 4)).toEqual([
      "changes | passed | nothing differs from base, so no service is checked",
      "a/checks | skipped | not affected by the changes since base",
      "b/checks | skipped | not affected by the changes since base",
      "source passed",
    ]);
    expect(found).toContain("secrets passed");
    const linked = await checked({ commands: "ln -s /etc/passwd docs" });
    expect(linked.outcome).toBe("errored");
  });

  test("checks every service where a file is unknown", async () => {
    const { lines: found } = await checked({ commands: "echo >Makefile" });
    expect(found[0]).toBe("changes | passed | 1 file changed since base: 2 of 2 services affected: a, b");
    expect(found).toEqual(expect.arrayContaining(["a/test | passed", "b/test | passed"]));
  });

  test("checks every service where the base is not to be had, and does not pass", async () => {
    const { outcome, lines: found } = await checked({ commands: "", base: "nowhere" });
    expect(outcome).toBe("errored");
    expect(found[0]).toMatch(/^changes \| errored \| there is no commit 'nowhere'/);
    expect(found).toEqual(expect.arrayContaining(["a/test | passed", "b/test | passed"]));
  });

  test("checks a service that the call names, affected or not", async () => {
    const { lines: found } = await checked({ commands: "", service: "b" });
    expect(found).toContain("b/test | passed");
    expect(found.filter((line) => line.startsWith("changes"))).toEqual([]);
  });

  test("judges no total where services are left out, and a drop of those that are tested", async () => {
    const commands = "printf '\\n\\ndef two() -> int:\\n    return 2\\n' >>a/a.py";
    const { outcome, lines: found } = await checked({
      gates: ", totalCoverage: 100, coverageDrop: 0",
      commands,
    });
    expect(outcome).toBe("failed");
    expect(found).toContain("coverage | skipped | services that are not affected and not tested: 1");
    expect(found).toContain(
      "coverage-drop | failed | coverage fell below the base (allowed: no drop): a from 100 % to 75 % of lines",
    );
  });

  test("sets the images that were built, and no other", async () => {
    const folder = await shopWith();
    folders.push(folder);
    const { outcome, overlay, files } = await session(async () => {
      const shop: Directory = dag.host().directory(folder);
      const { source, history } = repository(
        shop,
        "sed -i '1i # changed' services/orders/src/orders/pricing.py",
      );
      const vulnerabilityDatabase = dag.host().directory(database);
      const { verdict, bumped, reports } = await ci({
        source,
        base: "main",
        git: history,
        vulnerabilityDatabase,
      });
      return {
        outcome: verdict.outcome,
        overlay: await bumped?.file("k8s/overlays/staging/kustomization.yaml").contents(),
        files: await reports.glob("changes/*"),
      };
    });
    expect(outcome).toBe("passed");
    expect(files).toEqual(["changes/changes.txt", "changes/plan.json"]);
    expect(overlay).toMatch(/shop\/orders\n +digest: "?sha256:/);
    expect(overlay).toContain('{ name: registry.example.com/shop/notifier, newTag: "1.4.0" }');
  });
});
