import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { say } from "../../ci/engine/progress.ts";
import type { ArmName, CaseName, Run } from "./arm.ts";
import { type BenchedEngine, freshEngine } from "./benched-engine.ts";
import { type Call, call } from "./call.ts";
import { ToolFailed } from "./measured.ts";
import type { Options } from "./options.ts";
import type { Pins } from "./pins.ts";
import { openScript, type Script } from "./script.ts";
import { databaseFolder } from "./tools.ts";
import type { Workplace } from "./workplace.ts";

export const changedService = "orders";
export const services = ["orders", "notifier"];

/** All that was measured. */
export interface Measurements {
  readonly runs: readonly Run[];
  /** Calls that broke off and were made again. */
  readonly failures: readonly string[];
  /** The script with one tool at a time, each undisturbed: what the critical path is added up from. */
  readonly alone?: Run;
  readonly runtimes?: Readonly<Record<"bun" | "node", readonly Run[]>>;
}

/** Runs the arms in turn, each case of all of them before the next, and says what took how long. */
export async function bench(
  options: Options,
  workplace: Workplace,
  first: BenchedEngine,
  pins: Pins,
): Promise<Measurements> {
  let engine = first;
  const { arms, runs: count } = options;
  const runs: Run[] = [];
  const database = await databaseFolder();
  const script = arms.includes("script") ? await openScript(workplace, pins) : undefined;

  const { modules, shop } = workplace;
  const args = {
    slipway: ["ci", `--source=${shop}`, `--vulnerability-db=${database}`],
    nothing: ["nothing", `--source=${shop}`],
    modules: ["ci", `--source=${shop}`, `--vulnerability-db=${database}`],
  };
  const folders = { slipway: modules.slipway, nothing: modules.nothing, modules: modules.dependent };
  const failures: string[] = [];
  const run = async (arm: ArmName, which: CaseName): Promise<Run> => {
    if (arm !== "script") {
      const calling = () => call(engine, { arm, case: which, module: folders[arm], args: args[arm] });
      // What broke off is no measurement, but has to be told.
      const first = await told(calling()).catch(async (error: unknown) => {
        failures.push(`${arm}, ${which}: ${await keptLog(error, failures.length)}`);
      });
      return first ?? told(calling());
    }
    return told(scripted(script, engine, which, which === "changed" ? [changedService] : services));
  };
  const fast = arms.filter((arm) => arm !== "script" && arm !== "modules");

  // The first call has the registry make its images, which is nobody's time.
  if (count.cold > 0 && engine.own) {
    say("· getting the images ready: a first call, which is not counted");
    for (const arm of fast) await run(arm, "cold");
    let alone: Run | undefined;
    if (script) {
      runs.push(await run("script", "cold"));
      alone = await told(scripted(script, engine, "cold", services, 1), "script, one tool at a time");
    }
    for (const arm of [...fast].reverse()) {
      engine = await freshEngine(engine);
      runs.push(await run(arm, "cold"));
    }
    if (fast.includes("nothing")) await run("nothing", "same");
    await repeated();
    const runtimes = await compared();
    if (arms.includes("modules")) await dependencies();
    return { runs, failures, ...(alone ? { alone } : {}), ...runtimes };
  }
  say("· getting everything ready: a first call of each, which is not counted");
  for (const arm of arms.filter((name) => name !== "modules")) await run(arm, "same");
  await repeated();
  return { runs, failures, ...(await compared()) };

  async function repeated(): Promise<void> {
    for (let round = 0; round < count.same; round++) {
      for (const arm of fast) runs.push(await run(arm, "same"));
    }
    if (script) runs.push(await run("script", "same"));
    for (let round = 0; round < count.changed; round++) {
      await workplace.changeCode();
      for (const arm of arms.filter((name) => name !== "modules")) runs.push(await run(arm, "changed"));
    }
  }

  /** Slow, and it broke off at times: last, and what it did not yield is left out. */
  async function dependencies(): Promise<void> {
    try {
      engine = await freshEngine(engine);
      runs.push(await run("modules", "cold"));
      await workplace.changeCode();
      runs.push(await run("modules", "changed"));
    } catch (error) {
      say(`· the arm modules broke off: ${error instanceof Error ? error.message : error}`);
    }
  }

  async function compared(): Promise<Pick<Measurements, "runtimes">> {
    if (!options.runtimes) return {};
    const found: Record<"bun" | "node", Run[]> = { bun: [], node: [] };
    const lint = (module: string): Call => ({
      arm: "slipway",
      case: "changed",
      module,
      args: ["lint", `--source=${shop}`],
    });
    for (let round = 0; round <= count.changed; round++) {
      await workplace.changeText();
      const bun = await told(call(engine, lint(modules.bun)), "lint on Bun");
      const node = await told(call(engine, lint(modules.slipway)), "lint on Node");
      // The first round loads the modules.
      if (round > 0) found.bun.push(bun);
      if (round > 0) found.node.push(node);
    }
    return { runtimes: found };
  }
}

function scripted(
  script: Script | undefined,
  { own }: BenchedEngine,
  which: CaseName,
  wanted: readonly string[],
  jobs?: number,
): Promise<Run> {
  if (!script || !own) {
    throw new Error(
      "ENGINE_NOT_OURS: the script takes its images from the registry of an engine from packages.",
    );
  }
  const { registry } = own;
  return script.run({ case: which, services: wanted, registry, ...(jobs === undefined ? {} : { jobs }) });
}

/** Keeps what a call printed before it broke off, and says in one line why and where that is. */
async function keptLog(error: unknown, number: number): Promise<string> {
  if (!(error instanceof ToolFailed)) throw error;
  const file = join(tmpdir(), `slipway-bench-failure-${process.pid}-${number}.log`);
  await writeFile(file, error.output);
  const why = `${error.lastLine}; its output is in ${file}`;
  say(`✘ ${why}`);
  return why;
}

const begun = performance.now();

async function told(running: Promise<Run>, name?: string): Promise<Run> {
  const run = await running;
  const elapsed = ((performance.now() - begun) / 1000).toFixed(0);
  say(`[${elapsed} s] ${name ?? `${run.arm}, ${run.case}`}: ${run.seconds.toFixed(2)} s`);
  return run;
}
