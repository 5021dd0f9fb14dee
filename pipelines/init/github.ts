import { scalar } from "./scalar.ts";
import { slipwayVersion } from "./slipway-version.ts";

const { repository, version } = slipwayVersion;

/** What the workflow is told of where it is written for. */
export interface WorkflowFacts {
  /** That of Slipway's version, since a tag can be moved; without it the tag is named. */
  readonly commit?: string;
  /** The repository's default branch. */
  readonly branch?: string;
}

/** A name in which a workflow's filter sees no pattern. */
const plainBranch = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$/;

/**
 * The workflow of a repository that uses Slipway. Nothing in it comes from the repository that it is written for but the
 * name of a branch, where that is a plain one; else the two that nearly every default branch is called by.
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
