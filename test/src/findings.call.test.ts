import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dagger } from "../dagger.ts";

const root = new URL("../..", import.meta.url).pathname;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-findings-"));
});
afterAll(() => rm(folder, { recursive: true }));

const config = `services: {app: {path: ., lint: [ruff], types: false, test: false, image: false}}
manifests: false
`;

test("more findings than a call can bear reach the reports whole, and then are a baseline", async () => {
  const source = join(folder, "source");
  const code = Array.from({ length: 3000 }, (_, line) => `import a${line}\n`).join("");
  await write(source, {
    "app.py": code,
    "slipway.yaml": config,
    "pyproject.toml": '[project]\nname = "app"\nversion = "1"\n',
  });

  const out = join(folder, "out");
  const reports = await dagger(["call", "reports", `--source=${source}`, "export", `--path=${out}`], root);
  expect(reports.stderr.slice(-3000)).not.toContain("Error");
  expect(reports.exitCode).toBe(0);
  const { findings } = JSON.parse(await readFile(join(out, "findings.json"), "utf8"));
  expect(findings.length).toBeGreaterThanOrEqual(3000);
  expect(await readFile(join(out, "index.html"), "utf8")).toMatch(/<\/html>\n$/);

  const before = await dagger(["call", "lint", `--source=${source}`], root);
  expect(before.stderr).toMatch(/✘ app\/ruff +failed/);
  const after = await dagger(
    ["call", "lint", `--source=${source}`, `--baseline=${join(out, "findings.json")}`],
    root,
  );
  expect(after.stdout).toMatch(/✔ app\/ruff +passed .* 300\d in the baseline/);
  expect(after.exitCode).toBe(0);
});

async function write(path: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(path, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
}
