import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bench } from "./bench.ts";
import { engineName, releaseEngine, takeEngine } from "./benched-engine.ts";
import { endRunning } from "./measured.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { readPins } from "./pins.ts";
import { reportOf } from "./report.ts";
import { openWorkplace, type Workplace } from "./workplace.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) {
    process.stdout.write(usage);
    return 0;
  }
  process.env.SLIPWAY_ENGINE_NAME ??= engineName;
  const before = loadavg();
  const workplace = await openWorkplace();
  try {
    return await measure(options, workplace, before);
  } finally {
    await workplace.remove();
  }
}

async function measure(options: Options, workplace: Workplace, before: readonly number[]): Promise<number> {
  const engine = await takeEngine();
  try {
    const measurements = await bench(options, workplace, engine, await readPins(root));
    const { markdown, budgets } = reportOf(measurements, machine(before));
    await mkdir(join(root, "reports"), { recursive: true });
    await writeFile(join(root, "reports/bench.md"), markdown);
    process.stdout.write(`${markdown}\nIn reports/bench.md.\n`);
    return budgets.some(({ outcome }) => outcome === "missed") ? 1 : 0;
  } finally {
    await releaseEngine(engine);
  }
}

function machine(before: readonly number[]): string {
  const load = (averages: readonly number[]) => (averages[0] ?? 0).toFixed(1);
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return (
    `${new Date().toISOString()}, ${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${memory} GiB; ` +
    `load average ${load(before)} before, ${load(loadavg())} after.`
  );
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, endRunning);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
