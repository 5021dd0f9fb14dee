import { mkdtemp, readdir, readFile, readlink, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { $ } from "zx";
import { writeTrust } from "../../../ci/engine/trust.ts";
import { authority } from "../../../ci/servers/certificate.ts";

test("a root trusts a machine's own certificates: by the bundle, by their files, and by their hashes as OpenSSL asks", async () => {
  const folder = await mkdtemp(join(tmpdir(), "slipway-trust-"));
  try {
    const { certFile } = await authority(join(folder, "authority"));
    const own = await readFile(certFile, "utf8");
    const root = join(folder, "root");
    await writeTrust({ bundle: `mozilla\n${own}`, own: { "own.crt": own } }, root);
    const certificates = join(root, "etc/ssl/certs");
    expect(await readFile(join(certificates, "ca-certificates.crt"), "utf8")).toBe(`mozilla\n${own}`);
    const file = "/usr/local/share/ca-certificates/own.crt";
    expect(await readFile(join(root, file), "utf8")).toBe(own);
    const [hash = ""] = (await readdir(certificates)).filter((name) => /^[0-9a-f]{8}\.0$/.test(name));
    expect(await readlink(join(certificates, hash))).toBe(file);
    const asked = await $({ quiet: true })`openssl x509 -hash -noout -in ${certFile}`;
    expect(hash).toBe(`${asked.stdout.trim()}.0`);
    expect((await stat(certificates)).mtimeMs).toBe(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
