import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { releaseSchema } from "#pipelines/release/record.ts";
import { dagger } from "../../dagger.ts";
import { leanService } from "../../fixtures/lean.ts";
import { jobOf } from "../../servers/github-job.ts";
import { type OnePort, onePort } from "../../servers/one-port.ts";
import { image, type ReleaseWorld, releaseWorld } from "../../servers/release-world.ts";
import { type Sigstore, sigstore } from "../../servers/sigstore.ts";
import { runner } from "./act.ts";
import { commit } from "./consumers.ts";

const root = new URL("../../..", import.meta.url).pathname;
const workflow = `OWNER/slipway/.github/workflows/slipway-release-apart.yml@${commit}`;
const identity = `https://github.com/${workflow}`;

let folder: string;
let world: ReleaseWorld;
let keyless: Sigstore;
let door: OnePort;
let github: Server;
/** What was in the artifacts when GitHub was asked for a token. */
const asked: (readonly string[])[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-act-apart-"));
  world = await releaseWorld({ git: "canary-of-the-fleet-7c1", key: "unused" });
  keyless = await sigstore(folder);
  const { fulcio, rekor, workflows } = keyless;
  door = await onePort(world.registry.port, (line) =>
    line.includes("/api/v1/log") ? rekor.port : fulcio.port,
  );
  github = createServer((_, response) => {
    void readdir(join(folder, "kept")).then((names) => {
      asked.push(names);
      response.end(JSON.stringify({ value: workflows.claiming(jobOf("shop/app", workflow)) }));
    });
  }).listen(0, "127.0.0.1");
  await once(github, "listening");
});
afterAll(async () => {
  github?.close();
  await door?.stop();
  await keyless?.stop();
  await world?.close();
  await rm(folder, { recursive: true, force: true });
});

const from = (name: string): string => `\${{ ${name} }}`;

/** What needs a login that only the job that signs has. */
const ofSigning = /^--(?:git|gitops)-/;
/** What the workflow passes itself, or what a keyless release has not. */
const leftOut = /^--(?:git=|registry-password|signing-|git-password)/;

test("one job builds without a token, another signs keyless what it built", async () => {
  const { fulcio, rekor } = keyless;
  const [roots, rekorKey] = [join(folder, "fulcio-roots.pem"), join(folder, "rekor.pem")];
  await writeFile(roots, fulcio.roots);
  await writeFile(rekorKey, rekor.publicKey);
  const through = world
    .arguments("release")
    .slice(2)
    .map((argument) => argument.replace(`:${world.registry.port}`, `:${door.port}`));
  const authorities = [`--fulcio-roots=${roots}`, `--rekor-key=${rekorKey}`];
  const args = through.filter((argument) => !leftOut.test(argument));
  const jobs = {
    release: {
      permissions: { contents: "read", "id-token": "write" },
      uses: workflow,
      with: {
        arguments: args.filter((argument) => !ofSigning.test(argument)).join("\n"),
        "release-arguments": [...args.filter((argument) => ofSigning.test(argument)), ...authorities].join(
          "\n",
        ),
      },
      secrets: {
        "registry-password": from("secrets.REGISTRY_PASSWORD"),
        "git-password": from("secrets.FLEET_PASSWORD"),
      },
    },
  };
  const url = `http://sigstore.test:${door.port}`;
  await world.commit("first", {
    "slipway.yaml": `services:
  app: {path: ., lint: [], types: false, test: false, image: {name: ${image}}}
release:
  tags: ["type=sha"]
  sign: {keyless: {fulcio: "${url}", rekor: "${url}"}}
  gitops: {repository: "https://git.example.com/fleet.git", overlays: [staging]}
`,
    ...leanService("TWO = 2\n"),
    ".github/workflows/release.yml": JSON.stringify({ name: "release", on: "push", permissions: {}, jobs }),
  });
  const cli = dirname(process.env._EXPERIMENTAL_DAGGER_CLI_BIN ?? "");
  const tokens = `http://127.0.0.1:${(github.address() as AddressInfo).port}/token?job=1`;
  const run = await runner(folder, cli, tokens);
  const { exitCode, log } = await run(world.source, "push", { ref: "refs/heads/main" }, world.env);
  expect(exitCode, log.slice(-4000)).toBe(0);

  // The first token was asked for when the build had ended.
  expect(asked[0]).toEqual(["slipway-release-build"]);
  const recordIn = async (artifact: string) =>
    releaseSchema.parse(JSON.parse(await readFile(join(folder, "kept", artifact, "release.json"), "utf8")));
  const built = await recordIn("slipway-release-build");
  const signed = await recordIn("slipway-release");
  expect(built).toMatchObject({ outcome: "published", evidence: signed.evidence });
  expect(built.images[0]).not.toHaveProperty("signature");
  expect(signed).toMatchObject({ outcome: "released", images: [{ digest: built.images[0]?.digest }] });
  const [released] = signed.images;
  expect(world.fleet.git("show", "main:staging/kustomization.yaml")).toContain(released?.digest);
  expect(log).not.toContain("canary-of-the-fleet-7c1");

  const verified = await dagger(
    [
      "call",
      "verify",
      `--image=${released?.name}@${released?.digest}`,
      `--identities=${identity}`,
      `--issuer=${keyless.workflows.url}`,
      "--workflow-repository=shop/app",
      `--fulcio=${url}`,
      `--rekor=${url}`,
      ...authorities,
      ...through.filter((argument) => /^--registry-/.test(argument)),
    ],
    root,
    world.env,
  );
  expect(verified.exitCode, verified.stderr.slice(-3000)).toBe(0);
});
