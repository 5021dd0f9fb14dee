import { dag } from "@dagger.io/dagger";
import { beforeAll, expect, test, vi } from "vitest";
import { ci } from "#pipelines/ci.ts";
import { folderOf } from "../fixtures/folder.ts";
import { session } from "../session.ts";

/*
 * The attacker writes the tests that a pull request runs, and wants what the call holds, or a file of the machine that the
 * reports are exported to.
 */

const secrets = {
  API_TOKEN: "named-for-the-tests-1",
  AWS_SECRET_ACCESS_KEY: "for-the-cloud-2",
  UV_INDEX_TEAM_PASSWORD: "for-the-index-3",
  DEPLOY_TOKEN: "for-nobody-4",
};

const files = {
  "slipway.yaml": `services:
  app: {path: ., lint: false, types: false, image: false, test: {secrets: [API_TOKEN]}}
scan: {secrets: false, rules: false}
gates: {coverage: 0}
`,
  "pyproject.toml": '[project]\nname = "app"\nversion = "1"\n',
  "app.py": "def one() -> int:\n    return 1\n",
  "tests/test_app.py": `import json
import os
import stat


def test_reads_what_it_can() -> None:
    with open("/reports/variables.json", "w") as report:
        json.dump({name: value[::-1] for name, value in os.environ.items()}, report)


def test_looks_for_the_engine() -> None:
    found = []
    for top in ("/run", "/var", "/tmp", "/src", "/root"):
        for folder, _, names in os.walk(top):
            paths = [os.path.join(folder, name) for name in names]
            found += [path for path in paths if stat.S_ISSOCK(os.lstat(path).st_mode)]
    with open("/reports/sockets.json", "w") as report:
        json.dump(found, report)


def test_leaves_links() -> None:
    os.symlink("/etc/hostname", "/reports/leak.txt")
    os.symlink("/root", "/reports/folder")
    os.symlink("nowhere", "/reports/dangling")
    os.symlink("junit.xml", "/reports/inside.xml")
    os.mkfifo("/reports/pipe")
`,
};

interface Attacked {
  readonly line: string;
  readonly notes: readonly string[];
  readonly left: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** The paths of Unix sockets that the tests could open. */
  readonly sockets: readonly string[];
}

let attacked: Attacked;

beforeAll(async () => {
  for (const [name, value] of Object.entries(secrets)) vi.stubEnv(name, value);
  attacked = await session(async () => {
    const given = Object.keys(secrets).map((name) => dag.secret(`env://${name}`));
    const { verdict, reports } = await ci({ source: folderOf(files), secrets: given });
    const check = verdict.checks.find(({ name }) => name === "app/test");
    const folder = reports.directory("app/test");
    return {
      line: [check?.outcome, check?.note, ...(check?.reasons ?? []).map(({ text }) => text)].join(" "),
      notes: verdict.notes,
      left: await folder.glob("**/*"),
      variables: JSON.parse(await folder.file("variables.json").contents()),
      sockets: JSON.parse(await folder.file("sockets.json").contents()),
    };
  });
  vi.unstubAllEnvs();
});

test("tests get the secret that slipway.yaml names for them, and no other of the call", () => {
  const { variables } = attacked;
  expect(Object.keys(variables).filter((name) => name in secrets)).toEqual(["API_TOKEN"]);
  const seen = Object.values(variables).map((value) => [...value].reverse().join(""));
  expect(seen.filter((value) => /for-the-(?:cloud|index)|for-nobody/.test(value))).toEqual([]);
});

test("tests have nothing by which they could call the engine", () => {
  const { variables, sockets } = attacked;
  expect(Object.keys(variables).filter((name) => /DAGGER|BUILDKIT|DOCKER/.test(name))).toEqual([]);
  expect(sockets).toEqual([]);
});

test("a secret that nobody gets is noted", () => {
  expect(attacked.notes).toEqual([expect.stringMatching(/^No step gets the secret DEPLOY_TOKEN: /)]);
});

test.each(["leak.txt", "folder", "dangling", "inside.xml", "pipe"])(
  "%s does not leave with the reports",
  (name) => {
    expect(attacked.left).not.toContain(name);
    expect(attacked.line).toMatch(new RegExp(`left out of the reports.*${name}`));
  },
);

test("whatever they write beside, the tests' own reports are there", () => {
  expect(attacked.left).toEqual(
    expect.arrayContaining(["junit.xml", "coverage.json", "output.txt", "variables.json"]),
  );
  expect(attacked.line).toMatch(/^passed 3 tests/);
});
