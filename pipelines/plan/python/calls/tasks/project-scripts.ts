import { z } from "zod";
import type { Pyproject } from "#pipelines/plan/python/project.ts";
import { commandsIn } from "../command-line.ts";
import type { ScriptPart } from "../tool-call.ts";

/**
 * Reads the scripts that pyproject.toml names for hatch, Poe the Poet, PDM, taskipy, Rye and pixi.
 *
 * @see https://hatch.pypa.io/latest/config/environment/overview/#scripts
 * @see https://poethepoet.natn.io/tasks/
 * @see https://pdm-project.org/latest/usage/scripts/
 */
export function projectScripts(pyproject: Pyproject | undefined): readonly ScriptPart[] {
  const { hatch, poe, pdm, taskipy, rye, pixi } = tools.parse(pyproject?.tool ?? {});
  const environments = Object.values(hatch.envs).map(({ scripts }) => scripts);
  return [...environments, poe.tasks, pdm.scripts, taskipy.tasks, rye.scripts, pixi.tasks].flatMap((table) =>
    Object.entries(table).map(([target, value]) => ({
      target,
      commands: textsIn(value).flatMap((text) => commandsIn(withDefaults(text))),
      installs: [],
    })),
  );
}

const entries = z.record(z.string(), z.unknown()).default({}).catch({});
const scripts = z.looseObject({ scripts: entries }).default({ scripts: {} }).catch({ scripts: {} });
const tasks = z.looseObject({ tasks: entries }).default({ tasks: {} }).catch({ tasks: {} });
const tools = z.looseObject({
  hatch: z
    .looseObject({ envs: z.record(z.string(), scripts).default({}) })
    .default({ envs: {} })
    .catch({ envs: {} }),
  poe: tasks,
  pdm: scripts,
  taskipy: tasks,
  rye: scripts,
  pixi: tasks,
});

/** The commands of a script: a text, a list of them, or a table that has them by one of these keys. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  const { cmd, shell, sequence, chain } = command.parse(value);
  // PDM and Rye take a list as one command.
  return [cmd, chain]
    .flatMap((one) =>
      Array.isArray(one) && one.every((word) => typeof word === "string" && !/\s/.test(word))
        ? [one.join(" ")]
        : textsIn(one ?? []),
    )
    .concat([shell, sequence].flatMap((one) => textsIn(one ?? [])));
}

const part = z.unknown().optional();
const command = z.looseObject({ cmd: part, shell: part, sequence: part, chain: part }).catch({});

/** `{args:src tests}` of hatch is what it is without arguments. */
function withDefaults(text: string): string {
  return text.replace(/\{args:?([^{}]*)\}/g, "$1");
}
