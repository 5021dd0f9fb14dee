import { valueIn } from "#pipelines/yaml/document.ts";
import { type Files, withIncluded } from "./gitlab-files.ts";
import { gitlabJobs } from "./gitlab-jobs.ts";
import { table } from "./pipeline-values.ts";
import { mayTest, takesTests } from "./unseen-tests.ts";
import { isTrue, isWorkflow, type Jobs } from "./workflows.ts";

/** The pipeline files of GitLab, Azure and CircleCI, with what reads them. */
export const pipelineFiles: Readonly<Record<string, (text: string, files: Files) => Jobs | Promise<Jobs>>> = {
  ".gitlab-ci.yml": async (text, files) => gitlabJobs(await withIncluded(files, text)),
  "azure-pipelines.yml": azureJobs,
  ".circleci/config.yml": circleJobs,
};

/** Whether a file is a pipeline of a CI system. */
export function isPipeline(file: string): boolean {
  return isWorkflow(file) || Object.hasOwn(pipelineFiles, file);
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
