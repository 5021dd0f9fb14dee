import { createHash } from "node:crypto";
import { goTool } from "../../ci/engine/go-tool.ts";
import { daemon } from "../../ci/servers/daemon.ts";
import { answering, freePort } from "../../ci/servers/port.ts";

/** A registry over plain HTTP without login, in memory. */
export interface PlainRegistry {
  readonly port: number;
  /** 127.0.0.1:PORT */
  readonly address: string;
  /** Pushes an image of one layer that holds that text, and returns its digest. */
  push(repository: string, text: string): Promise<string>;
  manifest(repository: string, reference: string): Promise<unknown>;
  /** The digest of the manifest that a tag names. */
  digest(repository: string, tag: string): Promise<string>;
  /** Gives a manifest a further tag. */
  alias(repository: string, tag: string, further: string): Promise<void>;
  blob(repository: string, digest: string): Promise<string>;
  stop(): Promise<void>;
}

const manifestType = "application/vnd.oci.image.manifest.v1+json";

/** Starts crane's own registry. */
export async function plainRegistry(folder: string): Promise<PlainRegistry> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const server = daemon(await goTool("crane"), ["registry", "serve", "--address", address], folder);
  const api = (repository: string) => `http://${address}/v2/${repository}`;
  await answering(`http://${address}/v2/`);

  async function upload(repository: string, text: string, mediaType: string) {
    const digest = digestOf(text);
    const url = `${api(repository)}/blobs/uploads/?digest=${digest}`;
    await accepted(
      await fetch(url, {
        method: "POST",
        body: text,
        headers: { "content-type": "application/octet-stream" },
      }),
    );
    return { mediaType, digest, size: Buffer.byteLength(text) };
  }

  return {
    port,
    address,
    async push(repository, text) {
      const layer = await upload(repository, text, "application/vnd.oci.image.layer.v1.tar");
      const config = {
        architecture: "amd64",
        os: "linux",
        rootfs: { type: "layers", diff_ids: [layer.digest] },
      };
      const manifest = JSON.stringify({
        schemaVersion: 2,
        mediaType: manifestType,
        config: await upload(repository, JSON.stringify(config), "application/vnd.oci.image.config.v1+json"),
        layers: [layer],
      });
      const digest = digestOf(manifest);
      const url = `${api(repository)}/manifests/${digest}`;
      await accepted(
        await fetch(url, { method: "PUT", body: manifest, headers: { "content-type": manifestType } }),
      );
      return digest;
    },
    async manifest(repository, reference) {
      const answer = await fetch(`${api(repository)}/manifests/${reference}`, {
        headers: { accept: manifestType },
      });
      return (await accepted(answer)).json();
    },
    async digest(repository, tag) {
      return digestOf(await (await accepted(await fetch(`${api(repository)}/manifests/${tag}`))).text());
    },
    async alias(repository, tag, further) {
      const text = await (await accepted(await fetch(`${api(repository)}/manifests/${tag}`))).text();
      const url = `${api(repository)}/manifests/${further}`;
      await accepted(
        await fetch(url, { method: "PUT", body: text, headers: { "content-type": manifestType } }),
      );
    },
    async blob(repository, digest) {
      return (await accepted(await fetch(`${api(repository)}/blobs/${digest}`))).text();
    },
    stop: server.stop,
  };
}

function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

async function accepted(answer: Response): Promise<Response> {
  if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}: ${await answer.text()}`);
  return answer;
}
