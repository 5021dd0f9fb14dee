import { published } from "./published.ts";

const { repository, version } = published;

/** The workflow of a repository that uses Slipway. Nothing in it comes from the repository that it is written for. */
export const github = {
  path: ".github/workflows/slipway.yml",
  /** @param commit that of the version, since a tag can be moved; without it the tag is named. */
  text: (commit?: string) => `name: slipway
on: { push: { branches: [main] }, pull_request: {} }
permissions: {}
jobs:
  ci:
    name: ci
    permissions: { contents: read }
    uses: ${repository}/.github/workflows/slipway-ci.yml@${commit === undefined ? version : `${commit} # ${version}`}
`,
} as const;
