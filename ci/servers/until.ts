import { setTimeout as sleep } from "node:timers/promises";
import type { Daemon } from "./daemon.ts";

/**
 * Waits until something is so, however long that takes: a busy machine is no failure. Fails if a server that it waits
 * for ends, with the last lines that this server printed.
 *
 * @param so what is asked every 100 ms; an error means not yet.
 * @param servers those that must run meanwhile.
 */
export async function until(so: () => Promise<boolean>, servers: readonly Daemon[]): Promise<void> {
  for (;;) {
    if (await so().catch(() => false)) return;
    for (const server of servers) {
      const end = server.end();
      if (end === undefined) continue;
      throw new Error(`${server.name} ended with ${end}:\n${server.printed().slice(-3000)}`);
    }
    await sleep(100);
  }
}
