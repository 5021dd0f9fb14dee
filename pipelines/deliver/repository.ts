import type { Container, Directory } from "@dagger.io/dagger";
import type { Gitops } from "#modules/gitops/src/index.ts";
import { Kustomize } from "#modules/kustomize/src/index.ts";
import type { Config } from "#pipelines/config/config.ts";
import { readConfig } from "#pipelines/config/read.ts";
import { regularText } from "#pipelines/dagger/regular-text.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { gitopsBy } from "#pipelines/release/gitops/access.ts";
import { plain } from "#pipelines/text/quote.ts";
import type { EnvironmentsRequest } from "./request.ts";
import type { Stage } from "./stage.ts";

/** The configuration of a GitOps repository, at its top. */
export const configFile = "slipway.yaml";

/** A GitOps repository, as its branch is now. */
export interface GitopsRepository {
  readonly url: string;
  readonly branch: string;
  readonly commit: string;
  readonly gitops: Gitops;
  readonly kustomize: Kustomize;
  readonly checkout: Container;
  readonly tree: Directory;
  readonly config: Config;
  /** The environments, each behind the one that it comes after. */
  readonly stages: readonly Stage[];
}

/** In seconds, for all attempts to reach the git server. */
export const gitDeadline = 120;

/**
 * Opens a GitOps repository and reads its environments from the branch that Argo CD follows.
 *
 * @throws REPOSITORY_*, BRANCH_NOT_FOUND, HOST_UNTRUSTED; CONFIG_NOT_FOUND, CONFIG_INVALID, CONFIG_UNREADABLE.
 */
export async function openRepository(request: EnvironmentsRequest): Promise<GitopsRepository> {
  const { gitopsRepository: url, gitopsBranch: branch } = request;
  const first = await checkedOut(gitopsBy(request.gitAccess, undefined, gitDeadline), url, branch);
  const text = await regularText(first.tree, configFile);
  if (text === undefined) {
    throw new SlipwayError(
      "CONFIG_NOT_FOUND",
      `the branch ${branch} of the GitOps repository has no ${configFile}`,
      "Add the file with `environments` to the top of that repository.",
    );
  }
  const config = readConfig(text, configFile);
  if (config.environments === undefined) {
    throw new SlipwayError(
      "CONFIG_INVALID",
      `${configFile} of the GitOps repository has no \`environments\``,
      "Add them, as docs/deliver.md shows.",
    );
  }
  return {
    url,
    branch,
    ...first,
    gitops: gitopsBy(request.gitAccess, config.tools.git, gitDeadline),
    kustomize: new Kustomize(config.tools.kustomize),
    config,
    stages: inOrder(config.environments),
  };
}

/** The same repository, as its branch is now. */
export async function reopened(repository: GitopsRepository): Promise<GitopsRepository> {
  const { gitops, url, branch } = repository;
  return { ...repository, ...(await checkedOut(gitops, url, branch)) };
}

/** @throws ENVIRONMENT_NOT_FOUND */
export function stageOf({ stages }: Pick<GitopsRepository, "stages">, name: string): Stage {
  const found = stages.find((stage) => stage.name === name);
  if (found !== undefined) return found;
  throw new SlipwayError(
    "ENVIRONMENT_NOT_FOUND",
    `${configFile} of the GitOps repository has no environment ${JSON.stringify(name.slice(0, 80))}`,
    `Use one of ${stages.map((stage) => stage.name).join(", ")}.`,
  );
}

/** Whether a commit is part of the branch's history. */
export async function isOfHistory(
  { gitops, checkout, commit: tip }: GitopsRepository,
  commit: string,
): Promise<boolean> {
  return (await gitops.contains(checkout, commit, tip)) === "yes";
}

/** The text of a file that slipway.yaml names. @throws PATH_NOT_FOUND with the remedy when there is none. */
export async function textAt(tree: Directory, path: string, remedy: string): Promise<string> {
  const text = await regularText(tree, path);
  if (text !== undefined) return text;
  throw new SlipwayError("PATH_NOT_FOUND", `the GitOps repository has no file ${plain(path)}`, remedy);
}

async function checkedOut(gitops: Gitops, url: string, branch: string) {
  const checkout = await gitops.checkout(url, branch);
  const [, commit = ""] = (await checkout.stdout()).split("\n");
  return { checkout, commit, tree: checkout.directory("/tree") };
}

/** The schema has refused circles and unknown names. */
function inOrder(environments: NonNullable<Config["environments"]>): readonly Stage[] {
  const depth = (name: string): number => {
    const after = environments[name]?.after;
    return after === undefined ? 0 : depth(after) + 1;
  };
  return Object.entries(environments)
    .map(([name, settings]) => ({ name, settings, at: depth(name) }))
    .sort((one, other) => one.at - other.at)
    .map(({ name, settings }) => ({ name, settings }));
}
