import { writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { dag } from "@dagger.io/dagger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { authority } from "../../../ci/servers/certificate.ts";
import { awsKey, awsKms } from "../../servers/aws-kms.ts";
import { type Sigstore, sigstore } from "../../servers/sigstore.ts";
import { accessTo, lean, openServers, type Servers, secret, world } from "./world.ts";

const ada = "ada@example.com";

let servers: Servers;
let keyless: Sigstore;
beforeAll(async () => {
  servers = await openServers();
  keyless = await sigstore(servers.folder);
});
afterAll(async () => {
  await keyless?.stop();
  await servers?.close();
});

test("a release is signed and attested by who a token says, and verifies by that identity alone", async () => {
  const { registry } = servers;
  const { fulcio, rekor, issuer } = keyless;
  const [url, logUrl] = [fulcio, rekor].map(({ port }) => `http://sigstore.test:${port}`);
  const files = lean(servers);
  const config = files["slipway.yaml"].replace(
    "release:",
    `release:\n  sign: {keyless: {fulcio: "${url}", rekor: "${logUrl}"}}`,
  );
  await world(servers, { ...files, "slipway.yaml": config }, "", async ({ bare, release, verified }) => {
    const file = (text: string) => dag.directory().withNewFile("key.pem", text).file("key.pem");
    const authorities = { fulcioRoots: file(fulcio.roots), rekorKey: file(rekor.publicKey) };
    const registryAccess = accessTo(registry, registry.port, fulcio.port, rekor.port);
    const signer = { token: secret(issuer.token(ada)), authorities };
    const { record, files: written } = await release({ registryAccess, signer });
    expect(record.failure).toBeUndefined();
    expect(record.outcome).toBe("released");
    const [image] = record.images;
    expect(bare.git("show", "main:staging/kustomization.yaml")).toContain(image?.digest);
    for (const text of Object.values(written)) expect(text).not.toContain(issuer.token(ada).split(".")[2]);

    const held = (identity: string) =>
      verified(`${image?.name}@${image?.digest}`, {
        registryAccess,
        keys: [],
        identities: [identity],
        issuer: issuer.url,
        authorities: { ...authorities, fulcio: url, rekor: logUrl },
      });
    const verdict = await held(ada);
    expect(verdict.checks.flatMap(({ reasons }) => reasons)).toEqual([]);
    expect(verdict.outcome).toBe("passed");
    expect((await held("eve@example.com")).checks[0]?.reasons[0]?.code).toBe("SIGNATURE_INVALID");

    const refused = await release({ registryAccess, signer: { token: secret("no token"), authorities } });
    expect(refused.record.failure).toMatchObject({
      stage: "sign",
      code: "IDENTITY_REFUSED",
    });
  });
});

test("a release is signed and attested by a key management service, once, and verifies by its public key", async () => {
  const files = lean(servers);
  const by = await authority(join(servers.folder, "authority"));
  const folder = await mkdtemp(join(servers.folder, "kms-"));
  const config = files["slipway.yaml"].replace("release:", `release:\n  sign: {kms: "${awsKey}"}`);
  await world(servers, { ...files, "slipway.yaml": config }, "", async ({ release, verified }) => {
    const { login, publicKey } = await awsKms(folder, by);
    const kmsSecrets = Object.entries(login).map(([name, value]) => {
      const file = join(folder, name);
      writeFileSync(file, value);
      return dag.secret(`file://${file}`);
    });
    const signer = { kmsSecrets };
    const { record, files: written } = await release({ signer });
    expect(record.failure).toBeUndefined();
    expect(record.outcome).toBe("released");
    for (const text of Object.values(written)) expect(text).not.toContain("canary");
    const [image] = record.images;
    const verdict = await verified(`${image?.name}@${image?.digest}`, { keys: [publicKey] });
    expect(verdict.checks.flatMap(({ reasons }) => reasons)).toEqual([]);
    expect(verdict.outcome).toBe("passed");
    const again = await release({ signer });
    expect(again.record.outcome).toBe("released");
    expect(again.record.images[0]?.signature).toBe(image?.signature);
  });
});
