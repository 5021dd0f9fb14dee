import { z } from "zod";
import { valueIn } from "#pipelines/yaml/document.ts";
import { type Verdict, verdictOn } from "./conditions.ts";
import { actionContainers } from "./database-actions.ts";
import { filledIn, folderIn, inOneWord, resolver, withEnvironments } from "./expressions.ts";
import { githubContainers, type JobContainers } from "./job-containers.ts";
import { loose, texts } from "./pipeline-values.ts";
import { mayTest, takesTests } from "./unseen-tests.ts";

/** A step of a workflow. */
export interface WorkflowStep {
  /** The script that it runs; empty for an action. */
  readonly run: string;
  /** The action without its version, as in `astral-sh/ruff-action`; empty for a script. */
  readonly action: string;
  /** The input of the action. */
  readonly with: Readonly<Record<string, string>>;
  /** The folder in which it runs, relative to the source. */
  readonly folder: string;
  /** The variables that the workflow, the job and the step set. */
  readonly variables: Readonly<Record<string, string>>;
  /** The containers that the job starts. */
  readonly containers: JobContainers;
  /** Whether a command fails too if another one takes its output. */
  readonly hasPipefail: boolean;
  /** Whether the job goes on when it fails. */
  readonly isIgnored: boolean;
  /** Whether its own condition holds, and that of its job. */
  readonly condition: Verdict;
  readonly jobCondition: Verdict;
}

/** A step of any CI system. */
export type Step = Pick<WorkflowStep, "run" | "folder" | "isIgnored"> & Partial<WorkflowStep>;

/** The steps of each job in a file of a CI system. */
export type Jobs = readonly (readonly Step[])[];

/** A workflow of GitHub. */
export interface Workflow {
  /** Whether a change to the code starts it. */
  readonly isForChanges: boolean;
  /** The steps of each job. */
  readonly jobs: readonly (readonly WorkflowStep[])[];
}

/** Whether a file of a repository is a workflow of GitHub. */
export function isWorkflow(file: string): boolean {
  return /^\.github\/workflows\/[^/]+\.ya?ml$/.test(file);
}

/**
 * Reads a workflow of GitHub. One that is malformed has no jobs: actionlint reports it.
 *
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
 */
export function readWorkflow(text: string): Workflow {
  const { on, env, jobs, defaults: general } = schema.catch(nothing).parse(valueIn(text));
  const events = typeof on === "string" ? [on] : Array.isArray(on) ? on : Object.keys(on);
  return {
    isForChanges: events.some((event) => changes.has(String(event))),
    jobs: Object.entries(jobs).map(([name, { defaults, steps, ...job }]) => {
      if (job.uses !== undefined) return calledElsewhere(name, job.uses);
      const { matrix } = job.strategy;
      // What is set twice may stand for what is set above it.
      const ofJob = { ...job.container.env, ...env, ...filledIn(job.env, {}, matrix, env) };
      const resolve = resolver(ofJob, matrix);
      const used = steps.map((step) => ({ step, ...actionOf(step) }));
      const containers = { ...actionContainers(used, resolve), ...githubContainers(job.services, resolve) };
      return used.map(({ step, ...own }) => ({
        ...own,
        run: inOneWord(withEnvironments(own.run, matrix)),
        folder: folderIn(
          [step, defaults.run, general.run].map(folderOf).find((folder) => folder !== undefined) ?? ".",
          filledIn({ ...ofJob, ...step.env }, {}, undefined, ofJob),
        ),
        variables: filledIn({ ...ofJob, ...step.env }, containers, matrix, ofJob),
        containers,
        hasPipefail: (step.shell ?? defaults.run.shell ?? general.run.shell) === "bash",
        isIgnored: isTrue(job["continue-on-error"]) || isTrue(step["continue-on-error"]),
        condition: verdictOn(step.if),
        jobCondition: verdictOn(job.if),
      }));
    }),
  };
}

function folderOf(settings: z.output<typeof place>): string | undefined {
  return settings["working-directory"];
}

/** What a step runs. An action that gets a command of tests may run it. */
export function actionOf({ uses = "", with: input, run = "" }: z.output<typeof stepSchema>) {
  return { action: uses.replace(/@.*$/s, ""), with: input, run: takesTests(input) ? mayTest : run };
}

/** A job in a workflow of another repository may run tests. One of this repository is read where it stands. */
function calledElsewhere(job: string, workflow: string): readonly WorkflowStep[] {
  const isForTests = /test|tox|nox|check|\bci\b/i.test(`${job} ${workflow}`);
  if (workflow.startsWith("./") || !isForTests) return [];
  return [
    {
      run: mayTest,
      action: "",
      with: {},
      folder: ".",
      variables: {},
      containers: {},
      hasPipefail: false,
      isIgnored: false,
      condition: "holds",
      jobCondition: "holds",
    },
  ];
}

const changes = new Set(["push", "pull_request", "pull_request_target", "merge_group", "workflow_call"]);

/** Whether a setting of a pipeline is on; an expression is not. */
export function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}

const place = z.looseObject({ "working-directory": loose(z.string()), shell: loose(z.string()) });
const defaults = z
  .looseObject({ run: place.default({}).catch({}) })
  .default({ run: {} })
  .catch({ run: {} });
const anything = z.unknown().optional();
const variables = texts.default({}).catch({});
/** A step of a workflow, or of an action. */
export const stepSchema = place.extend({
  env: variables,
  if: anything,
  run: loose(z.string()),
  uses: loose(z.string()),
  with: variables,
  "continue-on-error": anything,
});
const job = z.looseObject({
  if: anything,
  uses: loose(z.string()),
  env: variables,
  defaults,
  services: anything,
  container: z.looseObject({ env: variables }).catch({ env: {} }),
  strategy: z.looseObject({ matrix: anything }).default({}).catch({}),
  steps: z.array(stepSchema).catch([]),
  "continue-on-error": anything,
});
const nothing = { on: [], env: {}, jobs: {}, defaults: { run: {} } };
const schema = z.looseObject({
  on: z.union([z.string(), z.array(z.unknown()), z.looseObject({})]).catch([]),
  env: variables,
  defaults,
  jobs: z.record(z.string(), job).catch({}),
});
