import { published } from "./published.ts";

const { repository, version, commit } = published;

/** The workflow of a repository that uses Slipway. Nothing in it comes from the repository that it is written for. */
export const github = {
  path: ".github/workflows/slipway.yml",
  text: `name: slipway
on: { push: { branches: [main] }, pull_request: {} }
permissions: { contents: read }
concurrency: { group: "slipway-\${{ github.ref }}", cancel-in-progress: true }
jobs:
  ci:
    name: ci
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with: { fetch-depth: 0, persist-credentials: false }
      - uses: ${repository}/ci/github@${commit} # ${version}
`,
} as const;
