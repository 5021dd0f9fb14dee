import { z } from "zod";
import { sizeLimit, valueIn } from "#pipelines/yaml/document.ts";
import { fillIn } from "./fill-in.ts";
import { gitlabContainers } from "./job-containers.ts";
import { table, text } from "./pipeline-values.ts";
import { mayTest, takesTests } from "./unseen-tests.ts";
import { isTrue, isWorkflow, type WorkflowStep } from "./workflows.ts";

/** A step of any CI system. */
export type Step = Pick<WorkflowStep, "run" | "folder" | "isIgnored"> & Partial<WorkflowStep>;

/** The steps of each job in a file of a CI system other than GitHub's. */
type Jobs = readonly (readonly Step[])[];

/** The pipeline files of GitLab, Azure and CircleCI, with what reads them. */
export const pipelineFiles: Readonly<Record<string, (text: string) => Jobs>> = {
  ".gitlab-ci.yml": gitlabJobs,
  "azure-pipelines.yml": azureJobs,
  ".circleci/config.yml": circleJobs,
};

/** Whether a file is a pipeline of a CI system. */
export function isPipeline(file: string): boolean {
  return isWorkflow(file) || Object.hasOwn(pipelineFiles, file);
}

const lines: z.ZodType<readonly string[]> = z.lazy(() =>
  z.union([z.string().transform((line) => [line]), z.array(lines).transform((all) => all.flat())]).catch([]),
);
/** A variable is text, or a map with its value. */
const variables = z
  .record(
    z.string(),
    z.union([
      z.looseObject({ value: text }).transform(({ value }) => value),
      z.null().transform(() => ""),
      text,
    ]),
  )
  .default({})
  .catch({});

const gitlabJob = z.looseObject({
  before_script: lines.optional(),
  script: lines.optional(),
  variables,
  services: z.unknown().optional(),
  allow_failure: z.unknown().optional(),
  when: z.unknown().optional(),
});

/**
 * Reads the jobs of GitLab. A job that may fail, or that a person starts, checks nothing.
 * https://docs.gitlab.com/ci/yaml/
 */
function gitlabJobs(written: string): Jobs {
  // What is longer is no pipeline: nothing of it is read.
  if (written.length > sizeLimit) return [];
  // A tag of GitLab's own, which names a part of another job: it is read there.
  const file = table.parse(valueIn(written.replace(/!reference[ \t]{0,20}\[[^[\]\n]{0,200}\]/g, "[]")));
  const ofAll = gitlabJob.safeParse(file.default).data;
  const general = ofAll?.before_script ?? lines.parse(file.before_script);
  return Object.values(file).flatMap((value) => {
    const job = gitlabJob.safeParse(value).data;
    if (job?.script === undefined) return [];
    const run = [...(job.before_script ?? general), ...job.script].join("\n");
    const own = expanded({ ...variables.parse(file.variables), ...job.variables });
    const containers = gitlabContainers(job.services ?? ofAll?.services ?? file.services, own);
    const isIgnored = isTrue(job.allow_failure) || job.when === "manual";
    // https://docs.gitlab.com/runner/shells/: the runner's shell has pipefail.
    return [[{ run, folder: ".", variables: own, containers, isIgnored, hasPipefail: true }]];
  });
}

/** Variables that name each other, as GitLab fills them in. */
function expanded(all: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const reference = /\$(?:(\w+)|\{(\w+)\})/g;
  const lookUp = (name: string) => (Object.hasOwn(all, name) ? all[name] : undefined);
  const values = Object.entries(all).map(
    ([name, value]) => [name, fillIn(value, reference, lookUp)] as const,
  );
  // What GitLab or a person sets is not known.
  return Object.fromEntries(values.filter(([, value]) => !value.includes("$")));
}

/**
 * Reads the steps of Azure Pipelines, wherever stages and jobs have them.
 * https://learn.microsoft.com/en-us/azure/devops/pipelines/yaml-schema/
 */
function azureJobs(text: string): Jobs {
  return stepLists(valueIn(text)).map((steps) =>
    steps.map((step) => ({
      run: [step.script, step.bash].find((each) => typeof each === "string") ?? taskOf(step),
      folder: typeof step.workingDirectory === "string" ? step.workingDirectory : ".",
      isIgnored: isTrue(step.continueOnError),
    })),
  );
}

/** A task that gets a command of tests, or a template that is named for tests, may run them. */
function taskOf({ inputs, template }: Readonly<Record<string, unknown>>): string {
  const isForTests = typeof template === "string" && /test/i.test(template);
  return isForTests || takesTests(table.parse(inputs)) ? mayTest : "";
}

/**
 * Reads the steps of CircleCI's jobs and commands.
 * https://circleci.com/docs/reference/configuration-reference/
 */
function circleJobs(text: string): Jobs {
  return stepLists(valueIn(text)).map((steps) =>
    steps.map(({ run, ...others }) => {
      // A command of an orb, as in `python/test`.
      const isOfOrb = Object.keys(others).some((name) => /\/.*test/.test(name));
      const { command, working_directory: folder } =
        typeof run === "string" ? { command: run } : table.parse(run);
      return {
        run: typeof command === "string" ? command : isOfOrb ? mayTest : "",
        folder: typeof folder === "string" ? folder : ".",
        // https://circleci.com/docs/configuration-reference/#default-shell-options
        hasPipefail: true,
        isIgnored: false,
      };
    }),
  );
}

/** Each list `steps` below a value. */
function stepLists(value: unknown, depth = 0): readonly (readonly Readonly<Record<string, unknown>>[])[] {
  if (typeof value !== "object" || value === null || depth > 8) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    key === "steps" && Array.isArray(each)
      ? [each.map((step) => table.parse(step))]
      : stepLists(each, depth + 1),
  );
}
