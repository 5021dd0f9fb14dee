import { posix } from "node:path";
import { readWorkflow, type WorkflowStep } from "#pipelines/plan/python/calls/workflows.ts";

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
  const lines = readWorkflow(text).jobs.flatMap((job) => {
    const all = linesOf(job).filter(({ folder }) => isOnly || posix.normalize(folder) === path);
    return all
      .slice(
        0,
        Math.max(
          0,
          all.findIndex(({ line }) => tests.test(line)),
        ),
      )
      .map(({ line }) => line);
  });
  const needs = {
    file,
    packages: unique(lines.flatMap(packagesIn)),
    before: unique(lines.flatMap((line) => commandIn(line, alone))),
    withDatabase: unique(lines.flatMap((line) => commandIn(line, database))),
  };
  const isEmpty = needs.packages.length + needs.before.length + needs.withDatabase.length === 0;
  return isEmpty ? undefined : needs;
}

/** The lines of a job's scripts, with the folder that each runs in. */
function linesOf(steps: readonly WorkflowStep[]) {
  return steps.flatMap(({ run, folder }) =>
    run
      .replace(/\\\r?\n/g, " ")
      .split(/\r?\n|&&|;/)
      .map((line) => ({ line: line.trim(), folder })),
  );
}

const tests = /\b(?:pytest|tox|nox|unittest)\b|\bmanage\.py test\b|\bcoverage run\b/;

/** Runners that only choose the environment, which Slipway has made. */
const runners = /^(?:uv run|poetry run|pdm run|hatch run|pipenv run)\s+/;

const alone =
  /^(?:python3? \S*manage\.py (?:compilemessages|collectstatic)|pybabel compile|cp \S*\.env\S* \S+$)/;
const database = /^(?:alembic upgrade|flask db upgrade|python3? \S*manage\.py migrate)/;

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
