import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dag } from "@dagger.io/dagger";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cosignFrom } from "#modules/cosign/src/from-settings.ts";
import type { Cosign } from "#modules/cosign/src/index.ts";
import { type Keys, makeKeys } from "../../../ci/servers/keys.ts";
import { onHost } from "../../servers/on-host.ts";
import { type PlainRegistry, plainRegistry } from "../../servers/plain-registry.ts";
import { session } from "../../session.ts";
import { cosign } from "./cosign-itself.ts";
import { layersBeside } from "./layers.ts";

const passphrase = "canary+Passphrase/7f3a==";
const testResult = "https://in-toto.io/attestation/test-result/v0.1";
const repository = "shop/orders";

let folder: string;
let registry: PlainRegistry;
let keys: Keys;
let others: Keys;
/** The registry under the name that the engine's containers reach it by. */
let name: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-cosign-"));
  registry = await plainRegistry(folder);
  keys = await makeKeys(folder, "own", passphrase);
  others = await makeKeys(folder, "other", "another");
  name = `registry.test:${registry.port}/${repository}`;
});

afterAll(async () => {
  await registry?.stop();
  await rm(folder, { recursive: true });
});

/** The module before this test's registry, without a log. */
function unsigned(): Cosign {
  const service = onHost(registry.port);
  return cosignFrom({ service, plainHttp: true, deadline: 20 }).withoutLog();
}

function byKey(pair: Keys = keys, word: string = passphrase): Cosign {
  return unsigned().withKey(
    dag.setSecret(`key-${pair.publicFile}-${word}`, pair.privateKey),
    dag.setSecret(`passphrase-${word}`, word),
  );
}

const fileOf = (text: string) => dag.file("file", text);
const json = (value: unknown) => fileOf(JSON.stringify(value));

const layersOf = (digest: string, kind: "sig" | "att") => layersBeside(registry, repository, digest, kind);

describe("a signature by a key", () => {
  test("verifies with cosign itself, and doing it again leaves it alone", async () => {
    const digest = await registry.push(repository, "signed");
    const where = await session(() =>
      byKey().sign(`${name}@${digest}`, ["commit=abc", 'by=Ada, "Countess"']),
    );
    expect(where).toBe(`${name}:${digest.replace(":", "-")}.sig`);
    const flags = ["--insecure-ignore-tlog", "--allow-http-registry", "--output=json"];
    const printed = await cosign([
      "verify",
      `--key=${keys.publicFile}`,
      ...flags,
      `${registry.address}/${repository}@${digest}`,
    ]);
    expect(JSON.parse(printed)).toMatchObject([
      {
        critical: { image: { "docker-manifest-digest": digest } },
        optional: { commit: "abc", by: 'Ada, "Countess"' },
      },
    ]);
    const before = await layersOf(digest, "sig");
    await session(() => byKey().sign(`${name}@${digest}`, ["commit=abc", 'by=Ada, "Countess"']));
    expect(await layersOf(digest, "sig")).toEqual(before);
    expect(before).toHaveLength(1);
  });

  test("verifies by the public key, and by no other", async () => {
    const digest = await registry.push(repository, "verified");
    const image = `${name}@${digest}`;
    const verified = await session(async () => {
      await byKey().sign(image);
      return (await unsigned().verify(image, fileOf(keys.publicKey))).contents();
    });
    expect(JSON.parse(verified)).toMatchObject([
      { critical: { image: { "docker-manifest-digest": digest } } },
    ]);
    await session(async () => {
      const by = (key: string, annotations: string[] = []) =>
        unsigned().verify(image, fileOf(key), "", "", "", annotations);
      await expect(by(others.publicKey)).rejects.toThrow(/^SIGNATURE_INVALID: /);
      await expect(by("no key")).rejects.toThrow(/^KEY_INVALID: /);
      await expect(by(keys.publicKey, ["commit=abc"])).rejects.toThrow(/^SIGNATURE_INVALID: /);
      return true;
    });
  });

  test("is refused before anything is written", async () => {
    const digest = await registry.push(repository, "refused");
    const image = `${name}@${digest}`;
    const nothing = `${name}@sha256:${"0".repeat(64)}`;
    const trials: readonly (readonly [() => Promise<unknown>, RegExp])[] = [
      [() => byKey(keys, "wrong").sign(image), /^PASSPHRASE_WRONG: /],
      [() => byKey({ ...keys, privateKey: "no key" }).sign(image), /^KEY_INVALID: /],
      [() => byKey().sign(`${name}:latest`), /^DIGEST_INVALID: /],
      [() => byKey().sign(`${name}:latest@${digest}`), /^DIGEST_INVALID: /],
      [() => byKey().sign(`--help@${digest}`), /^IMAGE_NAME_INVALID: /],
      [() => byKey().sign(nothing), /^IMAGE_NOT_FOUND: /],
      [() => byKey().attest(nothing, json({}), testResult), /^IMAGE_NOT_FOUND: /],
      [() => unsigned().verify(nothing, fileOf(keys.publicKey)), /^IMAGE_NOT_FOUND: /],
      [() => unsigned().sign(image), /^ARGUMENT_INVALID: no signer is set/],
      [() => unsigned().verify(image), /^ARGUMENT_INVALID: /],
      [
        () => unsigned().verify(image, undefined, "ada@example.com", "", "https://issuer.test"),
        /^ARGUMENT_INVALID: keyless signing /,
      ],
      [() => byKey().sign(image, ["no pair"]), /^ARGUMENT_INVALID: /],
      [async () => unsigned().withKms("--key"), /^ARGUMENT_INVALID: /],
      [() => byKey().attest(image, fileOf("no JSON"), testResult), /^PREDICATE_INVALID: /],
      [() => byKey().attest(image, json([]), testResult), /^PREDICATE_INVALID: /],
      [() => byKey().attest(image, json({}), "--type"), /^ARGUMENT_INVALID: /],
      [() => unsigned().verify(image, fileOf(keys.publicKey)), /^SIGNATURE_MISSING: /],
      [
        () => unsigned().verifyAttestation(image, testResult, fileOf(keys.publicKey)),
        /^ATTESTATION_MISSING: /,
      ],
    ];
    await session(async () => {
      for (const [trial, message] of trials) await expect(trial()).rejects.toThrow(message);
      return true;
    });
    await expect(layersOf(digest, "sig")).rejects.toThrow("404");
    await expect(layersOf(digest, "att")).rejects.toThrow("404");
  });
});

describe("an attestation", () => {
  test("holds the predicate as it is, is not made twice, and stays beside others of its type", async () => {
    const digest = await registry.push(repository, "attested");
    const image = `${name}@${digest}`;
    const predicate = { result: "PASSED", configuration: [], unknown: { 'ke"y': [1, null, "ü"] } };
    const lines = await session(async () => {
      await byKey().attest(image, json(predicate), "test-result");
      await byKey().attest(image, json(predicate), "test-result");
      await byKey().attest(image, json({ ...predicate, result: "FAILED" }), "test-result");
      return (await unsigned().verifyAttestation(image, testResult, fileOf(keys.publicKey))).contents();
    });
    const statements = lines
      .trim()
      .split("\n")
      .map((line) => JSON.parse(Buffer.from(JSON.parse(line).payload, "base64").toString()));
    expect(statements.map((each) => each.predicate)).toEqual([predicate, { ...predicate, result: "FAILED" }]);
    expect(statements[0]).toMatchObject({
      predicateType: testResult,
      subject: [{ digest: { sha256: digest.slice(7) } }],
    });
    const flags = ["--insecure-ignore-tlog", "--allow-http-registry", `--type=${testResult}`];
    await cosign([
      "verify-attestation",
      `--key=${keys.publicFile}`,
      ...flags,
      `${registry.address}/${repository}@${digest}`,
    ]);
    expect(await layersOf(digest, "att")).toHaveLength(2);
  });

  test("is told from what the registry was found to have, once for each of that", async () => {
    const [digest = "", strange = ""] = await Promise.all(
      ["stored", "stranger"].map((text) => registry.push(repository, text)),
    );
    const tag = (of: string) => `${of.replace(":", "-")}.att`;
    const found = () => registry.digest(repository, tag(digest));
    const there = (stored: string) => byKey().attested(`${name}@${digest}`, [json({})], [testResult], stored);
    const place = `${name}:${tag(digest)}`;
    await session(async () => {
      expect(await there("none")).toEqual([""]);
      await byKey().attest(`${name}@${digest}`, json({}), testResult);
      await byKey().attest(`${name}@${strange}`, json({}), testResult);
      const stored = await found();
      expect(await there(stored)).toEqual([place]);
      expect(await there("none")).toEqual([""]);
      await registry.alias(repository, tag(strange), tag(digest));
      expect(await there(stored)).toEqual([place]);
      expect(await there(await found())).toEqual([""]);
      expect(await there("")).toEqual([""]);
      await expect(there("latest")).rejects.toThrow(/^DIGEST_INVALID: /);
      await expect(byKey().sign(`${name}@${digest}`, [], false, "latest")).rejects.toThrow(
        /^DIGEST_INVALID: /,
      );
      return true;
    });
  });

  test("is told apart: missing, by another key, of another image", async () => {
    const [digest, strange, target] = await Promise.all(
      ["one", "strange", "target"].map((text) => registry.push(repository, text)),
    );
    await session(async () => {
      await byKey().attest(`${name}@${digest}`, json({}), testResult);
      await byKey(others, "another").attest(`${name}@${strange}`, json({}), testResult);
      return true;
    });
    await registry.alias(repository, `${digest?.replace(":", "-")}.att`, `${target?.replace(":", "-")}.att`);
    const held = (of: string | undefined, type: string) => () =>
      unsigned().verifyAttestation(`${name}@${of}`, type, fileOf(keys.publicKey));
    await session(async () => {
      await expect(held(digest, "vuln")()).rejects.toThrow(/^ATTESTATION_MISSING: /);
      await expect(held(strange, testResult)()).rejects.toThrow(/^ATTESTATION_INVALID: /);
      await expect(held(target, testResult)()).rejects.toThrow(/^ATTESTATION_INVALID: /);
      return true;
    });
  });
});
