import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dag } from "@dagger.io/dagger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cosignFrom } from "#modules/cosign/src/from-settings.ts";
import type { Cosign } from "#modules/cosign/src/index.ts";
import { authority } from "../../../ci/servers/certificate.ts";
import { type AwsKms, awsKey, awsKms } from "../../servers/aws-kms.ts";
import { onHost } from "../../servers/on-host.ts";
import { type PlainRegistry, plainRegistry } from "../../servers/plain-registry.ts";
import { session } from "../../session.ts";
import { cosign } from "./cosign-itself.ts";
import { layersBeside } from "./layers.ts";

const repository = "shop/orders";
const testResult = "https://in-toto.io/attestation/test-result/v0.1";

let folder: string;
let registry: PlainRegistry;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-kms-"));
  registry = await plainRegistry(folder);
});
afterAll(async () => {
  await registry?.stop();
  await rm(folder, { recursive: true });
});

/** The module with that KMS, which trusts the authority of its certificate. */
function byKms({ login }: AwsKms, caFile: string, reference: string = awsKey): Cosign {
  const secrets = Object.entries(login).map(([name, value]) => dag.setSecret(name, value));
  const ca = dag.host().file(caFile);
  return cosignFrom({ ca, service: onHost(registry.port), plainHttp: true, deadline: 20 })
    .withoutLog()
    .withKms(reference, Object.keys(login), secrets);
}

test("a key that never leaves its service signs and attests once, and verifies by itself and by its public half", async () => {
  const digest = await registry.push(repository, "by a KMS");
  const image = `registry.test:${registry.port}/${repository}@${digest}`;
  const publicKey = await session(async () => {
    const by = await authority(folder);
    const kms = await awsKms(folder, by);
    const signer = byKms(kms, by.certFile);
    for (const _ of ["once", "again"]) {
      await signer.sign(image, ["commit=abc"]);
      await signer.attest(image, dag.file("predicate.json", '{"result":"PASSED"}'), testResult);
    }
    const verified = JSON.parse(await (await signer.verify(image)).contents());
    expect(verified).toMatchObject([{ optional: { commit: "abc" } }]);
    const strange = byKms(kms, by.certFile, `${awsKey}-of-nobody`).sign(image);
    await expect(strange).rejects.toThrow(/^(?:KEY_INVALID|TOOL_FAILED): .*of-nobody/s);
    const publicKey = await kms.publicKey.contents();
    expect(await (await signer.publicKey(image)).contents()).toBe(publicKey);
    return publicKey;
  });
  for (const kind of ["sig", "att"] as const) {
    expect(await layersBeside(registry, repository, digest, kind)).toHaveLength(1);
  }
  const file = join(folder, "kms.pub");
  await writeFile(file, publicKey);
  const flags = [`--key=${file}`, "--insecure-ignore-tlog", "--allow-http-registry"];
  const there = `${registry.address}/${repository}@${digest}`;
  await cosign(["verify", ...flags, there]);
  await cosign(["verify-attestation", `--type=${testResult}`, ...flags, there]);
});
