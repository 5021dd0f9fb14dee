import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dag } from "@dagger.io/dagger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cosignFrom } from "#modules/cosign/src/from-settings.ts";
import type { Cosign } from "#modules/cosign/src/index.ts";
import { testResultType } from "#pipelines/release/attest/test-result.ts";
import type { VerificationPolicy } from "#pipelines/verify/policy.ts";
import { verifyImage } from "#pipelines/verify/verify.ts";
import { type Keys, makeKeys } from "../../../ci/servers/keys.ts";
import { jobOf } from "../../servers/github-job.ts";
import { onHost } from "../../servers/on-host.ts";
import { type PlainRegistry, plainRegistry } from "../../servers/plain-registry.ts";
import { type Sigstore, sigstore } from "../../servers/sigstore.ts";
import { session } from "../../session.ts";

const repository = "shop/orders";
const ada = "ada@example.com";

let folder: string;
let registry: PlainRegistry;
let servers: Sigstore;
let keys: Keys;
let name: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-keyless-"));
  registry = await plainRegistry(folder);
  servers = await sigstore(folder);
  keys = await makeKeys(folder, "own", "passphrase");
  name = `registry.test:${registry.port}/${repository}`;
});

afterAll(async () => {
  await servers?.stop();
  await registry?.stop();
  await rm(folder, { recursive: true });
});

const fileOf = (text: string) => dag.file("file", text);

/** The module before this test's registry, authority and log, whose public keys it trusts alone. */
function before(): Cosign {
  const { fulcio, rekor } = servers;
  const service = onHost(registry.port, fulcio.port, rekor.port);
  return cosignFrom({ service, plainHttp: true, deadline: 20 })
    .withFulcio(`http://sigstore.test:${fulcio.port}`, fileOf(fulcio.roots))
    .withLog(`http://sigstore.test:${rekor.port}`, fileOf(rekor.publicKey));
}

function as(email: string, audience?: string): Cosign {
  const token = servers.issuer.token(email, audience);
  return before().withToken(dag.setSecret(`token-${email}-${audience}`, token));
}

const byKey = () =>
  before().withKey(dag.setSecret("key", keys.privateKey), dag.setSecret("passphrase", "passphrase"));

test("an identity signs and attests, and verifies by its name, its pattern and its issuer alone", async () => {
  const image = `${name}@${await registry.push(repository, "keyless")}`;
  const issuer = servers.issuer.url;
  const ask = (identity: string, pattern: string, by: string) =>
    before().verify(image, undefined, identity, pattern, by);
  await session(async () => {
    await as(ada).sign(image);
    await as(ada).attest(image, fileOf('{"result":"PASSED","configuration":[]}'), "test-result");
    expect(JSON.parse(await (await ask(ada, "", issuer)).contents())).toHaveLength(1);
    await ask("", "[a-z]+@example\\.com", issuer);
    await expect(ask("eve@example.com", "", issuer)).rejects.toThrow(/^SIGNATURE_INVALID: /);
    await expect(ask("", "ada", issuer)).rejects.toThrow(/^SIGNATURE_INVALID: /);
    await expect(ask(ada, "", "https://issuer.example.com")).rejects.toThrow(/^SIGNATURE_INVALID: /);
    const policy = (identity: string): VerificationPolicy => ({
      signers: [{ kind: "identity", identity, issuer }],
      attestations: [testResultType],
    });
    const [good, bad] = [
      await verifyImage(before, image, policy(ada), [], new Date()),
      await verifyImage(before, image, policy("eve@example.com"), [], new Date()),
    ];
    expect(good.outcome).toBe("passed");
    expect(bad.checks.map(({ outcome }) => outcome)).toEqual(["failed", "failed"]);
    return true;
  });
});

test("what a shared workflow signed is told apart by the repository that called it", async () => {
  const image = `${name}@${await registry.push(repository, "shared workflow")}`;
  const workflow = `acme/slipway/.github/workflows/slipway-release.yml@${"0123456789".repeat(4)}`;
  const identity = `https://github.com/${workflow}`;
  const issuer = servers.workflows.url;
  const job = before().withToken(
    dag.setSecret("token-of-a-job", servers.workflows.claiming(jobOf("shop/orders", workflow))),
  );
  const ask = (of?: string) => before().verify(image, undefined, identity, "", issuer, [], false, of);
  await session(async () => {
    await job.sign(image);
    await job.attest(image, fileOf('{"result":"PASSED","configuration":[]}'), "test-result");
    await ask();
    await ask("shop/orders");
    await expect(ask("eve/orders")).rejects.toThrow(/^SIGNATURE_INVALID: /);
    await expect(ask("https://github.com/shop/orders")).rejects.toThrow(/^ARGUMENT_INVALID: .*OWNER\/NAME/);
    const outcomes = async (workflowRepository: string) => {
      const signers = [{ kind: "identity", identity, issuer, workflowRepository }] as const;
      const policy = { signers, attestations: [testResultType] };
      return (await verifyImage(before, image, policy, [], new Date())).checks.map(({ outcome }) => outcome);
    };
    expect(await outcomes("shop/orders")).toEqual(["passed", "passed"]);
    expect(await outcomes("eve/orders")).toEqual(["failed", "failed"]);
    return true;
  });
});

test("a second call adds a signature, and both verify", async () => {
  const image = `${name}@${await registry.push(repository, "twice")}`;
  const printed = await session(async () => {
    await as(ada).sign(image);
    await as(ada).sign(image);
    return (await before().verify(image, undefined, ada, "", servers.issuer.url)).contents();
  });
  expect(JSON.parse(printed)).toHaveLength(2);
});

test("a token for somebody else than Fulcio gets no certificate, and nothing is signed", async () => {
  const image = `${name}@${await registry.push(repository, "refused")}`;
  await session(async () => {
    await expect(as(ada, "another audience").sign(image)).rejects.toThrow(/^IDENTITY_REFUSED: /);
    await expect(before().verify(image, undefined, ada, "", servers.issuer.url)).rejects.toThrow(
      /^SIGNATURE_MISSING: /,
    );
    return true;
  });
});

test("a key's signature is in the log once, and one that is in no log does not verify where a log is asked for", async () => {
  const [logged, unlogged] = [
    await registry.push(repository, "logged"),
    await registry.push(repository, "unlogged"),
  ];
  await session(async () => {
    await byKey().sign(`${name}@${logged}`);
    await byKey().sign(`${name}@${logged}`);
    const printed = await (await before().verify(`${name}@${logged}`, fileOf(keys.publicKey))).contents();
    expect(JSON.parse(printed)).toHaveLength(1);
    await byKey().withoutLog().sign(`${name}@${unlogged}`);
    await expect(before().verify(`${name}@${unlogged}`, fileOf(keys.publicKey))).rejects.toThrow(
      /^SIGNATURE_INVALID: /,
    );
    await before().withoutLog().verify(`${name}@${unlogged}`, fileOf(keys.publicKey));
    return true;
  });
});
