import type { ProposedFiles } from "#pipelines/dagger/changeset.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { plain } from "#pipelines/text/quote.ts";
import { github, type WorkflowFacts } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { jenkins } from "./jenkins.ts";

const wrappers = { github, jenkins, gitlab } as const;

type WrapperName = keyof typeof wrappers;

const names = Object.keys(wrappers).filter((name): name is WrapperName => name in wrappers);

/**
 * Reads the CI systems that the call names.
 *
 * @param given their names; `auto` alone: GitHub if the repository has workflows; `none` alone: no system.
 * @throws ARGUMENT_INVALID
 */
export function wrappersNamed(given: readonly string[], hasWorkflows: boolean): readonly WrapperName[] {
  const [only, ...others] = given;
  if (others.length === 0 && (only === undefined || only === "auto")) return hasWorkflows ? ["github"] : [];
  if (others.length === 0 && only === "none") return [];
  const unknown = given.find((name) => !names.some((each) => each === name));
  if (unknown === undefined) return names.filter((name) => given.includes(name));
  throw new SlipwayError(
    "ARGUMENT_INVALID",
    `--wrappers: ${plain(unknown)} is not allowed here`,
    `Pass one or more of ${names.join(", ")}, or auto alone, or none alone.`,
  );
}

/** The files from which CI systems call Slipway; they lie at the top of the repository. */
export function wrapperFiles(chosen: readonly WrapperName[], known: WorkflowFacts = {}): ProposedFiles {
  return new Map(chosen.map((name) => [wrappers[name].path, wrappers[name].text(known)]));
}
