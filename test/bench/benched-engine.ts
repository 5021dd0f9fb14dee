import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type Engine, ensureEngine } from "../../ci/engine/engine.ts";
import { engineInstance, type Instance } from "../../ci/engine/instance.ts";
import { stopEngine } from "../../ci/engine/lifecycle.ts";
import { readRecord } from "../../ci/engine/record.ts";

/** The engine that is measured, as `ensureEngine` gives it. */
export interface BenchedEngine {
  readonly engine: Engine;
  /** Of an engine from packages, whose processes and state can be looked at. */
  readonly own?: { readonly state: string; readonly pid: number; readonly registry: string };
}

/** The name of the benchmark's own engine, so that the usual one and its layers are left alone. */
export const engineName = "bench";

/** Takes the engine, and starts it if need be. */
export async function takeEngine(): Promise<BenchedEngine> {
  const engine = await ensureEngine();
  const instance = instanceOf(engine);
  const record = instance && (await readRecord(instance));
  if (!instance || !record?.engine || !record.registry) return { engine };
  const registry = `127.0.0.1:${record.registry.port}`;
  return { engine, own: { state: join(instance.dir, "state"), pid: record.engine.pid, registry } };
}

/** Starts the benchmark's own engine without any layer, cache volume or remembered result. */
export async function freshEngine({ engine }: BenchedEngine): Promise<BenchedEngine> {
  if (engine.kind !== "packages") {
    throw new Error(
      "ENGINE_NOT_OURS: only an engine from packages is emptied. Unset the environment's engine.",
    );
  }
  const instance = engineInstance();
  await stopEngine(instance);
  await rm(join(instance.dir, "state"), { recursive: true, force: true });
  return takeEngine();
}

/** Ends the benchmark's own engine; any other goes on. */
export async function releaseEngine({ engine }: BenchedEngine): Promise<void> {
  if (engine.kind === "packages") await stopEngine(engineInstance());
}

function instanceOf(engine: Engine): Instance | undefined {
  if (engine.kind === "packages") return engineInstance();
  const socket = /^unix:\/\/\/run\/slipway\/([^/]+)\/engine\.sock$/.exec(
    process.env._EXPERIMENTAL_DAGGER_RUNNER_HOST ?? "",
  );
  const name = socket?.[1];
  return name ? engineInstance(name) : undefined;
}
