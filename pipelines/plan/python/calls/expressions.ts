import { fillIn } from "./fill-in.ts";
import { hostOf, type JobContainers, type Resolve } from "./job-containers.ts";
import { entriesOf } from "./pipeline-values.ts";

type Variables = Readonly<Record<string, string>>;

const expression = /\$\{\{([^{}]*)\}\}/g;

/** Puts values in place of the names in expressions. */
export function filled(text: string, lookUp: (name: string) => string | undefined): string {
  return fillIn(text, expression, lookUp);
}

/** Whether the value of a variable is what the job has: a part of it may be a secret, or be known later. */
export function isLiteral(value: string): boolean {
  return !value.includes("${{") && !value.includes("\0");
}

/** A script in which each expression is one word. */
export function inOneWord(script: string): string {
  return script.replace(expression, (whole) => whole.replace(/\s/g, ""));
}

/** Fills in the variables of a job, and its matrix. */
export function resolver(env: Variables, matrix: unknown): Resolve {
  const chosen = rowOf(matrix);
  return (text) => {
    const known = filled(text, (name) => variable(env, name) ?? chosen.get(name));
    return known.includes("${{") ? undefined : known;
  };
}

/** The folder of a step. One of a matrix stands for several, and stays as it is written. */
export function folderIn(written: string, env: Variables): string {
  const own = written.replace(/^\$(?:GITHUB_WORKSPACE\b|\{GITHUB_WORKSPACE\})/, ".");
  return filled(own, (name) => (name === "github.workspace" ? "." : variable(env, name)));
}

/** Another system than the one on which checks run. */
const otherSystem = /windows|macos|darwin/i;

/**
 * One row of a matrix: the highest value of each list, of versions the newest, and the highest of the included rows,
 * without other systems where there is a choice.
 */
function rowOf(matrix: unknown): ReadonlyMap<string, string> {
  const { include, exclude: _, ...lists } = Object.fromEntries(entriesOf(matrix));
  const rows = Array.isArray(include) ? include.map((row) => entriesOf(row)) : [];
  const words = (row: readonly (readonly [string, unknown])[]) =>
    row.map(([, value]) => String(value)).join(" ");
  const sorted = rows.sort((one, other) => newest.compare(words(other), words(one)));
  const added = sorted.find((row) => !otherSystem.test(words(row))) ?? sorted[0] ?? [];
  const listed = entriesOf(lists).flatMap(([name, all]) => {
    const values = Array.isArray(all) ? all.map(String).sort(newest.compare) : [];
    const value = values.findLast((each) => !otherSystem.test(each)) ?? values.at(-1);
    return value === undefined ? [] : [[name, value] as const];
  });
  return new Map([...added, ...listed].map(([name, value]) => [`matrix.${name}`, String(value)]));
}

/**
 * Puts all environments of a matrix in place of the expression that names one of them, as in
 * `tox -e ${{ matrix.env }}`: each of its rows runs.
 */
export function withEnvironments(script: string, matrix: unknown): string {
  return script.replace(environment, (whole, before: string, path: string) => {
    const all = valuesAt(matrix, path);
    return all === undefined ? whole : `${before}${all}`;
  });
}

const environment =
  /(\btox\b[^\n;&|]{0,200}\s(?:-e|--env)[ =]?["']?)\$\{\{ ?matrix\.([\w.-]{1,200}) ?\}\}(?=["'\s]|$)/g;

/** Whether each expression in a list is a name by itself, and not a part of one. */
function areApart(list: string): boolean {
  return inOneWord(list)
    .split(/[\s,]+/)
    .every((each) => !each.includes("$") || /^\$\{\{[^{}]*\}\}$/.test(each));
}

/** The environments that an expression in a list of them stands for; undefined if it is a part of a name. */
function environmentsIn(list: string, matrix: unknown, name: string): string | undefined {
  const isOfMatrix = name.startsWith("matrix.") && areApart(list);
  return isOfMatrix ? valuesAt(matrix, name.slice("matrix.".length)) : undefined;
}

/** The values of a matrix at a path, with commas between them; undefined if one is no name. */
function valuesAt(matrix: unknown, path: string): string | undefined {
  const [first = "", ...below] = path.split(".");
  const { include, exclude: _, ...lists } = Object.fromEntries(entriesOf(matrix));
  const rows = Array.isArray(include) ? include : [];
  const listed = lists[first];
  const all = [
    ...(Array.isArray(listed) ? listed : []),
    ...rows.flatMap((row) => Object.fromEntries(entriesOf(row))[first] ?? []),
  ].map((value) => below.reduce<unknown>((at, name) => Object.fromEntries(entriesOf(at))[name], value));
  const names = all.map(String);
  return names.length > 0 && names.every((name) => /^[\w.-]{1,100}$/.test(name)) && !all.includes(undefined)
    ? [...new Set(names)].join(",")
    : undefined;
}

const newest = new Intl.Collator("en", { numeric: true });

/**
 * The variables of a step, with what they say of those of the job, of the ports that lead to the job's containers, and of the
 * job's matrix. Of environments of tox or nox, all rows of the matrix run.
 */
export function filledIn(
  variables: Variables,
  containers: JobContainers,
  matrix: unknown,
  ofJob: Variables,
): Variables {
  const chosen = rowOf(matrix);
  const portOf = (name: string) => {
    const [, host = "", port] = /^job\.services\.([\w-]+)\.ports\[\s*'?(\d+)'?\s*\]$/.exec(name) ?? [];
    const found = Object.entries(containers).find(([each]) => each === hostOf(host))?.[1];
    return found?.ports.find((each) => each.port === Number(port))?.local.toString();
  };
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      filled(
        value,
        (inner) =>
          variable(ofJob, inner) ??
          portOf(inner) ??
          (/^(?:TOXENV|NOXSESSION)$/.test(name) ? environmentsIn(value, matrix, inner) : chosen.get(inner)),
      ),
    ]),
  );
}

function variable(env: Variables, name: string): string | undefined {
  const key = name.startsWith("env.") ? name.slice("env.".length) : undefined;
  return key !== undefined && Object.hasOwn(env, key) ? env[key] : undefined;
}
