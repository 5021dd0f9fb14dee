import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { connection, dag } from "@dagger.io/dagger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { cosignFrom } from "#modules/cosign/src/from-settings.ts";
import { makeKeys } from "../../../ci/servers/keys.ts";
import { guises } from "../../guises.ts";
import { onHost } from "../../servers/on-host.ts";
import { type PlainRegistry, plainRegistry } from "../../servers/plain-registry.ts";

const repository = "shop/orders";

let folder: string;
let registry: PlainRegistry;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-canary-"));
  registry = await plainRegistry(folder);
});

afterAll(async () => {
  await registry?.stop();
  await rm(folder, { recursive: true });
});

const manifest = z.object({
  config: z.object({ digest: z.string() }),
  layers: z.array(z.object({ digest: z.string() })),
});

test("no secret is in what the engine prints or in what is pushed, also when signing fails", async () => {
  const [passphrase, password] = ["canary pass+phrase/1==", "canary pass+word/2=="];
  const keys = await makeKeys(folder, "own", passphrase);
  const body = keys.privateKey.split("\n")[1] ?? "";
  const digest = await registry.push(repository, "secret");
  const image = `registry.test:${registry.port}/${repository}@${digest}`;
  let printed = "";
  const LogOutput = new Writable({
    write(chunk, _encoding, done) {
      printed += String(chunk);
      done();
    },
  });
  await connection(
    async () => {
      const service = onHost(registry.port);
      const secret = dag.setSecret("registry-password", password);
      const login = { username: "ada", password: secret };
      const cosign = cosignFrom({ ...login, service, plainHttp: true, deadline: 20 }).withoutLog();
      const key = dag.setSecret("key", keys.privateKey);
      const signer = cosign.withKey(key, dag.setSecret("passphrase", passphrase));
      await signer.sign(image);
      await signer.attest(image, dag.directory().withNewFile("a", "{}").file("a"), "test-result");
      const wrong = cosign.withKey(key, dag.setSecret("wrong", password));
      const said = await wrong.sign(image).catch((error: unknown) => String(error));
      expect(said).toContain("PASSPHRASE_WRONG: ");
      printed += said;
    },
    { LogOutput },
  );
  for (const kind of ["sig", "att"]) {
    const pushed = manifest.parse(await registry.manifest(repository, `${digest.replace(":", "-")}.${kind}`));
    printed += JSON.stringify(await registry.manifest(repository, `${digest.replace(":", "-")}.${kind}`));
    for (const blob of [pushed.config, ...pushed.layers])
      printed += await registry.blob(repository, blob.digest);
  }
  expect(printed).toContain("/usr/local/bin/cosign");
  expect(printed).toContain("docker-manifest-digest");
  for (const guise of [passphrase, password, body].flatMap(guises)) expect(printed).not.toContain(guise);
});
