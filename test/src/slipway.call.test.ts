import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exampleDatabase } from "../../ci/engine/vulnerability-db.ts";
import { copyTree } from "../../ci/own-tree.ts";
import { dagger } from "../dagger.ts";
import { shopWith, type VariantName } from "../fixtures/shop-variants.ts";

const root = new URL("../..", import.meta.url).pathname;
const folders: string[] = [];
let database: string;
beforeAll(async () => {
  database = dirname(await exampleDatabase());
});
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function shop(variant?: VariantName): Promise<string> {
  const folder = await shopWith(variant);
  folders.push(folder);
  return folder;
}

async function fresh(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-out-"));
  folders.push(folder);
  return folder;
}

describe("dagger call ci", () => {
  test("passes the example, and answers an unchanged call from the cache", async () => {
    const args = ["call", "ci", `--source=${await shop()}`, `--vulnerability-db=${database}`];
    const first = await dagger(args, root);
    expect(first.stderr.slice(-3000)).not.toContain("VERDICT_FAILED");
    expect(first.exitCode, first.stderr.slice(-3000)).toBe(0);
    expect(first.stdout).toContain("Passed: ");
    // The times of a busy machine are wider, and then some notes need a line more.
    expect(first.stdout.split("\n").length).toBeLessThan(46);

    const again = await dagger(args, root);
    expect(again.stdout).toBe(first.stdout);
  });

  test("exits non-zero after a failure, with the whole verdict, and the reports can still be had", async () => {
    const source = await shop("failingTest");
    const args = [`--source=${source}`, `--vulnerability-db=${database}`];
    const call = await dagger(["call", "ci", ...args], root);
    expect(call.exitCode).not.toBe(0);
    expect(call.stderr).toContain("VERDICT_FAILED: ");
    expect(call.stderr).toMatch(/✘ orders\/test +failed/);
    expect(call.stderr).toMatch(/✔ notifier\/test +passed/);

    const out = await fresh();
    const reports = await dagger(["call", "reports", ...args, "export", `--path=${out}`], root);
    expect(reports.exitCode).toBe(0);
    expect(await readFile(join(out, "orders/test/junit.xml"), "utf8")).toContain("<failure");
    const text = await readFile(join(out, "summary.json"), "utf8");
    expect(JSON.parse(text), text).toMatchObject({
      outcome: "failed",
    });
  });
});

describe("Slipway as a toolchain", () => {
  let repository: string;
  beforeAll(async () => {
    repository = await fresh();
    await copyTree(join(repository, "slipway"));
    await cp(join(root, "test/fixtures/shop"), join(repository, "shop"), { recursive: true });
    await writeFile(join(repository, "slipway.yaml"), "root: shop\n");
    const toolchains = [{ name: "slipway", source: "slipway" }];
    const module = { name: "shop", engineVersion: "v0.19.10", toolchains };
    await writeFile(join(repository, "dagger.json"), JSON.stringify(module));
  });

  test("gives dagger check the repository that installs it", async () => {
    const list = await dagger(["check", "-l"], repository);
    for (const name of ["lint", "test", "scan", "manifests", "infrastructure"])
      expect(list.stdout).toContain(`slipway:${name}`);
    const lint = await dagger(["check", "slipway:lint"], repository);
    expect(lint.exitCode, lint.stderr.slice(-3000)).toBe(0);
  });

  test("runs no tool again that does not read what changed", async () => {
    const lint = async () => {
      const { stdout, stderr } = await dagger(["call", "slipway", "lint"], repository);
      return stderr + stdout;
    };
    const notifier = join(repository, "shop/services/notifier");
    // A result that is fetched from the cache is at times said to be done, in no time.
    const ran = /Container\.withExec DONE \[(?!0\.0s)/;

    await appendFile(join(notifier, "notifier/health.py"), `\nimport os  # ${Date.now()}\n`);
    const read = await lint();
    expect(read).toMatch(/✘ notifier\/ruff +failed/);
    expect(read).toMatch(ran);

    await appendFile(join(notifier, "README.md"), "Changed.\n");
    const unread = await lint();
    expect(unread).toMatch(/✘ notifier\/ruff +failed/);
    expect(unread).not.toMatch(ran);
  });
});

describe("the other functions", () => {
  test("build returns the image, and asks which of several services", async () => {
    const source = `--source=${await shop()}`;
    const ambiguous = await dagger(["call", "build", source], root);
    expect(ambiguous.exitCode).not.toBe(0);
    expect(ambiguous.stderr).toContain("SERVICE_AMBIGUOUS: ");
    const built = await dagger(["call", "build", source, "--service=orders", "user"], root);
    expect(built.stdout).toContain("10001:10001");
  });

  test("sbom returns the SBOMs of a service's image", async () => {
    const call = await dagger(
      ["call", "sbom", `--source=${await shop()}`, "--service=notifier", "entries"],
      root,
    );
    expect(call.stdout.split("\n"), call.stderr.slice(-3000)).toEqual(
      expect.arrayContaining(["sbom.cdx.json", "sbom.spdx.json"]),
    );
  });

  test("bump sets images in the configured overlays and changes nothing else", async () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const out = await fresh();
    const image = `registry.example.com/shop/orders@${digest}`;
    const source = await shop();
    const call = await dagger(
      ["call", "bump", `--images=${image}`, `--source=${source}`, "export", `--path=${out}`],
      root,
    );
    expect(call.exitCode).toBe(0);
    const file = "k8s/overlays/staging/kustomization.yaml";
    const [before, after] = await Promise.all(
      [source, out].map((folder) => readFile(join(folder, file), "utf8")),
    );
    expect(after).toContain(digest);
    const changed = after?.split("\n").filter((line) => !before?.split("\n").includes(line));
    expect(changed).toHaveLength(1);
  });
});

describe("bad input is refused with its code, the place and the remedy", () => {
  test("no source: Slipway's own repository would be judged in place of the caller's", async () => {
    const stranger = await fresh();
    for (const args of [
      ["call", "-m", root, "fix"],
      ["-m", root, "check", "lint"],
    ]) {
      const call = await dagger(args, stranger);
      expect(call.exitCode).not.toBe(0);
      expect(call.stderr).toMatch(/SOURCE_MISSING: .*--source=\./);
    }
  });

  test("a tag with a shell's syntax", async () => {
    const call = await dagger(
      ["call", "bump", "--source=.", "--images=registry.example.com/shop/orders:$(id)"],
      root,
    );
    expect(call.exitCode).not.toBe(0);
    expect(call.stderr).toContain("TAG_INVALID: ");
  });

  test("three faults in slipway.yaml at once", async () => {
    const source = await fresh();
    await writeFile(join(source, "slipway.yaml"), "colour: red\ngates:\n  coverage: 101\nreuse: soon\n");
    await writeFile(join(source, "setup.py"), "");
    const call = await dagger(["call", "lint", `--source=${source}`], root);
    expect(call.exitCode).not.toBe(0);
    expect(call.stderr).toMatch(/CONFIG_INVALID: [\s\S]*colour[\s\S]*coverage[\s\S]*reuse/);
  });
});
