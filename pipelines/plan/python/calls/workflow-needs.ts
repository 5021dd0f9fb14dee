import { posix } from "node:path";
import { readWorkflow, type WorkflowStep } from "./workflows.ts";

/** What a workflow prepares before it runs the tests of a service. */
export interface WorkflowNeeds {
  /** The workflow's file. */
  readonly file: string;
  /** The Debian packages that it installs. */
  readonly packages: readonly string[];
  /** The commands that it runs, and that need no server. */
  readonly before: readonly string[];
  /** Those that need a database, which has to be among the test's containers first. */
  readonly withDatabase: readonly string[];
}

/**
 * Reads from a workflow what it prepares for the tests of a service, in the job that runs them; undefined if it runs
 * none, or prepares nothing. A workflow that is no YAML says nothing.
 *
 * @param path the service's folder.
 * @param isOnly whether it is the repository's only service. Then steps in any folder count.
 */
export function workflowNeeds(
  file: string,
  text: string,
  { path, isOnly }: { readonly path: string; readonly isOnly: boolean },
): WorkflowNeeds | undefined {
  const steps = readWorkflow(text).jobs.flatMap((job) => {
    const own = job.filter(({ folder }) => isOnly || posix.normalize(folder) === path).map(linesOf);
    const at = own.findIndex((lines) => lines.some((line) => tests.test(line)));
    const last = own[at] ?? [];
    return at < 0
      ? []
      : [
          ...own.slice(0, at),
          last.slice(
            0,
            last.findIndex((line) => tests.test(line)),
          ),
        ];
  });
  const asked = steps.filter((lines) => lines.some((line) => clientOf(line) !== undefined));
  const lines = steps.filter((step) => !asked.includes(step)).flat();
  const needs = {
    file,
    packages: unique([...lines.flatMap(packagesIn), ...asked.flat().flatMap((line) => clientOf(line) ?? [])]),
    before: unique(lines.flatMap((line) => commandIn(line, alone))),
    withDatabase: unique([
      ...asked.map((step) => step.filter((line) => isQuestion(line)).join("; ")),
      ...lines.flatMap((line) => commandIn(line, database)),
    ]),
  };
  const isEmpty = needs.packages.length + needs.before.length + needs.withDatabase.length === 0;
  return isEmpty ? undefined : needs;
}

/** The commands of a step, one a line. */
function linesOf({ run }: WorkflowStep): readonly string[] {
  return run
    .replace(/\\\r?\n/g, " ")
    .split(/\r?\n|&&/)
    .map((line) => line.trim())
    .filter(Boolean);
}

const tests =
  /\b(?:pytest|tox|nox|unittest)\b|\bmanage\.py test\b|\bcoverage run\b|\b(?:make|just|poe|task|hatch run \S*|pdm run) (?:test|cov)\w*\b|\btests?[\w-]*\.sh\b/;

/** Runners that only choose the environment, which Slipway has made. */
const runners = /^(?:uv run|poetry run|pdm run|hatch run|pipenv run)\s+/;

const alone =
  /^(?:python3? \S*manage\.py (?:compilemessages|collectstatic)|pybabel compile|cp \S*\.env\S* \S+$|mkdir -p )/;
const database =
  /^(?:alembic upgrade|flask db upgrade|python3? \S*manage\.py migrate|(?:bash |sh )?[\w./-]*(?:pre-?start|migrat|prepare|setup|seed|init)[\w-]*\.sh\b)/;

/** The client of a database that a command calls, as its Debian package. */
function clientOf(line: string): string | undefined {
  if (/^(?:[A-Z]+=\S+ )*(?:psql|createdb|createuser)\b/.test(line)) return "postgresql-client";
  return /^(?:mysql|mysqladmin) /.test(line) ? "default-mysql-client" : undefined;
}

/** Whether a line is for the client of a database, or a variable for it. */
function isQuestion(line: string): boolean {
  return /^export \w+=[^$`]*$/.test(line) || (clientOf(line) !== undefined && !/[$`]/.test(line));
}

/** Names only: no variable, option, file or version of another distribution. */
function packagesIn(line: string): readonly string[] {
  const [, words = ""] = /\bapt(?:-get)?\s+(?:-\S+\s+)*install\s+([^|>]*)/.exec(line) ?? [];
  return words.split(/\s+/).filter((word) => /^[a-z0-9][a-z0-9+.-]+$/.test(word));
}

function commandIn(line: string, known: RegExp): readonly string[] {
  const command = line.replace(runners, "");
  return known.test(command) && !/[$`|<>]/.test(command) ? [command] : [];
}

function unique(words: readonly string[]): readonly string[] {
  return [...new Set(words)];
}
