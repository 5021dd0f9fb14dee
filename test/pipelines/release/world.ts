import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type Directory, dag, type Secret } from "@dagger.io/dagger";
import { expect } from "vitest";
import { attestations } from "#pipelines/config/release.ts";
import { type ReleaseRecord, releaseSchema } from "#pipelines/release/record.ts";
import { release } from "#pipelines/release/release.ts";
import type { Access, ReleaseRequest } from "#pipelines/release/request.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";
import { type VerifyRequest, verify } from "#pipelines/verify/verify.ts";
import { goTool } from "../../../ci/engine/go-tool.ts";
import { exampleDatabase } from "../../../ci/engine/vulnerability-db.ts";
import { type BareRepository, bareRepository } from "../../../ci/servers/bare-repository.ts";
import { type GitServer, serveGit } from "../../../ci/servers/git.ts";
import { type Keys, makeKeys } from "../../../ci/servers/keys.ts";
import { type RegistryServer, startRegistry } from "../../../ci/servers/registry.ts";
import { leanService } from "../../fixtures/lean.ts";
import { repository } from "../../fixtures/repository.ts";
import { onHost } from "../../servers/on-host.ts";
import { session } from "../../session.ts";

const run = promisify(execFile);
export const login = { username: "bot", password: "correct horse battery" };

/** What opens the key that signs; it may be seen nowhere. */
export const canary = "canary-2b7f0c5d91";

/** The GitOps repository that images are named in. */
export const fleet = {
  "staging/kustomization.yaml": `resources: [app.yaml]
images:
  - name: registry.example.com/team/app # of the team
    newTag: "1.0"
`,
  "staging/app.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec: {template: {spec: {containers: [{name: app, image: registry.example.com/team/app}]}}}
`,
};

/** Where a test releases to: two registries of one authority, and a key. */
export interface Servers {
  readonly folder: string;
  readonly registry: RegistryServer;
  readonly replica: RegistryServer;
  readonly keys: Keys;
  /** The image's name in the registry. */
  readonly name: string;
  /** crane itself, logged in at the registry: outside our code. */
  crane(...args: readonly string[]): Promise<string>;
  /** How many requests that write the registry has seen. */
  writes(): Promise<number>;
  close(): Promise<void>;
}

/** Starts them. Their containers and calls reach them by the names registry.test and replica.test. */
export async function openServers(): Promise<Servers> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-release-"));
  const options = { names: ["127.0.0.1"], authority: join(folder, "authority") };
  const registry = await startRegistry(join(folder, "registry"), { host: "registry.test", ...options });
  const replica = await startRegistry(join(folder, "replica"), { host: "replica.test", ...options });
  const env = { ...process.env, SSL_CERT_FILE: registry.caFile, DOCKER_CONFIG: join(folder, "docker") };
  const crane = async (...args: readonly string[]) =>
    (await run(await goTool("crane"), [...args], { env })).stdout.trim();
  await crane(
    "auth",
    "login",
    `127.0.0.1:${registry.port}`,
    "-u",
    registry.username,
    "-p",
    registry.password,
  );
  return {
    folder,
    registry,
    replica,
    keys: await makeKeys(folder, "release", canary),
    name: `registry.test:${registry.port}/team/app`,
    crane,
    async writes() {
      const lines = (await readFile(registry.log, "utf8")).split("\n");
      return lines.filter((line) => /"(?:PUT|POST|PATCH|DELETE) \/v2/.test(line)).length;
    },
    async close() {
      await registry.stop();
      await replica.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A repository that passes, with one service and its image. */
export const source = ({ replica }: Servers, more: Readonly<Record<string, string>> = {}) => ({
  "slipway.yaml": `services:
  app: {path: app, types: false, image: {name: registry.example.com/team/app}}
gates: {coverage: 0}
release:
  tags: ["type=sha,format=long", "type=ref,event=tag"]
  replicas: [replica.test:${replica.port}/copies]
  deadline: 20s
  gitops: {repository: "http://git.test/fleet.git", overlays: [staging]}
`,
  "app/pyproject.toml": '[project]\nname = "app"\nversion = "1"\n',
  "app/app.py": "def one() -> int:\n    return 1\n",
  "app/tests/test_app.py": "import app\n\n\ndef test_one() -> None:\n    assert app.one() == 1\n",
  "app/Dockerfile":
    "FROM python:3.13-slim\nRUN python -m pip uninstall --yes setuptools wheel pip\nCOPY app.py /app.py\nUSER 10001\nHEALTHCHECK NONE\n",
  ...more,
});

/** A repository without Python's checks, whose image is of one file: for what happens after them. */
export const lean = (servers: Servers, more: Readonly<Record<string, string>> = {}) => {
  const { "slipway.yaml": config } = source(servers);
  return {
    "slipway.yaml": config.replace("types: false,", "lint: [], types: false, test: false,"),
    ...leanService("ONE = 1\n", "app/"),
    ...more,
  };
};

/** A secret that the engine knows by its value, as one that the command line hands over. */
export const secret = (text: string): Secret =>
  dag.setSecret(createHash("sha256").update(text).digest("hex"), text);

/** What a call hands over to log in at a registry, through another port where one stands before it. */
export const accessTo = (registry: RegistryServer, ...ports: readonly number[]): Access => ({
  username: registry.username,
  password: secret(registry.password),
  ca: dag.host().file(registry.caFile),
  service: onHost(...(ports.length > 0 ? ports : [registry.port])),
});

export interface World {
  /** Holds a released image against a policy, the release's own key by default. */
  verified(image: string, more?: Partial<VerifyRequest>): Promise<Verdict>;
  readonly bare: BareRepository;
  readonly git: GitServer;
  release(
    more?: Partial<ReleaseRequest>,
  ): Promise<{ record: ReleaseRecord; reports: Directory; files: Readonly<Record<string, string>> }>;
}

/** A commit to release, and a repository to name it in. */
export async function world(
  { folder, registry, replica, keys }: Servers,
  files: Readonly<Record<string, string>>,
  commands: string,
  work: (world: World) => Promise<void>,
): Promise<void> {
  const database = dirname(await exampleDatabase());
  const bare = bareRepository(fleet);
  const git = await serveGit(bare.root, login);
  try {
    await session(async () => {
      const { history } = repository(files, commands);
      const registryAccess = accessTo(registry);
      await work({
        bare,
        git,
        verified: (image, more = {}) =>
          verify({
            image,
            registryAccess,
            keys: [dag.host().file(keys.publicFile)],
            identities: [],
            attestations,
            maxAge: "1h",
            severities: ["CRITICAL", "HIGH"],
            ignoreUnfixed: false,
            except: [],
            log: false,
            authorities: {},
            ...more,
          }),
        async release(more = {}) {
          const done = await release({
            git: history,
            facts: {},
            registry: `registry.test:${registry.port}`,
            registryAccess,
            replicaAccess: accessTo(replica),
            signer: { key: secret(keys.privateKey), passphrase: secret(canary) },
            gitAccess: {
              username: login.username,
              password: secret(login.password),
              service: onHost({ frontend: 80, backend: git.port }),
            },
            vulnerabilityDatabase: dag.host().directory(database),
            ...more,
          });
          const out = await mkdtemp(join(folder, "reports-"));
          await done.reports.export(out);
          const text = await readFile(join(out, "release.json"), "utf8");
          expect(releaseSchema.parse(JSON.parse(text))).toEqual(done.record);
          // A call that only signs has no checks.
          const summary = more.evidence ? "" : await readFile(join(out, "summary.json"), "utf8");
          return { record: done.record, reports: done.reports, files: { text, summary } };
        },
      });
      return true;
    });
  } finally {
    await git.close();
    bare.remove();
  }
}
