import { z } from "zod";
import { type Ini, parseIni } from "#pipelines/plan/python/ini.ts";
import { linesAt } from "#pipelines/plan/python/tox-lines.ts";
import { type Command, commandsIn } from "../command-line.ts";
import { unknownWord } from "../shell-tokens.ts";
import type { ScriptPart } from "../tool-call.ts";
import { anyOther, usualTarget } from "./targets.ts";

/**
 * Reads the commands of every environment of tox, with the values that they refer to.
 *
 * @param ini tox.ini or setup.cfg.
 * @see https://tox.wiki/en/stable/config.html#commands
 */
export function toxScripts(ini: Ini): readonly ScriptPart[] {
  const sections = [...ini.keys()].filter((section) => /^testenv(?::|$)/.test(section));
  const parts = sections.map((section) => ({
    target: section.replace(/^testenv:/, ""),
    commands: ["commands_pre", "commands"]
      .flatMap((key) => linesAt(ini, section, key, rowsOf))
      .flatMap(commandOf),
    installs: linesAt(ini, section, "deps", rowsOf).map(withoutCondition),
  }));
  return withEnvironments(parts);
}

const base = "testenv";

/** Adds which environments run: without a name all, and the base where one has no commands of its own. */
function withEnvironments(parts: readonly ScriptPart[]): readonly ScriptPart[] {
  const names = parts.flatMap(({ target }) => target ?? []);
  const inherited = parts.map((part) => (part.commands.length > 0 ? part : { ...part, needs: [base] }));
  // A name in braces stands for several.
  const other = names.some((name) => /[{},]/.test(name)) ? names : [base];
  const usual = { commands: [], installs: [] };
  return [
    ...inherited,
    { ...usual, target: usualTarget, needs: [base, ...names] },
    { ...usual, target: anyOther, needs: other },
  ];
}

/** Reads the commands of tox.toml, or of `tool.tox` in pyproject.toml. */
export function toxTomlScripts(tables: unknown): readonly ScriptPart[] {
  const { legacy_tox_ini: legacy, env_run_base: ofAll, env } = schema.parse(tables);
  if (legacy !== undefined) return toxScripts(parseIni(legacy, "pyproject.toml"));
  const environments = [[base, ofAll] as const, ...Object.entries(env)];
  const parts = environments.map(([target, { commands, deps }]) => ({
    target,
    commands: commands.map((words) => ({
      words: words.map((word) => (typeof word === "string" ? word : unknownWord)),
      isIgnored: false,
    })),
    installs: deps.filter((each) => typeof each === "string"),
  }));
  return withEnvironments(parts);
}

const none = { commands: [], deps: [] };
const table = z
  .looseObject({
    commands: z.array(z.array(z.unknown())).catch([]),
    deps: z.array(z.unknown()).catch([]),
  })
  .catch(none);
const schema = z
  .looseObject({
    legacy_tox_ini: z.string().optional(),
    env_run_base: table.default(none),
    env: z.record(z.string(), table).default({}),
  })
  .catch({ env_run_base: none, env: {} });

function rowsOf(value: string): readonly string[] {
  return value.replace(/\\\n/g, " ").split("\n");
}

/** A line may be for some environments only, as in `py311: mypy src`. */
function withoutCondition(line: string): string {
  return line.trim().replace(/^[\w.!,{}-]+:\s+/, "");
}

/** A line that begins with `-` may fail. */
function commandOf(line: string): readonly Command[] {
  const plain = withoutCondition(line);
  const isIgnored = /^-\s/.test(plain);
  const text = plain
    .replace(/^[-!]\s+/, "")
    .replace(/\{posargs:?([^{}]*)\}/g, "$1")
    .replace(/\{(?:toxinidir|tox_root)\}/g, ".")
    .replace(/\{env:\w+:([^{}]*)\}/g, "$1")
    .replace(/\{envbindir\}\//g, "");
  return commandsIn(text).map((command) => ({ ...command, isIgnored: command.isIgnored || isIgnored }));
}
