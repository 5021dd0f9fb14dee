import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { releaseSchema } from "#pipelines/release/record.ts";
import { leanService } from "../../fixtures/lean.ts";
import { guises } from "../../guises.ts";
import { image, type ReleaseWorld, releaseWorld } from "../../servers/release-world.ts";
import { runner } from "./act.ts";
import { commit } from "./consumers.ts";

const secrets = { git: "canary-of-the-fleet-5b1", key: "canary-of-the-key-77e" };

let folder: string;
let world: ReleaseWorld;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-act-release-"));
  world = await releaseWorld(secrets);
});
afterAll(async () => {
  await world?.close();
  await rm(folder, { recursive: true, force: true });
});

const config = `services:
  app: {path: ., lint: [], types: false, test: false, image: {name: ${image}}}
release:
  tags: ["type=ref,event=branch", "type=sha"]
  gitops: {repository: "https://git.example.com/fleet.git", overlays: [staging]}
`;

/** GitHub's expression for a value of its own. */
const from = (name: string): string => `\${{ ${name} }}`;

/** What the workflow takes as secrets, and not among the arguments. */
const handed = /^--(?:git|registry-password|signing-key|signing-password|git-password)=/;

test("the reusable workflow releases the commit that was pushed, once, and hands on what it released", async () => {
  const [, , ...args] = world.arguments("release");
  const jobs = {
    release: {
      permissions: { contents: "read", "id-token": "write" },
      uses: `OWNER/slipway/.github/workflows/slipway-release.yml@${commit}`,
      with: { arguments: args.filter((arg) => !handed.test(arg)).join("\n") },
      secrets: {
        "registry-password": from("secrets.REGISTRY_PASSWORD"),
        "signing-key": from("secrets.SIGNING_KEY"),
        "signing-password": from("secrets.KEY_PASSWORD"),
        "git-password": from("secrets.FLEET_PASSWORD"),
      },
    },
    deploy: {
      needs: "release",
      "runs-on": "ubuntu-24.04",
      steps: [
        {
          run: 'echo "released $DIGEST, $VERDICT"',
          env: {
            DIGEST: from("needs.release.outputs.digest"),
            VERDICT: from("needs.release.outputs.verdict"),
          },
        },
      ],
    },
  };
  await world.commit("first", {
    "slipway.yaml": config,
    ...leanService("ONE = 1\n"),
    ".github/workflows/release.yml": JSON.stringify({ name: "release", on: "push", permissions: {}, jobs }),
  });
  const run = await runner(folder);
  const { exitCode, log } = await run(
    world.source,
    "push",
    { ref: "refs/heads/main" },
    { ...world.env, SIGNING_KEY: world.keys.privateKey },
  );
  expect(exitCode, log.slice(-4000)).toBe(0);
  const reports = join(folder, "kept/slipway-release");
  const record = releaseSchema.parse(JSON.parse(await readFile(join(reports, "release.json"), "utf8")));
  expect(record).toMatchObject({ outcome: "released", source: { branch: "main" } });
  const [released] = record.images;
  expect(released?.tags.map(({ tag }) => tag)).toContain("main");
  expect(released?.signature).toBeDefined();
  expect(world.fleet.git("rev-parse", "main")).toBe(record.bump?.commit);
  expect(world.fleet.git("show", "main:staging/kustomization.yaml")).toContain(released?.digest);
  expect(log).toContain(`released ${released?.digest}, passed`);
  const key = world.keys.privateKey.split("\n")[1] ?? "";
  for (const secret of [...Object.values(secrets), world.registry.password, key]) {
    expect(guises(secret).filter((guise) => log.includes(guise))).toEqual([]);
  }
});
