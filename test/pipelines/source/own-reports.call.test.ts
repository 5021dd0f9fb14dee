import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dagger } from "../../dagger.ts";

const root = new URL("../../..", import.meta.url).pathname;
const unused = "import os\n";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-own-reports-"));
  await writeFile(join(folder, "pyproject.toml"), '[project]\nname = "app"\nversion = "1"\n');
  await writeFile(join(folder, "app.py"), "ONE = 1\n");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const lint = () => dagger(["call", "lint", `--source=${folder}`], root);

test("a package called reports is checked like any other; what `reports` exported is not", async () => {
  const reports = join(folder, "reports");
  await mkdir(reports);
  await writeFile(join(reports, "__init__.py"), unused);
  await writeFile(join(reports, "summary.json"), '{"rows": []}');
  const found = await lint();
  expect(found.exitCode).toBe(1);
  expect(found.stderr).toContain("F401 reports/__init__.py:1");

  await rm(reports, { recursive: true });
  const gathered = await dagger(
    ["call", "reports", `--source=${folder}`, "export", `--path=${reports}`],
    root,
  );
  expect(gathered.exitCode, gathered.stderr.slice(-2000)).toBe(0);
  await writeFile(join(reports, "left.py"), unused);
  const clean = await lint();
  expect(clean.exitCode, clean.stderr.slice(-2000)).toBe(0);
});
