import { join } from "node:path";
import { dag } from "@dagger.io/dagger";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { holdImages } from "#pipelines/deliver/evidence.ts";
import { makeKeys } from "../../../ci/servers/keys.ts";
import { repository } from "../../fixtures/repository.ts";
import { cosign } from "../../modules/cosign/cosign-itself.ts";
import {
  accessTo,
  canary,
  fleet,
  lean,
  openServers,
  type Servers,
  source as sourceFor,
  type World,
  world as worldOf,
} from "./world.ts";

let servers: Servers;
beforeAll(async () => {
  servers = await openServers();
});
afterAll(() => servers?.close());

const source = (more: Readonly<Record<string, string>> = {}) => sourceFor(servers, more);
const world = (
  files: Readonly<Record<string, string>>,
  commands: string,
  work: (world: World) => Promise<void>,
) => worldOf(servers, files, commands, work);

test("a commit is released once: image, signature, attestations, copy, tags, commit; and a second call writes nothing", async () => {
  const { folder, registry, replica, keys, name, crane, writes } = servers;
  await world(source(), "git tag v1.2.3", async ({ bare, release: again, verified }) => {
    const { record } = await again();
    expect(record.failure).toBeUndefined();
    expect(record.outcome).toBe("released");
    const [image] = record.images;
    const digest = image?.digest ?? "";
    expect(image?.name).toBe(name);
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

    const before = await writes();
    const second = await again();
    expect(second.record.outcome).toBe("released");
    expect(second.record.images[0]?.digest).toBe(digest);
    expect(second.record.images[0]?.tags.map(({ effect }) => effect)).toEqual(["there", "there", "there"]);
    expect(second.record.bump?.outcome).toBe("unchanged");
    expect(await writes()).toBe(before);
    expect(bare.lines("log", "--format=%H", "main")).toHaveLength(2);
    for (const text of Object.values(second.files)) expect(text).not.toContain(canary);

    const whole = `${name}@${digest}`;
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
    // The same rules of an environment, with the key in the GitOps repository.
    const other = await makeKeys(folder, "other", "x");
    const tree = dag
      .directory()
      .withFile("cosign.pub", dag.host().file(keys.publicFile))
      .withFile("other.pub", dag.host().file(other.publicFile));
    const asks = async (rules: object, of: string = digest) => {
      const environments = { a: { overlays: ["x"], evidence: { keys: ["cosign.pub"], ...rules } } };
      const { tools, environments: read } = readConfig(JSON.stringify({ environments }), "slipway.yaml");
      const asked = read?.a?.evidence;
      if (asked === undefined) throw new Error("no rules");
      const place = { tree, registryAccess: accessTo(registry), tools };
      const [held] = await holdImages(place, asked, [{ name, digest: of }]);
      return held?.missing;
    };
    expect(await asks({ maxScanAge: "1h" })).toEqual([]);
    expect(await asks({ attestations: [] }, `sha256:${"0".repeat(64)}`)).toEqual([
      expect.stringMatching(/@sha256:0{64}: IMAGE_NOT_FOUND/),
    ]);
    await expect(asks({ keys: ["missing.pub"] })).rejects.toThrow(/^PATH_NOT_FOUND/);
    expect(await asks({ keys: ["other.pub"], attestations: ["tests"] })).toEqual([
      expect.stringMatching(/: signature failed: /),
      expect.stringMatching(/: attestation test result failed: /),
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
    await expect(verified(whole, { keys: [] })).rejects.toThrow(
      /^ARGUMENT_INVALID: the call names no required signer/,
    );
    await expect(verified(whole, { keys: [dag.host().file(registry.caFile)] })).rejects.toThrow(
      /^ARGUMENT_INVALID: ca\.pem is not a public key/,
    );
    await expect(verified(whole, { severities: ["BAD"] })).rejects.toThrow(
      /^ARGUMENT_INVALID: --severities=BAD /,
    );
    await expect(verified(whole, { identities: ["a@example.com"] })).rejects.toThrow(/issuer/);
    await expect(verified(`${name}@sha256:${"0".repeat(64)}`)).rejects.toThrow(/^IMAGE_NOT_FOUND: /);
  });
});

test("two releases of one commit at once: one index of two platforms, with the evidence of each, one set of tags, one commit", async () => {
  const files = lean(servers);
  const platforms = ["linux/amd64", "linux/arm64"];
  const config = files["slipway.yaml"].replace("release:", `release:\n  platforms: [${platforms}]`);
  await world({ ...files, "slipway.yaml": config }, "", async ({ bare, release: again, verified }) => {
    const both = await Promise.all([again(), again()]);
    expect(both.map(({ record }) => record.failure?.text)).toEqual([undefined, undefined]);
    const [digest = "", ...others] = new Set(both.map(({ record }) => record.images[0]?.digest));
    expect(others).toEqual([]);
    expect(both[0].record.images[0]?.platforms.map(({ platform }) => platform)).toEqual(platforms);
    const index = JSON.parse(
      await servers.crane("manifest", `127.0.0.1:${servers.registry.port}/team/app@${digest}`),
    );
    expect(index.manifests.map((each: { digest: string }) => each.digest)).toEqual(
      both[0].record.images[0]?.platforms.map((each) => each.digest),
    );
    const verdict = await verified(`${servers.name}@${digest}`);
    expect(verdict.checks.flatMap(({ reasons }) => reasons)).toEqual([]);
    expect(verdict.outcome).toBe("passed");
    for (const { digest: of = "" } of both[0].record.images[0]?.platforms ?? []) {
      const one = await verified(`${servers.name}@${of}`, { attestations: ["sbom", "vulnerabilities"] });
      expect(
        one.checks.filter((check) => /attestation|scan/.test(check.name)).map(({ outcome }) => outcome),
      ).toEqual(["passed", "passed", "passed", "passed"]);
    }
    expect(bare.lines("log", "--format=%H", "main")).toHaveLength(2);
  });
});

describe("what does not hold stops all that would vouch for it", () => {
  test("a failing test: nothing is written anywhere", async () => {
    const files = source({ "app/tests/test_app.py": "def test_one() -> None:\n    assert False\n" });
    await world(files, "", async ({ bare, release: again }) => {
      const before = await servers.writes();
      const { record } = await again();
      expect(record).toMatchObject({
        outcome: "refused",
        verdict: "failed",
        failure: { stage: "verdict" },
        public: [],
      });
      expect(await servers.writes()).toBe(before);
      expect(bare.lines("log", "--format=%H", "main")).toHaveLength(1);
    });
  });

  test("an overlay without the image writes nothing; a protected branch is named with what is public, a second call ends it with one commit, and a git tag is a release of its own", async () => {
    const files = lean(servers, { "app/app.py": "ONE = 1 + 0\n" });
    await world(files, "", async ({ bare, release: again }) => {
      const before = await servers.writes();
      bare.commit({ "staging/app.yaml": fleet["staging/app.yaml"].replaceAll("team/app", "team/other") });
      const strange = await again();
      expect(strange.record).toMatchObject({ outcome: "refused", failure: { stage: "verdict" }, public: [] });
      expect(strange.record.failure?.code).toBe("IMAGE_NOT_FOUND");
      expect(await servers.writes()).toBe(before);
      bare.commit({ "staging/app.yaml": fleet["staging/app.yaml"] });

      bare.hook("pre-receive", "echo 'GH006: Protected branch update failed' >&2; exit 1");
      const { record } = await again();
      expect(record.outcome).toBe("incomplete");
      expect(record.failure?.stage).toBe("bump");
      expect(record.failure?.code).toBe("BRANCH_PROTECTED");
      expect(record.public).toContain(`the tag ${servers.name}:sha-${record.source.commit}`);
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
        `${servers.name}:${own} stays with the image that an earlier release of this commit made`,
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
