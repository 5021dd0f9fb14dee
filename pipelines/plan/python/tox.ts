import { z } from "zod";
import type { Tree } from "#pipelines/plan/tree.ts";
import { join } from "#pipelines/text/path.ts";
import { isForDevelopment } from "./for-tests.ts";
import { type Ini, parseIni } from "./ini.ts";
import { type ProjectTables, parseToml } from "./project.ts";
import { joined, needsOf, noNeeds, type TestNeeds } from "./test-needs.ts";
import { linesAt } from "./tox-lines.ts";

/**
 * Reads what tox installs for tests: the `deps`, `extras` and `dependency_groups` of its base environment; if that has
 * none, those of the environments named for tests. They are in tox.ini, setup.cfg, tox.toml or pyproject.toml.
 * https://tox.wiki/en/stable/config.html
 *
 * @param python the version of Python, `3.Y`, which decides between lines for some environments only.
 */
export async function toxNeeds(tree: Tree, project: ProjectTables, python: string): Promise<TestNeeds> {
  const { folder, pyproject, toxIni, setupCfg } = project;
  const file = join(folder, "pyproject.toml");
  const toml = tomlSchema.parse(
    tree.has(folder, "tox.toml")
      ? parseToml(await tree.read(join(folder, "tox.toml")), join(folder, "tox.toml"))
      : (pyproject?.tool?.tox ?? {}),
  );
  const legacy = toml.legacy_tox_ini;
  const ini =
    toxIni ??
    (legacy === undefined ? (setupCfg?.has("tox:tox") ? setupCfg : undefined) : parseIni(legacy, file));
  if (ini !== undefined) return fromIni(tree, project, ini, python);
  const named = Object.entries(toml.env).filter(([name]) => isForDevelopment(name));
  const tables = hasNeeds(toml.env_run_base) ? [toml.env_run_base] : named.map(([, table]) => table);
  const lines = tables.flatMap(({ deps }) => textsIn(deps)).map(withoutFolder);
  return joined([
    await needsOf(tree, folder, lines),
    ...tables.map(({ extras, dependency_groups }) => ({
      ...noNeeds,
      extras: textsIn(extras),
      groups: textsIn(dependency_groups),
    })),
  ]);
}

const value = z.unknown().optional();
const table = z.looseObject({
  deps: value,
  extras: value,
  dependency_groups: value,
  set_env: value,
  setenv: value,
});
const tomlSchema = z
  .looseObject({
    legacy_tox_ini: z.string().optional(),
    env_run_base: table.default({}),
    env: z.record(z.string(), table).default({}),
  })
  .catch({ env_run_base: {}, env: {} });

/** The variables that `tool.tox` sets in the base environment. */
export function toxTomlVariables(tables: unknown): Readonly<Record<string, string>> {
  const { set_env: set, setenv: older } = tomlSchema.parse(tables ?? {}).env_run_base;
  const entries = Object.entries(variables.parse(set ?? older));
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
}

const variables = z.record(z.string(), z.unknown()).catch({});

function hasNeeds({ deps, extras, dependency_groups }: z.output<typeof table>): boolean {
  return [deps, extras, dependency_groups].some((value) => textsIn(value).length > 0);
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return value.split("\n");
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

async function fromIni(
  tree: Tree,
  { folder, pyproject }: ProjectTables,
  ini: Ini,
  python: string,
): Promise<TestNeeds> {
  const factors = factorsOf(environmentFor(ini, python, pyproject), python);
  const read = (section: string, key: string) =>
    linesAt(ini, section, key, (value) => rowsFor(value, factors));
  const keys = ["deps", "extras", "dependency_groups"];
  const named = [...ini.keys()].filter((name) => isForDevelopment(/^testenv:(.+)$/.exec(name)?.[1] ?? ""));
  const sections = keys.some((key) => read("testenv", key).length > 0) ? ["testenv"] : named;
  const all = (key: string) => sections.flatMap((section) => read(section, key));
  const words = (key: string) => all(key).flatMap((line) => line.split(/[\s,]+/).filter(Boolean));
  const needs = await needsOf(tree, folder, all("deps"));
  return joined([needs, { ...noNeeds, extras: words("extras"), groups: words("dependency_groups") }]);
}

/** The environment that would run with this version of Python, or the last one listed; empty if none is. */
function environmentFor(ini: Ini, python: string, pyproject: ProjectTables["pyproject"]): string {
  const tox = ini.get("tox") ?? ini.get("tox:tox");
  const listed = (tox?.get("envlist") ?? tox?.get("env_list") ?? "").replace(/#.*$/gm, "");
  const names = listed
    .slice(0, 10_000)
    .split(/[\n,](?![^{]*\})/)
    .flatMap((name) => expanded(name.trim().replace(/\s+/g, "")));
  const own = ownFactor(python);
  const hasOwn = (name: string) =>
    [own, `py${python}`, "py", "py3"].some((one) => name.split("-").includes(one));
  const tested = names.filter((name) => runsTests(ini, name));
  const withOwn = (tested.length > 0 ? tested : names).filter(hasOwn);
  const fit = withOwn.length > 0 ? withOwn : names.filter((each) => /^py/.test(each));
  const has = (factor: RegExp) => (each: string) => each.split("-").some((part) => factor.test(part));
  // The sources of what is not released yet may not be reachable, and say nothing of the project.
  const rows = (each: string, key: string) =>
    linesAt(ini, "testenv", key, (value) => rowsFor(value, factorsOf(each, python)));
  const groups = pyproject?.["dependency-groups"] ?? {};
  const isReleased = (each: string) =>
    ![
      ...rows(each, "deps"),
      ...rows(each, "dependency_groups").flatMap((name) =>
        Object.hasOwn(groups, name) ? textsIn(groups[name]) : [],
      ),
    ].some((row) => /(?:^|@\s*)(?:git\+|https?:)/.test(row));
  const released = fit.filter(isReleased);
  const usual = released.length > 0 ? released : fit;
  const current = usual.filter(
    (each) => !has(/^(?:lowest|min|mini|minimum|minimal|mindeps|oldest|old)/)(each),
  );
  const candidates = current.length > 0 ? current : usual;
  // Of several databases, one that needs no server.
  return candidates.filter(has(/^sqlite/)).at(-1) ?? candidates.at(-1) ?? "";
}

/** Whether an environment may run tests: one with commands of its own says so. */
function runsTests(ini: Ini, name: string): boolean {
  const own = ini.get(`testenv:${name}`)?.get("commands");
  return own === undefined || /test|trial|nose|\bcov|\[testenv/.test(own);
}

function ownFactor(python: string): string {
  return `py${python.replace(".", "")}`;
}

function factorsOf(environment: string, python: string): ReadonlySet<string> {
  return new Set([ownFactor(python), ...environment.split("-")]);
}

/**
 * Reads the variables that tox sets for tests: those of its base environment, and of the one that would run with this
 * version of Python. A value that refers to the environment or to tox's own folders is left out.
 * https://tox.wiki/en/stable/config.html#set_env
 */
export function toxVariables(
  ini: Ini,
  python: string,
  pyproject: ProjectTables["pyproject"],
): Readonly<Record<string, string>> {
  const environment = environmentFor(ini, python, pyproject);
  const factors = factorsOf(environment, python);
  const sections = [...ini.keys()].filter((section) => {
    const [, names] = /^testenv:(.+)$/.exec(section) ?? [];
    return section === "testenv" || (names !== undefined && expanded(names).includes(environment));
  });
  const rows = sections.flatMap((section) =>
    ["setenv", "set_env"].flatMap((key) =>
      linesAt(ini, section, key, (value) => rowsFor(value, factors), new Set()),
    ),
  );
  return Object.fromEntries(
    rows.flatMap((row) => {
      const [, name = "", value = ""] = /^(\w+)\s*=\s*(.*)$/.exec(row) ?? [];
      return name === "" ? [] : [[name, value]];
    }),
  );
}

/** `py{311,312}-django{42,50}` is four names. */
function expanded(name: string): readonly string[] {
  let names: readonly string[] = [name];
  for (let left = mostBraces; left > 0 && names.some((each) => braces.test(each)); left--) {
    names = names.flatMap(withoutBraces).slice(0, mostNames);
  }
  return names;
}

const braces = /^([^{]*)\{([^{}]*)\}(.*)$/s;
const [mostBraces, mostNames] = [20, 200];

/** Puts each part of the first braces in their place. */
function withoutBraces(name: string): readonly string[] {
  const [whole, before = "", inner = "", after = ""] = braces.exec(name) ?? [];
  return whole === undefined ? [name] : inner.split(",").map((part) => `${before}${part.trim()}${after}`);
}

/** The lines of a value that apply to an environment with these factors. */
function rowsFor(value: string, factors: ReadonlySet<string>): readonly string[] {
  return value.split("\n").flatMap((row) => {
    const line = row.replace(/(?:^|\s)#.*$/, "").trim();
    const condition = /^([\w.!,{} -]*[\w}]):\s+(.*)$/.exec(line);
    if (condition !== null && !applies(condition[1] ?? "", factors)) return [];
    const text = withoutFolder((condition === null ? line : condition[2]) ?? "").trim();
    return text === "" ? [] : [text];
  });
}

/** Whether a line for some environments only, such as `py39,django42-!lowest`, is for one with these factors. */
function applies(condition: string, factors: ReadonlySet<string>): boolean {
  return condition
    .split(/,(?![^{]*\})/)
    .flatMap((one) => expanded(one.trim()))
    .some((one) =>
      one
        .split("-")
        .every((factor) => (factor.startsWith("!") ? !factors.has(factor.slice(1)) : factors.has(factor))),
    );
}

/** tox runs in the project's folder, and a variable's default is what it is without the variable. */
function withoutFolder(text: string): string {
  return text.replace(/\{(?:toxinidir|tox_root)\}\/?/g, "./").replace(/\{env:\w+:([^{}]*)\}/g, "$1");
}
