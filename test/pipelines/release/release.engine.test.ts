import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { dag, NetworkProtocol } from "@dagger.io/dagger";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { goTool } from "../../../ci/engine/go-tool.ts";
import { exampleDatabase } from "../../../ci/engine/vulnerability-db.ts";
import { type GitServer, serveGit } from "../../../ci/servers/git.ts";
import { type RegistryServer, startRegistry } from "../../../ci/servers/registry.ts";
import { attestations } from "../../../pipelines/config/release.ts";
import { type ReleaseRecord, releaseSchema } from "../../../pipelines/release/record.ts";
import { release } from "../../../pipelines/release/release.ts";
import type { ReleaseRequest } from "../../../pipelines/release/request.ts";
import type { Verdict } from "../../../pipelines/verdict.ts";
import { type VerifyRequest, verify } from "../../../pipelines/verification/verify.ts";
import { repository } from "../../fixtures/repository.ts";
import { cosign, type Keys, makeKeys } from "../../modules/cosign/keys.ts";
import { type BareRepository, bareRepository } from "../../servers/bare-repository.ts";
import { session } from "../../session.ts";

const run = promisify(execFile);
const login = { username: "bot", password: "correct horse battery" };
const canary = "canary-2b7f0c5d91";

let folder: string;
let database: string;
let registry: RegistryServer;
let replica: RegistryServer;
let keys: Keys;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-release-"));
  database = dirname(await exampleDatabase());
  const authority = join(folder, "authority");
  registry = await startRegistry(join(folder, "registry"), {
    host: "registry.test",
    names: ["127.0.0.1"],
    authority,
  });
  replica = await startRegistry(join(folder, "replica"), {
    host: "replica.test",
    names: ["127.0.0.1"],
    authority,
  });
  keys = await makeKeys(folder, "release", canary);
});
afterAll(async () => {
  await registry?.stop();
  await replica?.stop();
  await rm(folder, { recursive: true, force: true });
});

const name = () => `registry.test:${registry.port}/team/app`;

const source = (more: Readonly<Record<string, string>> = {}) => ({
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

const fleet = {
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

interface World {
  /** Holds a released image against a policy, the release's own key by default. */
  verified(image: string, more?: Partial<VerifyRequest>): Promise<Verdict>;
  readonly bare: BareRepository;
  readonly git: GitServer;
  release(
    more?: Partial<ReleaseRequest>,
  ): Promise<{ record: ReleaseRecord; files: Readonly<Record<string, string>> }>;
}

/** A commit to release, and a repository to name it in. */
async function world(
  files: Readonly<Record<string, string>>,
  commands: string,
  work: (world: World) => Promise<void>,
): Promise<void> {
  const bare = bareRepository(fleet);
  const git = await serveGit(bare.root, login);
  const on = (port: number, frontend = port) =>
    dag.host().service([{ frontend, backend: port, protocol: NetworkProtocol.Tcp }], { host: "127.0.0.1" });
  try {
    await session(async () => {
      const { history } = repository(files, commands);
      const secret = (text: string) => dag.setSecret(`s${Math.random()}`, text);
      const registryAccess = {
        username: registry.username,
        password: secret(registry.password),
        ca: dag.host().file(registry.caFile),
        service: on(registry.port),
      };
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
            replicaAccess: {
              username: replica.username,
              password: secret(replica.password),
              ca: dag.host().file(replica.caFile),
              service: on(replica.port),
            },
            signer: { key: secret(keys.privateKey), passphrase: secret(canary) },
            gitAccess: {
              username: login.username,
              password: secret(login.password),
              service: on(git.port, 80),
            },
            vulnerabilityDatabase: dag.host().directory(database),
            ...more,
          });
          const out = await mkdtemp(join(folder, "reports-"));
          await done.reports.export(out);
          const text = await readFile(join(out, "release.json"), "utf8");
          expect(releaseSchema.parse(JSON.parse(text))).toEqual(done.record);
          const summary = await readFile(join(out, "summary.json"), "utf8");
          return { record: done.record, files: { text, summary } };
        },
      });
      return true;
    });
  } finally {
    await git.close();
    bare.remove();
  }
}

/** crane itself, outside our code. */
async function crane(...args: readonly string[]): Promise<string> {
  const env = { ...process.env, SSL_CERT_FILE: registry.caFile, DOCKER_CONFIG: join(folder, "docker") };
  const { stdout } = await run(await goTool("crane"), [...args], { env });
  return stdout.trim();
}

const writes = (log: string) =>
  log.split("\n").filter((line) => /"(?:PUT|POST|PATCH|DELETE) \/v2/.test(line)).length;

test("a commit is released once: image, signature, attestations, copy, tags, commit; and a second call writes nothing", async () => {
  await crane(
    "auth",
    "login",
    `127.0.0.1:${registry.port}`,
    "-u",
    registry.username,
    "-p",
    registry.password,
  );
  await world(source(), "git tag v1.2.3", async ({ bare, release: again, verified }) => {
    const { record } = await again();
    expect(record.failure).toBeUndefined();
    expect(record.outcome).toBe("released");
    const [image] = record.images;
    const digest = image?.digest ?? "";
    expect(image?.name).toBe(name());
    expect(Object.fromEntries(image?.tags.map(({ tag, effect }) => [tag, effect]) ?? [])).toEqual({
      [`sha-${record.source.commit}`]: "made",
      "v1.2.3": "made",
      latest: "made",
    });
    const local = `127.0.0.1:${registry.port}/team/app`;
    expect(await crane("digest", `${local}:v1.2.3`)).toBe(digest);
    const env = { SSL_CERT_FILE: registry.caFile, DOCKER_CONFIG: join(folder, "docker") };
    const by = [`--key=${keys.publicFile}`, "--insecure-ignore-tlog=true", `${local}@${digest}`];
    expect(await cosign(["verify", ...by], env)).toContain(digest.slice(7));
    for (const type of [
      "spdxjson",
      "cyclonedx",
      "vuln",
      "slsaprovenance1",
      "https://in-toto.io/attestation/test-result/v0.1",
    ]) {
      expect(await cosign(["verify-attestation", `--type=${type}`, ...by], env)).toContain("payload");
    }
    expect(record.images[0]?.replicas).toEqual([{ name: `replica.test:${replica.port}/copies/app` }]);
    expect(bare.lines("log", "--format=%H", "main")).toHaveLength(2);
    expect(bare.git("rev-parse", "main")).toBe(record.bump?.commit);
    expect(bare.git("show", "main:staging/kustomization.yaml")).toContain(digest);
    expect(bare.git("show", "main:staging/kustomization.yaml")).toContain("# of the team");
    expect(bare.git("log", "-1", "--format=%B", "main")).toContain(record.source.commit);

    const before = writes(await readFile(registry.log, "utf8"));
    const second = await again();
    expect(second.record.outcome).toBe("released");
    expect(second.record.images[0]?.digest).toBe(digest);
    expect(second.record.images[0]?.tags.map(({ effect }) => effect)).toEqual(["there", "there", "there"]);
    expect(second.record.bump?.outcome).toBe("unchanged");
    expect(writes(await readFile(registry.log, "utf8"))).toBe(before);
    expect(bare.lines("log", "--format=%H", "main")).toHaveLength(2);
    for (const text of Object.values(second.files)) expect(text).not.toContain(canary);

    const whole = `${name()}@${digest}`;
    const held = await verified(whole);
    expect(
      held.checks.map((check) => `${check.name}: ${check.outcome} ${check.reasons[0]?.text ?? ""}`),
    ).toEqual([
      "signature: passed ",
      "attestation SPDX: passed ",
      "attestation CycloneDX: passed ",
      "attestation vulnerability report: passed ",
      "attestation test result: passed ",
      "attestation provenance: passed ",
      "scan: passed ",
    ]);
    const strange = dag.host().file((await makeKeys(folder, "strange", "x")).publicFile);
    const refused = await verified(whole, { keys: [strange], attestations: ["tests"] });
    expect(refused.outcome).toBe("failed");
    expect(refused.checks.map(({ reasons }) => reasons[0]?.code)).toEqual([
      "SIGNATURE_INVALID",
      "ATTESTATION_INVALID",
    ]);
    const old = await verified(whole, { maxAge: "0s", attestations: ["vulnerabilities"] });
    expect(old.checks.at(-1)?.reasons[0]?.text).toMatch(/older than 0/);
    await expect(verified(whole, { keys: [] })).rejects.toThrow(/^ARGUMENT_INVALID: nobody is named/);
    await expect(verified(whole, { keys: [dag.host().file(registry.caFile)] })).rejects.toThrow(
      /^ARGUMENT_INVALID: ca\.pem holds no public key/,
    );
    await expect(verified(whole, { severities: ["BAD"] })).rejects.toThrow(/^ARGUMENT_INVALID: severities/);
    await expect(verified(whole, { identities: ["a@example.com"] })).rejects.toThrow(/issuer/);
    await expect(verified(`${name()}@sha256:${"0".repeat(64)}`)).rejects.toThrow(/^IMAGE_NOT_FOUND: /);
  });
});

describe("what does not hold stops all that would vouch for it", () => {
  test("a failing test: nothing is written anywhere", async () => {
    const files = source({ "app/tests/test_app.py": "def test_one() -> None:\n    assert False\n" });
    await world(files, "", async ({ bare, release: again }) => {
      const before = writes(await readFile(registry.log, "utf8"));
      const { record } = await again();
      expect(record).toMatchObject({
        outcome: "refused",
        verdict: "failed",
        failure: { stage: "verdict" },
        public: [],
      });
      expect(writes(await readFile(registry.log, "utf8"))).toBe(before);
      expect(bare.lines("log", "--format=%H", "main")).toHaveLength(1);
    });
  });

  test("an overlay without the image writes nothing; a protected branch is named with what is public, a second call ends it with one commit, and a git tag is a release of its own", async () => {
    const files = source({ "app/app.py": "def one() -> int:\n    return 1 + 0\n" });
    await world(files, "", async ({ bare, release: again }) => {
      const before = writes(await readFile(registry.log, "utf8"));
      bare.commit({ "staging/app.yaml": fleet["staging/app.yaml"].replaceAll("team/app", "team/other") });
      const strange = await again();
      expect(strange.record).toMatchObject({ outcome: "refused", failure: { stage: "verdict" }, public: [] });
      expect(strange.record.failure?.text).toMatch(/^IMAGE_NOT_FOUND: /);
      expect(writes(await readFile(registry.log, "utf8"))).toBe(before);
      bare.commit({ "staging/app.yaml": fleet["staging/app.yaml"] });

      bare.hook("pre-receive", "echo 'GH006: Protected branch update failed' >&2; exit 1");
      const { record } = await again();
      expect(record.outcome).toBe("incomplete");
      expect(record.failure?.stage).toBe("bump");
      expect(record.failure?.text).toContain("BRANCH_PROTECTED");
      expect(record.public).toContain(`the tag ${name()}:sha-${record.source.commit}`);
      bare.hook("pre-receive", "exit 0");
      const second = await again();
      expect(second.record.outcome).toBe("released");
      expect(bare.lines("log", "--format=%H", "main")).toHaveLength(4);

      const tagged = await again({ git: repository(files, "git tag v2.0.0").history });
      expect(tagged.record.outcome).toBe("released");
      expect(tagged.record.source).toMatchObject({ commit: record.source.commit, tag: "v2.0.0" });
      const own = `sha-${record.source.commit}`;
      const [image] = tagged.record.images;
      expect(image?.tags).toEqual(
        expect.arrayContaining([
          { tag: "v2.0.0", effect: "made" },
          { tag: own, effect: "kept" },
        ]),
      );
      expect(tagged.record.notes).toContain(
        `${name()}:${own} stays with the image that was released of this commit before`,
      );
      expect(bare.git("show", "main:staging/kustomization.yaml")).toMatch(/newTag: "?v2\.0\.0\b/);
    });
  });

  test("no key: nothing is run", async () => {
    await world(source(), "", async ({ release: again }) => {
      await expect(again({ signer: {} })).rejects.toThrow(/^SIGNER_MISSING: /);
    });
  });
});
