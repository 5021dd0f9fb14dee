import { connect, createServer, type Socket } from "node:net";
import { freePort } from "../../ci/servers/port.ts";

/** Several servers behind one port of 127.0.0.1, since a call can name only one service of its machine. */
export interface OnePort {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Passes each connection on by its first bytes.
 *
 * @param tls the port that gets connections with TLS.
 * @param plain the port of a request, by its first line.
 */
export async function onePort(tls: number, plain: (line: string) => number): Promise<OnePort> {
  const port = await freePort();
  const open = new Set<Socket>();
  const server = createServer((client) => {
    open.add(client);
    client.on("close", () => open.delete(client));
    client.on("error", () => client.destroy());
    client.once("data", (first: Buffer) => {
      client.pause();
      const isTls = first[0] === 0x16;
      const to = connect(isTls ? tls : plain(first.toString("latin1").split("\r\n")[0] ?? ""), "127.0.0.1");
      to.on("error", () => client.destroy());
      to.write(first);
      client.pipe(to).pipe(client);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    port,
    stop: () => {
      for (const client of open) client.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
