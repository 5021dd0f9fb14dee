import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { dag } from "@dagger.io/dagger";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exampleDatabase } from "../../ci/engine/vulnerability-db.ts";
import { Slipway } from "../../src/index.ts";
import { dagger } from "../dagger.ts";
import { session } from "../session.ts";

const root = new URL("../..", import.meta.url).pathname;
const folders: string[] = [];
let database: string;
let shards: string;

/** Two services without tests, of which one has an import that nothing uses. */
const files: Readonly<Record<string, string>> = {
  "slipway.yaml": "services: {a: {path: a, test: false}, b: {path: b, test: false}}\n",
  "a/pyproject.toml": '[project]\nname = "a"\nversion = "1"\n',
  "a/a.py": "import os\n",
  "b/pyproject.toml": '[project]\nname = "b"\nversion = "1"\n',
  "b/b.py": "X = 1\n",
};

async function fresh(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-shards-"));
  folders.push(folder);
  return folder;
}

beforeAll(async () => {
  database = dirname(await exampleDatabase());
  const source = await fresh();
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(source, path)), { recursive: true });
    await writeFile(join(source, path), text);
  }
  shards = await fresh();
  for (const index of [1, 2]) {
    const args = [`--source=${source}`, `--shard=${index}/2`, `--vulnerability-db=${database}`];
    const call = await dagger(
      ["call", "reports", ...args, "export", `--path=${join(shards, `${index}`)}`],
      root,
    );
    expect(`${call.exitCode} ${call.exitCode === 0 ? "" : call.stderr.slice(-2000)}`).toBe("0 ");
  }
});
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

test("merge-reports brings the reports of both shards as of one run, and merged-verdict exits non-zero for what failed", async () => {
  const out = await fresh();
  const merged = await dagger(
    ["call", "merge-reports", `--reports=${shards}`, "export", `--path=${out}`],
    root,
  );
  expect(`${merged.exitCode} ${merged.exitCode === 0 ? "" : merged.stderr.slice(-2000)}`).toBe("0 ");
  expect(await readdir(out)).toEqual(
    expect.arrayContaining([
      "a",
      "b",
      "findings.json",
      "findings.sarif",
      "index.html",
      "scan",
      "summary.json",
      "summary.md",
    ]),
  );
  const summary = JSON.parse(await readFile(join(out, "summary.json"), "utf8"));
  expect(summary.outcome).toBe("failed");
  expect(summary).not.toHaveProperty("shard");
  expect(await readdir(join(out, "a/ruff"))).toContain("ruff.sarif");

  const verdict = await dagger(["call", "merged-verdict", `--reports=${shards}`], root);
  expect(verdict.exitCode).not.toBe(0);
  expect(verdict.stderr).toMatch(/VERDICT_FAILED: [\s\S]*✘ a\/ruff +failed[\s\S]*✔ b\/ruff +passed/);
});

describe("is refused with its code", () => {
  test("a shard that is none", async () => {
    const call = await dagger(["call", "ci", "--source=.", "--shard=0/3"], root);
    expect(call.exitCode).not.toBe(0);
    expect(call.stderr).toContain("ARGUMENT_INVALID: --shard=0/3 is not valid");
  });

  test("reports with a symbolic link", async () => {
    const folder = await fresh();
    await cp(shards, folder, { recursive: true });
    await symlink("/etc/passwd", join(folder, "1/passwd"));
    const call = await dagger(["call", "merged-verdict", `--reports=${folder}`], root);
    expect(call.exitCode).not.toBe(0);
    expect(call.stderr).toContain("PATH_OUTSIDE_REPORTS: ");
  });

  // That a code of these reaches a user is held above: no runtime is started for each of them.
  test.each<[string, (folder: string) => Promise<unknown>, string]>([
    [
      "an empty folder",
      (folder) => rm(folder, { recursive: true }).then(() => mkdir(folder)),
      "SHARD_MISSING",
    ],
    [
      "a shard twice",
      (folder) => cp(join(folder, "1"), join(folder, "3"), { recursive: true }),
      "SHARDS_MIXED",
    ],
    [
      "a summary that breaks off",
      (folder) => writeFile(join(folder, "2/summary.json"), '{"version": 1,'),
      "REPORT_MALFORMED",
    ],
    [
      "a shard that is missing, though nothing of the other failed",
      async (folder) => rm(join(folder, await failed()), { recursive: true }),
      "VERDICT_FAILED",
    ],
  ])("%s", async (_, spoil, code) => {
    const folder = await fresh();
    await cp(shards, folder, { recursive: true });
    await spoil(folder);
    const message = await session(() =>
      new Slipway().mergedVerdict(dag.host().directory(folder)).then(
        () => "nothing was thrown",
        (error: Error) => error.message,
      ),
    );
    expect(message).toMatch(new RegExp(`^${code}: `));
    if (code === "VERDICT_FAILED") expect(message).toMatch(/! shard\/\d +errored[\s\S]*SHARD_MISSING/);
  });

  async function failed(): Promise<string> {
    const outcomes = await Promise.all(
      ["1", "2"].map(async (name) => {
        const { outcome } = JSON.parse(await readFile(join(shards, name, "summary.json"), "utf8"));
        return outcome === "passed" ? [] : [name];
      }),
    );
    const [name, ...others] = outcomes.flat();
    expect(others).toEqual([]);
    return name ?? "";
  }
});
