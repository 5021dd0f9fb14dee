import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { exampleDatabase } from "../../ci/engine/vulnerability-db.ts";
import { dagger } from "../dagger.ts";
import { libraryModule } from "../fixtures/library.ts";

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** A repository without owners, with an import for nothing and a token that only the company knows for one. */
const files = {
  "pyproject.toml": '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.11"\n',
  "app.py": 'import os\n\nTOKEN = "acme_0123456789abcdefghij"\n',
  "test_app.py": 'import app\n\n\ndef test_app():\n    assert app.TOKEN.startswith("acme_")\n',
};

test("a module of one's own runs the pipeline with its step, its tool and its policy", async () => {
  const company = await libraryModule();
  const source = await mkdtemp(join(tmpdir(), "slipway-unowned-"));
  folders.push(company, source);
  for (const [name, text] of Object.entries(files)) await writeFile(join(source, name), text);

  const database = dirname(await exampleDatabase());
  const args = ["call", "ci", `--source=${source}`, `--vulnerability-db=${database}`];
  const { exitCode, stderr } = await dagger(args, company);
  expect(exitCode, stderr.slice(-3000)).not.toBe(0);
  expect(stderr).toContain("VERDICT_FAILED: ");
  expect(stderr).toMatch(/✘ owners +failed .*CODEOWNERS is missing/);
  expect(stderr).toMatch(/✘ secrets +failed .*company-token app\.py:3/);
  expect(stderr).toMatch(/✔ app\/ruff +passed .*1 finding below the gate/);
  expect(stderr).toMatch(/✔ app\/test +passed/);
});
