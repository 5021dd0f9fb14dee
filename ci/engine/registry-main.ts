import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cacheDir } from "./cache.ts";
import { standIns } from "./images/index.ts";
import { trustLayer } from "./images/trust-layer.ts";
import { say } from "./progress.ts";
import { registryServer } from "./registry.ts";
import { type Crane, startCrane } from "./registry-crane.ts";

/**
 * The local registry's process: `tsx registry-main.ts --port-file FILE [--port PORT]`. It listens on 127.0.0.1, on
 * its last port if that is free, and writes the port to FILE. It ends on SIGTERM or SIGINT. It reports its builds in
 * <cache>/run/progress.log.
 */
const { values } = parseArgs({
  options: { "port-file": { type: "string" }, port: { type: "string" }, log: { type: "string" } },
});

const home = join(cacheDir(), "registry");
const lastPort = join(home, "port");
process.env.SLIPWAY_PROGRESS_FILE ??= join(cacheDir(), "run", "progress.log");

let crane: Promise<Crane> | undefined;

/** Starts the registry behind this one at the first request for it, because it may have to be built. */
async function behind(): Promise<number> {
  crane ??= startCrane(join(home, "blobs"));
  const started = crane;
  started.then(
    (running) => running.ended.then(forget),
    () => forget(),
  );
  const forget = () => {
    if (crane === started) crane = undefined;
  };
  return (await started).port;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      const address = server.address();
      resolve(address !== null && typeof address === "object" ? address.port : port);
    });
  });
}

async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.${process.pid}`, text);
  await rename(`${file}.${process.pid}`, file);
}

// Every user must be able to read the files of images, however strict the umask of the user who builds them.
process.umask(0o022);
await mkdir(home, { recursive: true });
const server = registryServer({ standIns, store: join(home, "blobs"), behind, above: trustLayer });
const remembered = existsSync(lastPort) ? Number(await readFile(lastPort, "utf8")) || 0 : 0;
const wanted = values.port ? Number(values.port) : remembered;
const port = await listen(server, wanted).catch(() => listen(server, 0));
await writeWhole(lastPort, String(port));
if (values["port-file"]) await writeWhole(values["port-file"], String(port));
say(`  registry: 127.0.0.1:${port} answers for ${standIns.length} images`);

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, async () => {
    server.close();
    server.closeAllConnections();
    await (await crane?.catch(() => undefined))?.stop();
    process.exit(0);
  });
}
