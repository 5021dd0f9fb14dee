import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { architecture, foreignArchitectures } from "./images/architecture.ts";
import { storePath } from "./images/blob.ts";
import { buildImage, findStandIn, listStandIns } from "./images/image.ts";
import { ImageUnknown, type StandIn } from "./images/stand-in.ts";
import { storeIndex, storeLayout } from "./images/store.ts";
import { say } from "./progress.ts";
import { forward } from "./registry-forward.ts";
import { refuse } from "./registry-refusal.ts";

export interface RegistryOptions {
  readonly standIns: readonly StandIn[];
  /** Folder of blobs that the registry behind this one also uses: `STORE/sha256/…`. */
  readonly store: string;
  /**
   * Returns the port on 127.0.0.1 of the registry behind this one, which has the pushed images and serves every blob.
   */
  readonly behind: () => Promise<number>;
  /** Returns a folder that `writeLayer` filled, for one more layer on top of every stand-in; default: none. */
  readonly above?: () => Promise<string | undefined>;
}

/**
 * Makes a server that speaks the registry protocol (https://specs.opencontainers.org/distribution-spec/) in front of
 * a plain registry. It builds each stand-in image at the first request for it, and forwards all other requests.
 *
 * It answers a request for an image when the image is built, which may take minutes. The engine's resolver
 * (containerd 2.1, buildkit in Dagger 0.19) limits the time to connect, not the time to answer. Requests for one
 * image at the same time share one build. A failed build answers 500 with the reason, and the next request tries
 * again. An unknown name answers 404 with the available images.
 */
export function registryServer(options: RegistryOptions): Server {
  const building = new Map<string, Promise<string>>();

  async function digestOf(standIn: StandIn, tag: string): Promise<string> {
    const own = await stored(standIn, tag, architecture);
    const others = standIn.foreign ? foreignArchitectures() : [];
    if (others.length === 0) return own.manifest.digest;
    const images = [own];
    for (const other of others) images.push(await stored(standIn, tag, other));
    return storeIndex(images, options.store);
  }

  async function stored(standIn: StandIn, tag: string, runsOn: string) {
    const layout = await buildImage(standIn, tag, runsOn);
    return {
      architecture: runsOn,
      manifest: await storeLayout(layout, options.store, await options.above?.()),
    };
  }

  function digestOnce(standIn: StandIn, tag: string): Promise<string> {
    const name = `${standIn.repository}:${tag}`;
    const running = building.get(name);
    if (running) return running;
    const started = digestOf(standIn, tag).finally(() => building.delete(name));
    building.set(name, started);
    return started;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const wanted = manifestWanted(request);
    if (!wanted) return forward(request, response, await options.behind());
    const { repository, reference } = wanted;
    const standIn = findStandIn(options.standIns, repository, reference);
    const digest = standIn ? await digestOnce(standIn, reference) : reference;
    if (isDigest(digest) && existsSync(storePath(options.store, digest)))
      return sendManifest(request, response, storePath(options.store, digest), digest);
    return forward(request, response, await options.behind(), () => {
      throw new ImageUnknown(
        `no stand-in and no pushed image for ${repository}:${reference}`,
        `Available: ${listStandIns(options.standIns)}. Add one in ci/engine/images.`,
      );
    });
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      say(`  registry: ${request.method} ${request.url}: ${error instanceof Error ? error.message : error}`);
      refuse(response, error);
    });
  });
  // A push of a large layer may take long.
  server.requestTimeout = 0;
  return server;
}

function manifestWanted(request: IncomingMessage): { repository: string; reference: string } | undefined {
  if (request.method !== "GET" && request.method !== "HEAD") return undefined;
  const { pathname } = new URL(request.url ?? "/", "http://registry");
  const [, repository, reference] = /^\/v2\/(.+)\/manifests\/([^/]+)$/.exec(pathname) ?? [];
  return repository && reference ? { repository, reference } : undefined;
}

const isDigest = (reference: string): boolean => /^sha256:[0-9a-f]{64}$/.test(reference);

async function sendManifest(
  request: IncomingMessage,
  response: ServerResponse,
  file: string,
  digest: string,
): Promise<void> {
  const bytes = await readFile(file);
  const mediaType = /"mediaType":"(application\/vnd\.[^"]+)"/.exec(bytes.toString());
  response.writeHead(200, {
    "Content-Type": mediaType?.[1] ?? "application/vnd.oci.image.manifest.v1+json",
    "Content-Length": bytes.length,
    "Docker-Content-Digest": digest,
  });
  response.end(request.method === "HEAD" ? undefined : bytes);
}
