import { scalar } from "./scalar.ts";
import { slipwayVersion } from "./slipway-version.ts";

const { repository, version } = slipwayVersion;

/** Facts for the workflow about the repository that receives it. */
export interface WorkflowFacts {
  /** The commit of Slipway's version, because a tag can be moved; without it, the workflow names the tag. */
  readonly commit?: string;
  /** The repository's default branch. */
  readonly branch?: string;
}

/** A name that a workflow's filter does not read as a pattern. */
const plainBranch = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$/;

/**
 * The workflow of a repository that uses Slipway. Its only part from that repository is the name of a branch, if
 * that is a plain one. Otherwise it names main and master.
 */
export const github = {
  path: ".github/workflows/slipway.yml",
  text: ({ commit, branch = "" }: WorkflowFacts = {}) => `name: slipway
on: { push: { branches: [${plainBranch.test(branch) ? scalar(branch) : "main, master"}] }, pull_request: {} }
permissions: {}
jobs:
  ci:
    name: ci
    permissions: { contents: read }
    uses: ${repository}/.github/workflows/slipway-ci.yml@${commit === undefined ? `${version} # zizmor: ignore[unpinned-uses] its commit could not be looked up` : `${commit} # ${version}`}
`,
} as const;
