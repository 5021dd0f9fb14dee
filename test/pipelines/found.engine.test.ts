import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { type Directory, dag } from "@dagger.io/dagger";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ci } from "#pipelines/ci.ts";
import { exampleDatabase } from "../../ci/engine/vulnerability-db.ts";
import { type FoundName, found, withLock } from "../fixtures/found.ts";
import { replaceIn } from "../fixtures/shop-variants/edit.ts";
import { session } from "../session.ts";

let database: string;
beforeAll(async () => {
  database = dirname(await exampleDatabase());
});

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

type Change = (dir: string) => Promise<void>;

const finish: Partial<Record<FoundName, (source: Directory) => Directory>> = {
  "uv-workspace": (source) => withLock(source, "uv.lock", ["uv", "lock"]),
};

/** Runs everything over a repository that has no slipway.yaml: a line for each check that ran, with its reasons. */
async function over(name: FoundName, change?: Change): Promise<string[]> {
  const dir = await found(name);
  folders.push(dir);
  await change?.(dir);
  const { checks } = await session(async () => {
    const source = dag.host().directory(dir);
    const whole = finish[name]?.(source) ?? source;
    return (await ci({ source: whole, vulnerabilityDatabase: dag.host().directory(database) })).verdict;
  });
  return checks
    .filter(({ outcome }) => outcome !== "skipped")
    .map((check) => [check.name, check.outcome, ...check.reasons.map(({ text }) => text)].join(" "));
}

const members = ["billing", "catalogue", "mailer", "money"];

const passes: readonly [FoundName, readonly string[]][] = [
  [
    "poetry-library",
    ["source", "slugs/black", "slugs/isort", "slugs/ruff", "slugs/mypy", "slugs/test", "scan", "secrets"],
  ],
  [
    "uv-workspace",
    [
      "source",
      ...members.flatMap((name) => [`${name}/ruff`, `${name}/ruff-format`, `${name}/test`]),
      "scan",
      "secrets",
    ],
  ],
  ["legacy", ["source", "app/flake8", "app/test", "scan", "secrets"]],
];

describe("a repository as it is, with no slipway.yaml", () => {
  test.each(passes)("%s passes", async (name, checks) => {
    expect((await over(name)).sort()).toEqual(checks.map((check) => `${check} passed`).sort());
  });

  const failures: readonly [FoundName, string, Change, RegExp][] = [
    [
      "poetry-library",
      "of the wrong type",
      (dir) => replaceIn(dir, "src/slugs/__init__.py", "name = words[0]", "name: int = words[0]"),
      /^slugs\/mypy failed mypy: 3 type errors: .*assignment src\/slugs\/__init__\.py:\d+/,
    ],
    [
      "poetry-library",
      "not in order",
      (dir) => replaceIn(dir, "tests/test_slug.py", "import pytest\n\nfrom", "import pytest\nfrom"),
      /^slugs\/isort failed .*tests\/test_slug\.py/,
    ],
    [
      "uv-workspace",
      "not used",
      (dir) => replaceIn(dir, "services/billing/billing.py", "from money", "import os\n\nfrom money"),
      /^billing\/ruff failed .*F401/,
    ],
    [
      "uv-workspace",
      "wrong in one service",
      (dir) => replaceIn(dir, "services/mailer/mailer.py", "return", "return None and"),
      /^mailer\/test failed/,
    ],
    [
      "legacy",
      "not used",
      (dir) => replaceIn(dir, "hosts/reader.py", "import idna", "import os\n\nimport idna"),
      /^app\/flake8 failed .*F401 hosts\/reader\.py:1/,
    ],
    [
      "legacy",
      "not what the tests ask for",
      (dir) => replaceIn(dir, "hosts/reader.py", "found.setdefault(", "found.__setitem__("),
      /^app\/test failed .*1 (of|test)/,
    ],
  ];
  test.each(failures)("%s fails on what is %s", async (name, _, change, reason) => {
    const lines = await over(name, change);
    const others = lines.filter((line) => !line.endsWith(" passed"));
    expect(others).toEqual([expect.stringMatching(reason)]);
  });
});
