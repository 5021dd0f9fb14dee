import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { $ } from "zx";
import { exampleDatabase } from "../ci/engine/vulnerability-db.ts";
import { bareRepository } from "../ci/servers/bare-repository.ts";
import { dagger } from "./dagger.ts";
import { leanService } from "./fixtures/lean.ts";
import { blocksIn, callsIn } from "./markdown.ts";
import { releaseWorld } from "./servers/release-world.ts";

/** The digest that the pages have where a reader puts his own. */
const zeros = `sha256:${"0".repeat(64)}`;

const root = new URL("..", import.meta.url).pathname;

/** The page's call of that function, as words; it names what has to be replaced here, and no more. */
async function callOf(page: string, name: string, replaced: Readonly<Record<string, string>> = {}) {
  const calls = (await blocksIn(page, "sh")).flatMap(callsIn);
  const call = calls.find((each) => each.startsWith(`dagger call -m github.com/OWNER/slipway ${name} `));
  if (call === undefined) throw new Error(`${page} has no call of ${name}`);
  const all = { "github.com/OWNER/slipway": root, ...replaced };
  const local = Object.entries(all).reduce((text, [from, to]) => text.replaceAll(from, to), call);
  return local.split(" ").slice(1);
}

const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

test("the release page's settings and calls lead from a commit to an image that its own call verifies", async () => {
  const page = "docs/release.md";
  const [config = ""] = await blocksIn(page, "yaml");
  const name = /name: (\S+) /.exec(config)?.[1] ?? "";
  const overlay = /overlays: \[(.*)\]/.exec(config)?.[1] ?? "";
  const world = await releaseWorld({ git: "of the fleet", key: "of the key" }, overlay, name);
  closing.push(world.close);
  const { source, registry } = world;
  await world.commit("first", {
    "slipway.yaml": config,
    ...leanService("ONE = 1\n", "services/orders/"),
    "services/orders/test_app.py": "from app import ONE\n\n\ndef test_one() -> None:\n    assert ONE == 1\n",
  });
  await copyFile(join(world.folder, "release.key"), join(source, "cosign.key"));
  await copyFile(world.keys.publicFile, join(source, "cosign.pub"));
  const env = {
    REGISTRY_TOKEN: registry.password,
    COSIGN_PASSWORD: "of the key",
    GIT_TOKEN: "of the fleet",
  };

  const doctor = await dagger(await callOf(page, "doctor"), source);
  expect(doctor.exitCode, doctor.stderr.slice(-3000)).toBe(0);
  // Where the servers are, and that is all that the page does not say.
  const [, , ...options] = world.arguments("release");
  const reached = options.filter((each) => !/^--(git|signing-\w+|\w+-password)=/.test(each));
  const released = await dagger([...(await callOf(page, "release")), ...reached], source, env);
  expect(released.exitCode, released.stderr.slice(-3000)).toBe(0);
  const [digest = ""] = /sha256:[0-9a-f]{64}/.exec(released.stdout) ?? [];
  expect(world.fleet.git("show", `main:${overlay}/kustomization.yaml`)).toContain(digest);

  const clone = join(world.folder, "deploy");
  await $({ quiet: true })`git clone --quiet ${world.fleet.path} ${clone}`;
  const production = join(clone, "k8s/overlays/production");
  await $({ quiet: true })`cp -r ${join(clone, overlay)} ${production}`;
  const promoted = await dagger(await callOf(page, "bump", { [zeros]: `sha256:${"1".repeat(64)}` }), clone);
  expect(promoted.exitCode, promoted.stderr.slice(-3000)).toBe(0);
  expect(await readFile(join(production, "kustomization.yaml"), "utf8")).toContain("1".repeat(64));
  // Of what git knows of: production is new to it.
  const changed = await $({ cwd: clone, quiet: true })`git diff --name-only`;
  expect(changed.stdout).toBe("");

  const here = name.replace(/^[^/]+/, `registry.test:${registry.port}`);
  const words = await callOf(page, "verify", { [name]: here, [zeros]: digest });
  const access = ["username", "password", "ca", "service"].map((each) => `--registry-${each}=`);
  const login = world.arguments("verify").filter((each) => access.some((option) => each.startsWith(option)));
  const verified = await dagger([...words, ...login], source, world.env);
  expect(verified.exitCode, verified.stderr.slice(-3000)).toBe(0);
  expect(verified.stdout).toContain("Passed: 7 checks.");
});

test("the calls of the page on pull requests plan and judge what a branch changed, and only that", async () => {
  const page = "docs/pull-request.md";
  const folder = await mkdtemp(join(tmpdir(), "slipway-pull-request-"));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  const config = (await blocksIn(page, "yaml"))
    .filter((block) => block.startsWith("# slipway.yaml"))
    .join("");
  const services = ["one", "two"].map((each) => `  ${each}: {path: ${each}, types: false, test: false}\n`);
  const origin = bareRepository({
    "slipway.yaml": `services:\n${services.join("")}${config}`,
    ...leanService("import os\n", "one/"),
    ...leanService("TWO = 2\n", "two/"),
  });
  closing.push(async () => origin.remove());
  const clone = join(folder, "clone");
  await $({ quiet: true })`git clone --quiet ${origin.path} ${clone}`;
  await $({ cwd: clone, quiet: true })`git checkout --quiet -b change`;
  await $({ cwd: clone, quiet: true })`sh -c ${"printf 'import os\\n\\nONE = 1\\n' > one/app.py"}`;
  await $({
    cwd: clone,
    quiet: true,
  })`git -c user.name=A -c user.email=a@example.com commit --quiet --all --message=second`;

  const plan = await dagger(await callOf(page, "plan"), clone);
  expect(plan.exitCode, plan.stderr.slice(-3000)).toBe(0);
  expect(JSON.parse(plan.stdout)).toMatchObject({ services: [{ name: "one" }] });
  const database = `--vulnerability-db=${dirname(await exampleDatabase())}`;
  const judged = await dagger([...(await callOf(page, "ci")), database], clone);
  expect(judged.exitCode, judged.stderr.slice(-3000)).toBe(0);
  expect(judged.stdout).toContain("Passed: ");
  expect(judged.stdout).toContain("one/ruff");
  expect(judged.stdout).not.toContain("two/ruff");
});
