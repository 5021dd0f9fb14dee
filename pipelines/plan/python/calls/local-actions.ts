import { z } from "zod";
import type { Tree } from "#pipelines/plan/tree.ts";
import { join, joinInside } from "#pipelines/text/path.ts";
import { valueIn } from "#pipelines/yaml/document.ts";
import { bothOf, verdictOn } from "./conditions.ts";
import { filled, folderIn, inOneWord } from "./expressions.ts";
import { entriesOf, text } from "./pipeline-values.ts";
import { mayTest } from "./unseen-tests.ts";
import { actionOf, isTrue, type Step, stepSchema } from "./workflows.ts";

/** Reads the actions that lie in the repository, within one limit for all steps of a workflow. */
export class LocalActions {
  readonly #tree: Tree;
  #left = 200;

  constructor(tree: Tree) {
    this.#tree = tree;
  }

  /** Puts the steps of composite actions in place of their calls. Any other local action may run tests. */
  async inPlace(steps: readonly Step[], depth = 4): Promise<readonly Step[]> {
    const all: Step[] = [];
    for (const step of steps) {
      if (step.action?.startsWith("./") !== true) {
        all.push(step);
        continue;
      }
      const inner = depth === 0 ? undefined : await this.#stepsOf(step);
      if (inner === undefined) all.push({ ...step, action: "", run: mayTest });
      else all.push(...(await this.inPlace(inner, depth - 1)));
    }
    return all;
  }

  /** https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax */
  async #stepsOf(step: Step): Promise<readonly Step[] | undefined> {
    const folder = joinInside(".", step.action ?? "");
    const paths = await this.#tree.paths();
    const file = ["action.yml", "action.yaml"]
      .flatMap((name) => (folder === undefined ? [] : [join(folder, name)]))
      .find((path) => paths.has(path));
    if (file === undefined) return undefined;
    const written = await this.#tree.read(file).catch(() => "");
    const { inputs, runs } = schema.parse(valueIn(written));
    this.#left -= runs.steps.length + 1;
    if (runs.using !== "composite" || this.#left < 0) return undefined;
    const given = new Map<string, string>([
      ...entriesOf(inputs).flatMap(([name, input]) => {
        const { default: value } = withDefault.parse(input);
        return value === undefined ? [] : [[`inputs.${name}`, value] as const];
      }),
      ...Object.entries(step.with ?? {}).map(([name, value]) => [`inputs.${name}`, value] as const),
    ]);
    const resolved = (value: string) => filled(value, (name) => given.get(name));
    return runs.steps.map((inner): Step => {
      const own = actionOf(inner);
      const variables = { ...step.variables, ...inner.env };
      return {
        ...step,
        ...own,
        run: inOneWord(resolved(own.run)),
        folder: folderIn(inner["working-directory"] ?? ".", variables),
        variables,
        isIgnored: step.isIgnored || isTrue(inner["continue-on-error"]),
        condition: bothOf(step.condition, verdictOn(inner.if)),
        hasPipefail: inner.shell === "bash",
      };
    });
  }
}

const withDefault = z.looseObject({ default: text.optional() }).catch({});
const none = { inputs: {}, runs: { using: "", steps: [] } };
const schema = z
  .looseObject({
    inputs: z.unknown().optional(),
    runs: z.looseObject({ using: z.string().catch(""), steps: z.array(stepSchema).catch([]) }),
  })
  .catch(none);
