import { dirname } from "node:path";
import { stopPlayground } from "../playground.ts";
import { cacheDir, removeCache } from "./cache.ts";
import { engineInstance } from "./instance.ts";
import { clientEnv, engineStatus, startEngine, stopEngine } from "./lifecycle.ts";
import { instancesOf } from "./record.ts";

const usage = `npm run engine -- COMMAND: a Dagger engine from packages (see ci/engine/README.md)

  start    build what is missing, start the engine; print the environment by which clients find it
  stop     end it and remove its network, mounts and processes; the cache stays
  status   say whether it runs; exit code 1 if it does not
  clean    stop every engine whose state is in the cache, remove the cache

SLIPWAY_ENGINE_NAME=NAME  another engine beside the usual one
SLIPWAY_PLATFORMS=LIST    linux/amd64,linux/arm64: base images for both, the other one emulated
SLIPWAY_CACHE=DIR         the cache, by default ~/.cache/slipway: ${cacheDir()}
`;

async function main(command: string | undefined): Promise<number> {
  if (command === undefined || command === "help" || command === "--help" || command === "-h") {
    process.stdout.write(usage);
    return command === undefined ? 2 : 0;
  }
  const instance = engineInstance();
  switch (command) {
    case "start": {
      const running = await startEngine(instance);
      const env = Object.entries(clientEnv(running)).map(([name, value]) => `export ${name}='${value}'\n`);
      process.stdout.write(`${env.join("")}export PATH='${dirname(running.cli)}':"$PATH"\n`);
      return 0;
    }
    case "stop":
      await stopPlayground();
      await stopEngine(instance);
      return 0;
    case "clean":
      await stopPlayground();
      await stopEngine(instance);
      for (const other of await instancesOf(cacheDir())) await stopEngine(other);
      await removeCache();
      return 0;
    case "status": {
      const status = await engineStatus(instance);
      process.stdout.write(`${describe(status)}\n`);
      return status?.running ? 0 : 1;
    }
    default:
      process.stderr.write(`COMMAND_UNKNOWN: ${command}. Use start, stop, status or clean.\n`);
      return 2;
  }
}

function describe(status: Awaited<ReturnType<typeof engineStatus>>): string {
  if (!status) return "stopped";
  const { record, running } = status;
  if (!running) return "broken: a part of it has ended. `start` starts it again, `stop` removes it";
  return `running since ${record.started}, process ${record.engine?.pid}, containers in ${record.range}, registry on 127.0.0.1:${record.registry?.port}`;
}

try {
  process.exitCode = await main(process.argv[2]);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
