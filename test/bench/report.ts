import { availableParallelism } from "node:os";
import { type ArmName, armNames, type CaseName, caseNames, type Run } from "./arm.ts";
import { changedService, type Measurements, services } from "./bench.ts";
import { type Judged, judged } from "./budget.ts";
import { containersOf, isModuleRuntime } from "./container.ts";
import { type Spread, spreadOf } from "./statistics.ts";
import { cpuOf, criticalPathOf } from "./tool-times.ts";

const titles: Record<CaseName, string> = {
  cold: "all cold, engine up",
  same: "nothing changed",
  changed: "one file changed",
};

/** The outcome, and what a person reads of it. */
export interface Report {
  readonly markdown: string;
  readonly budgets: readonly Judged[];
}

/** Sums up what was measured, in Markdown. */
export function reportOf(measurements: Measurements, machine: string): Report {
  const { runs } = measurements;
  const budgets = budgetsOf(measurements);
  const parts = [
    "# Benchmark",
    machine,
    table(
      ["case", "arm", "median", "min – max", "n", "peak memory"],
      caseNames.flatMap((which) => armNames.flatMap((arm) => row(runs, arm, which))),
    ),
    "Memory: what the processes have resident, added up; on Dagger with the engine, which idles at some of it. " +
      "Cold: no layers, no caches, package indexes asked anew on both sides; images on this machine.",
    "## Budgets",
    table(["budget", "measured", "allowed", "used", ""], budgets.map(budgetRow)),
    ...details(measurements),
  ];
  return { markdown: `${parts.join("\n\n")}\n`, budgets };
}

function budgetsOf({ runs, alone }: Measurements): readonly Judged[] {
  const median = (arm: ArmName, which: CaseName) => secondsOf(runs, arm, which)?.median;
  const cold = runs.filter((run) => run.arm === "script" && run.case === "cold");
  const bound = cold[0] && floorOf(cold[0], alone ?? cold[0]);
  const [same, changed] = [median("slipway", "same"), median("slipway", "changed")];
  return [
    judged({
      name: "nothing changed: 1.2 × nothing",
      measured: same,
      factor: 1.2,
      of: median("nothing", "same"),
    }),
    judged({ name: "nothing changed: 1 s", measured: same, factor: 1, of: 1 }),
    judged({
      name: "one file changed: 1.5 × the script's tools + nothing's call",
      measured: changed,
      factor: 1.5,
      of: median("script", "changed"),
      plus: median("nothing", "changed"),
    }),
    judged({
      name: "all cold: 1.25 × max(critical path, CPU ÷ cores) of the script",
      measured: median("slipway", "cold"),
      factor: 1.25,
      of: bound?.seconds,
    }),
  ];
}

/** The least time that the script's tools could take on this machine. */
function floorOf(cold: Run, alone: Run): { seconds: number; path: number; cpu: number } {
  const path = criticalPathOf(alone.tools ?? []);
  const cpu = cpuOf(cold.tools ?? []) / availableParallelism();
  return { seconds: Math.max(path, cpu), path, cpu };
}

function details({ runs, failures, alone, runtimes }: Measurements): string[] {
  const parts = failures.map((failure) => `✘ A call broke off and was made again: ${failure}`);
  const cold = runs.find((run) => run.arm === "script" && run.case === "cold");
  if (cold) {
    const { path, cpu } = floorOf(cold, alone ?? cold);
    const how = alone ? "one tool at a time" : "with the others beside them";
    parts.push(
      `Script, cold: critical path ${seconds(path)} (its tools ${how}), CPU ÷ ${availableParallelism()} cores ` +
        `${seconds(cpu)}.`,
    );
  }
  const changed = runs.filter((run) => run.arm === "slipway" && run.case === "changed").at(-1);
  if (changed?.containers) {
    const tools = changed.containers.filter((container) => !isModuleRuntime(container));
    const others = services.filter((name) => name !== changedService);
    const foreign = containersOf(others, tools);
    parts.push(
      `## Containers of the last run with one file of ${changedService} changed`,
      counted(tools.map(({ command, folder }) => `\`${command.slice(0, 150)}\` in ${folder}`))
        .map(([line, count]) => `- ${count > 1 ? `${count} × ` : ""}${line}`)
        .join("\n"),
      foreign.length === 0
        ? `✔ None of another service (${others.join(", ")}).`
        : `✘ ${foreign.length} of another service (${others.join(", ")}).`,
    );
  }
  // Where nothing changed, the verdict and the times in it are those of the call before.
  for (const which of ["cold", "changed"] as const) {
    const run = runs.filter(({ arm, case: of }) => arm === "slipway" && of === which).at(-1);
    if (!run?.checks?.length) continue;
    const slowest = [...run.checks].sort((a, b) => b.seconds - a.seconds).slice(0, 8);
    parts.push(
      `Slipway, ${titles[which]}, last of ${seconds(run.seconds)}: loading the module ${seconds(run.loading ?? 0)}; ` +
        `checks ${slowest.map((check) => `${check.name} ${seconds(check.seconds)}`).join(", ")}.`,
    );
  }
  const slow = alone ?? cold;
  if (slow?.tools) {
    const list = slow.tools.map(({ name, wall, cpu }) => `${name} ${wall} (${cpu.toFixed(1)})`).join(", ");
    parts.push(`Script, cold${alone ? ", one tool at a time" : ""}, seconds (of CPU): ${list}.`);
  }
  if (runtimes) {
    const of = (found: readonly Run[]) => shown(spreadOf(found.map((run) => run.seconds)));
    parts.push(
      `Runtime, \`lint\` after a change that it does not read: Bun ${of(runtimes.bun)}, Node ${of(runtimes.node)}.`,
    );
  }
  return parts;
}

/** Puts equal lines together, in the order of the first of each. */
function counted(lines: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return [...counts];
}

function secondsOf(runs: readonly Run[], arm: ArmName, which: CaseName): Spread | undefined {
  return spreadOf(runs.filter((run) => run.arm === arm && run.case === which).map((run) => run.seconds));
}

function row(runs: readonly Run[], arm: ArmName, which: CaseName): string[][] {
  const spread = secondsOf(runs, arm, which);
  if (spread === undefined) return [];
  const peak = Math.max(
    ...runs.filter((run) => run.arm === arm && run.case === which).map((run) => run.peakBytes),
  );
  const range = `${spread.min.toFixed(2)} – ${spread.max.toFixed(2)}`;
  const memory = `${(peak / 2 ** 20).toFixed(0)} MiB`;
  return [[titles[which], arm, seconds(spread.median), range, String(spread.count), memory]];
}

function budgetRow({ name, measured, allowed, used, outcome }: Judged): string[] {
  const mark = { kept: "✔", missed: "✘", "not measured": "–" }[outcome];
  const time = (value?: number) => (value === undefined ? "–" : seconds(value));
  return [name, time(measured), time(allowed), used === undefined ? "–" : `${used.toFixed(2)} ×`, mark];
}

function shown(spread: Spread | undefined): string {
  if (spread === undefined) return "–";
  return `${seconds(spread.median)} (${spread.min.toFixed(2)} – ${spread.max.toFixed(2)}, n ${spread.count})`;
}

const seconds = (value: number): string => `${value.toFixed(2)} s`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
