import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unpackedPackage } from "../engine/debian.ts";
import { authority, issue } from "./certificate.ts";
import { boundDaemon, type Daemon } from "./daemon.ts";
import { ask } from "./https.ts";
import { freePort } from "./port.ts";
import { until } from "./until.ts";

/** A real Prometheus on 127.0.0.1, behind a login, that reads one target each second. */
export interface PrometheusServer {
  readonly port: number;
  /** The name in its certificate by which containers reach it: bind `onHost(port)` as this. */
  readonly host: string;
  /** The certificate of the authority that issued its own, in PEM. */
  readonly ca: string;
  readonly username: string;
  readonly password: string;
  /** What its target has from now on, as text of its metrics; undefined: it does not answer. */
  serve(metrics: string | undefined): void;
  /** Waits until a query has values, however long that takes. */
  knows(query: string): Promise<void>;
  close(): Promise<void>;
}

const [host, loopback] = ["prometheus.test", "127.0.0.1"];
const login = { username: "slipway", password: "letmein" };
/** The password, as bcrypt writes it at its lowest cost. */
const hash = "$2b$04$abcdefghijklmnopqrstuuPT0cs.zGMMB9aUG3xKmxLeI//6s0m5C";

/**
 * Starts Prometheus, as Debian packages it, in a temporary folder. Nothing is installed on the machine.
 * https://prometheus.io/docs/prometheus/latest/configuration/https/
 */
export async function startPrometheus(): Promise<PrometheusServer> {
  const root = await unpackedPackage("prometheus");
  const folder = await mkdtemp(join(tmpdir(), "slipway-prometheus-"));
  let metrics: string | undefined;
  const target = createServer((_, response) => {
    if (metrics === undefined) response.socket?.destroy();
    else response.setHeader("Content-Type", "text/plain; version=0.0.4").end(metrics);
  });
  const servers: Daemon[] = [];
  const close = async () => {
    for (const server of servers) await server.stop();
    target.closeAllConnections();
    await new Promise((resolve) => target.close(resolve));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const [port, targetPort] = await Promise.all([freePort(), freePort()]);
    await new Promise<void>((resolve) => target.listen(targetPort, loopback, resolve));
    const by = await authority(join(folder, "authority"));
    const { certFile, keyFile } = await issue(by, folder, [host, loopback]);
    const settings = {
      "prometheus.json": {
        scrape_configs: [
          {
            job_name: "shop",
            scrape_interval: "1s",
            scrape_timeout: "1s",
            static_configs: [{ targets: [`${loopback}:${targetPort}`] }],
          },
        ],
      },
      "web.json": {
        tls_server_config: { cert_file: certFile, key_file: keyFile },
        basic_auth_users: { [login.username]: hash },
      },
    };
    for (const [name, value] of Object.entries(settings))
      await writeFile(join(folder, name), JSON.stringify(value));
    const options = [
      `--config.file=${join(folder, "prometheus.json")}`,
      `--web.config.file=${join(folder, "web.json")}`,
      `--web.listen-address=${loopback}:${port}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
    ];
    servers.push(boundDaemon(join(root, "usr", "bin", "prometheus"), options, folder));
    const ca = await readFile(by.certFile, "utf8");
    const auth = `${login.username}:${login.password}`;
    const get = (path: string) => ask(`https://${loopback}:${port}${path}`, { ca, auth });
    await until(async () => (await get("/-/ready")).status === 200, servers);
    return {
      port,
      host,
      ca,
      ...login,
      serve(text) {
        metrics = text;
      },
      async knows(query) {
        const path = `/api/v1/query?query=${encodeURIComponent(query)}`;
        await until(async () => JSON.parse((await get(path)).text).data.result.length > 0, servers);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
