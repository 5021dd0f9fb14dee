import { z } from "zod";
import { fillIn } from "./fill-in.ts";
import { mergedTables, reference } from "./gitlab-files.ts";
import { gitlabContainers } from "./job-containers.ts";
import { table, text } from "./pipeline-values.ts";
import { mayTest } from "./unseen-tests.ts";
import { isTrue, type Jobs } from "./workflows.ts";

type Table = Readonly<Record<string, unknown>>;

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
  rules: z.array(z.looseObject({ when: z.unknown().optional() })).catch([]),
});

/**
 * Reads the jobs of GitLab. A job that may fail, or that a person starts, checks nothing.
 *
 * https://docs.gitlab.com/ci/yaml/
 *
 * @param file the pipeline, merged with what it includes.
 */
export function gitlabJobs(file: Table): Jobs {
  const whole = new Templates(file);
  const ofAll = gitlabJob.safeParse(whole.filled(file.default)).data;
  const general = ofAll?.before_script ?? lines.parse(whole.filled(file.before_script));
  const shared = variables.parse(whole.filled(file.variables));
  const jobs = Object.keys(file).flatMap((name): Jobs => {
    // These are for others to extend.
    const job = name.startsWith(".") ? undefined : gitlabJob.safeParse(whole.filled(whole.job(name))).data;
    if (job?.script === undefined) return [];
    const run = [...(job.before_script ?? general), ...job.script].join("\n");
    const own = expanded({ ...shared, ...job.variables });
    const containers = gitlabContainers(job.services ?? ofAll?.services ?? file.services, own);
    const isByHand =
      job.when === "manual" ||
      (job.rules.length > 0 && job.rules.every(({ when }) => when === "manual" || when === "never"));
    const isIgnored = isTrue(job.allow_failure) || isByHand;
    // The runner's shell has pipefail: https://docs.gitlab.com/runner/shells/
    return [[{ run, folder: ".", variables: own, containers, isIgnored, hasPipefail: true }]];
  });
  return whole.isSpent ? [...jobs, [{ run: mayTest, folder: ".", isIgnored: false }]] : jobs;
}

/** What jobs take from each other, by `extends` and by `!reference`, within one limit for the file. */
class Templates {
  readonly #file: Table;
  readonly #jobs = new Map<string, Table>();
  /** How many values, and hundreds of characters, may still be filled in. */
  #left = 100_000;

  constructor(file: Table) {
    this.#file = file;
  }

  /** Whether the limit is reached, so that some jobs are not whole. */
  get isSpent(): boolean {
    return this.#left < 0;
  }

  /** A job over those that it extends. https://docs.gitlab.com/ci/yaml/#extends */
  job(name: string, depth = 10): Table {
    const known = this.#jobs.get(name);
    if (known !== undefined) return known;
    const own = table.parse(Object.hasOwn(this.#file, name) ? this.#file[name] : {});
    const names = (Array.isArray(own.extends) ? own.extends : [own.extends]).slice(0, 20);
    const parents = depth === 0 ? [] : names.flatMap((each) => (typeof each === "string" ? [each] : []));
    // Until it is done, it stands for itself in a circle.
    this.#jobs.set(name, own);
    const base = parents.reduce<Table>((all, each) => mergedTables(all, this.job(each, depth - 1)), {});
    const merged = mergedTables(base, own);
    this.#jobs.set(name, merged);
    return merged;
  }

  /** A value with the parts of other jobs in it. https://docs.gitlab.com/ci/yaml/yaml_optimization/#reference-tags */
  filled(value: unknown, depth = 10): unknown {
    this.#left -= 1 + (typeof value === "string" ? value.length / 100 : 0);
    if (this.#left < 0) return undefined;
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((each) => this.filled(each, depth));
    const path = Object.hasOwn(value, reference) ? table.parse(value)[reference] : undefined;
    if (!Array.isArray(path))
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.filled(each, depth)]));
    if (depth === 0) return undefined;
    const [name, ...keys] = path.map(String);
    const found = keys.reduce<unknown>(
      (all, key) => {
        const map = table.parse(all);
        return Object.hasOwn(map, key) ? map[key] : undefined;
      },
      this.job(name ?? ""),
    );
    return this.filled(found, depth - 1);
  }
}

/** Variables that name each other, as GitLab fills them in. */
function expanded(all: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const name = /\$(?:(\w+)|\{(\w+)\})/g;
  const lookUp = (key: string) => (Object.hasOwn(all, key) ? all[key] : undefined);
  const values = Object.entries(all).map(([key, value]) => [key, fillIn(value, name, lookUp)] as const);
  // What GitLab or a person sets is not known.
  return Object.fromEntries(values.filter(([, value]) => !value.includes("$")));
}
