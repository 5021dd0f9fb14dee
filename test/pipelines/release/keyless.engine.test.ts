import { dag } from "@dagger.io/dagger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sigstore, sigstore } from "../../servers/sigstore.ts";
import { accessTo, lean, openServers, type Servers, secret, world } from "./world.ts";

const ada = "ada@example.com";

let servers: Servers;
let authority: Sigstore;
beforeAll(async () => {
  servers = await openServers();
  authority = await sigstore(servers.folder);
});
afterAll(async () => {
  await authority?.stop();
  await servers?.close();
});

test("a release is signed and attested by who a token says, and verifies by that identity alone", async () => {
  const { registry } = servers;
  const { fulcio, rekor, issuer } = authority;
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
      text: expect.stringMatching(/^IDENTITY_REFUSED: /),
    });
  });
});
