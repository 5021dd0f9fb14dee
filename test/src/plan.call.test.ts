import { appendFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { $ } from "zx";
import { dagger } from "../dagger.ts";
import { shopWith } from "../fixtures/shop-variants.ts";

const root = new URL("../..", import.meta.url).pathname;
let folder: string | undefined;
afterAll(() => (folder === undefined ? undefined : rm(folder, { recursive: true })));

test("dagger call plan prints one line of JSON with the services that differ from the base", async () => {
  folder = await shopWith();
  const git = $({ cwd: folder, quiet: true });
  await git`git init --quiet --initial-branch=main`;
  await git`git add --all`;
  await git`git -c user.name=Author -c user.email=author@example.com commit --quiet --message=first`;
  await appendFile(join(folder, "services/orders/src/orders/pricing.py"), "# more\n");
  const args = [`--source=${folder}`, `--git=${join(folder, ".git")}`];

  const { stdout, stderr } = await dagger(["call", "plan", ...args, "--base=main"], root);
  const path = "services/orders/src/orders/pricing.py";
  expect(JSON.parse(stdout), stderr.slice(-2000)).toEqual({
    version: 1,
    base: "main",
    services: [
      {
        name: "orders",
        path: "services/orders",
        reasons: [
          { reason: "own path", path, files: 1 },
          { reason: "image context", path, files: 1 },
        ],
      },
    ],
    all: false,
    notes: [],
  });
  expect(stdout.trimEnd()).not.toContain("\n");

  const broken = await dagger(["call", "plan", ...args, "--base=nowhere"], root);
  expect(broken.exitCode).not.toBe(0);
  expect(broken.stderr).toContain("BASE_NOT_FOUND: there is no commit 'nowhere'");
});
