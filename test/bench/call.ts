import type { ArmName, CaseName, Run } from "./arm.ts";
import type { BenchedEngine } from "./benched-engine.ts";
import { watchContainers } from "./containers.ts";
import { measured } from "./measured.ts";
import { readLoading, readScreen } from "./screen.ts";

/** A call of a module's function, as a user makes it. */
export interface Call {
  readonly arm: ArmName;
  readonly case: CaseName;
  readonly module: string;
  readonly args: readonly string[];
}

/** Runs `dagger call` in the module's folder. Fails with TOOL_FAILED when the call does. */
export async function call(
  { engine, own }: BenchedEngine,
  { arm, module, args, ...rest }: Call,
): Promise<Run> {
  const started = own && watchContainers(own.state);
  const running = measured({
    command: engine.cli,
    args: ["--progress=plain", "call", ...args],
    cwd: module,
    env: { ...engine.env, NO_COLOR: "1" },
    ...(own ? { beside: [own.pid] } : {}),
  });
  // Also after a failure: a watch that goes on keeps the whole process from ending.
  const ended = running.then(
    () => started?.(),
    () => started?.(),
  );
  const { seconds, peakBytes, stdout, stderr } = await running;
  const containers = await ended;
  return {
    arm,
    case: rest.case,
    seconds,
    peakBytes,
    checks: readScreen(stdout),
    loading: readLoading(stderr),
    ...(containers ? { containers } : {}),
  };
}
