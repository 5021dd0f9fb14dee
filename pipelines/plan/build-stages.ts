import { z } from "zod";
import { instructions, unquoted } from "#modules/image/src/instructions.ts";
import { jsonIn } from "#pipelines/text/json.ts";
import { type Arguments, expanded, type Scope, setArguments, setEnvironment } from "./build-variables.ts";

/** A stage of a Dockerfile. */
export interface Stage {
  readonly name: string | undefined;
  /** The stage or image that it begins with. */
  readonly base: string;
  /** The stages and images that it needs, by name or number. */
  readonly needs: string[];
  /** The paths that it copies from the context. */
  readonly copies: string[];
}

/**
 * Lists the stages that a build needs.
 *
 * @param target the built stage; default: the last one.
 */
export function neededStages(dockerfile: string, target?: string, args: Arguments = {}): readonly Stage[] {
  const stages = stagesOf(dockerfile, args);
  const built = builtStage(stages, target);
  const reached = new Set(built === undefined ? [] : [built]);
  for (const { needs } of reached) {
    for (const need of needs) for (const stage of allNamed(stages, need)) reached.add(stage);
  }
  return [...reached];
}

/**
 * Returns the image on which the built stage is based, perhaps by way of other stages; undefined if the Dockerfile has
 * no stage.
 *
 * @param target the built stage; default: the last one.
 */
export function baseImageOf(dockerfile: string, target?: string, args: Arguments = {}): string | undefined {
  const stages = stagesOf(dockerfile, args);
  let stage = builtStage(stages, target);
  // A stage begins with one before it.
  for (let left = stages.length; left > 0 && stage !== undefined; left--) {
    const before = allNamed(stages.slice(0, stages.indexOf(stage)), stage.base).at(-1);
    if (before === undefined) break;
    stage = before;
  }
  return stage?.base;
}

function builtStage(stages: readonly Stage[], target: string | undefined): Stage | undefined {
  return (target === undefined ? undefined : allNamed(stages, target).at(-1)) ?? stages.at(-1);
}

/** The stages of a name; a name that is given again counts from there. Without one, the stage of that number. */
function allNamed(stages: readonly Stage[], name: string): readonly Stage[] {
  const found = stages.filter((stage) => stage.name === name.toLowerCase());
  return found.length === 0 && /^\d+$/.test(name) ? stages.slice(Number(name)).slice(0, 1) : found;
}

function stagesOf(dockerfile: string, args: Arguments): readonly Stage[] {
  const stages: Stage[] = [];
  const scopes = new Map<Stage, Scope>();
  const top: Scope = { values: new Map(), fixed: new Set() };
  for (const instruction of instructions(dockerfile)) {
    const [, word = "", flagged = "", written = ""] =
      /^\s*(?:ONBUILD\s+)?(\w+)\s+((?:--\S+\s+)*)(.*)$/is.exec(instruction) ?? [];
    const stage = stages.at(-1);
    const scope = (stage && scopes.get(stage)) ?? top;
    if (/^arg$/i.test(word)) setArguments(scope, written, args, scope === top ? undefined : top);
    if (/^env$/i.test(word)) setEnvironment(scope, written);
    // The shell of a step has variables of its own.
    const rest = /^run$/i.test(word)
      ? written
      : expanded(written, /^from$/i.test(word) ? top.values : scope.values);
    const flags = flagged.split(/\s+/);
    if (/^from$/i.test(word)) {
      const [, base = "", name] = /^(\S+)(?:\s+AS\s+(\S+))?\s*$/i.exec(rest) ?? [];
      const image = unquoted(base);
      const before = allNamed(stages, image).at(-1);
      const { values, fixed } = (before && scopes.get(before)) ?? {};
      const begun = { name: name?.toLowerCase(), base: image, needs: [image], copies: [] };
      scopes.set(begun, { values: new Map(values), fixed: new Set(fixed) });
      stages.push(begun);
    } else if (/^(?:copy|add)$/i.test(word)) {
      const from = flags.flatMap((flag) => /^--from=(\S+)/i.exec(flag)?.[1] ?? []);
      if (from.length > 0) stage?.needs.push(...from.map(unquoted));
      else stage?.copies.push(...(listed(rest) ?? rest.trim().split(/\s+/)).slice(0, -1));
    } else if (/^run$/i.test(word)) {
      for (const mount of flags.flatMap((flag) => /^--mount=(\S+)/i.exec(flag)?.[1] ?? [])) {
        const options = new Map(mount.split(",").map((option) => pair(unquoted(option))));
        const from = options.get("from");
        if (from !== undefined) stage?.needs.push(from);
        else if ((options.get("type") ?? "bind") === "bind") {
          stage?.copies.push(options.get("source") ?? options.get("src") ?? ".");
        }
      }
    }
  }
  return stages;
}

/** Reads paths in the form of a JSON list, which paths with spaces need. */
function listed(paths: string): readonly string[] | undefined {
  return paths.trimStart().startsWith("[") ? z.array(z.string()).safeParse(jsonIn(paths)).data : undefined;
}

function pair(option: string): readonly [string, string] {
  const [name = "", ...value] = option.split("=");
  return [name.toLowerCase(), value.join("=")];
}
