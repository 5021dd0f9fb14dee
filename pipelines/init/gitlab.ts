import type { WorkflowFacts } from "./github.ts";
import { slipwayVersion } from "./slipway-version.ts";

const { repository, version } = slipwayVersion;
const template = (at: string) =>
  `https://raw.githubusercontent.com/${repository}/${at}/ci/gitlab/slipway.yml`;

/** The pipeline of a repository that uses Slipway. No part of it comes from that repository. */
export const gitlab = {
  path: ".gitlab-ci.yml",
  text: ({ commit }: WorkflowFacts = {}) =>
    commit === undefined
      ? `include:
  - remote: ${template(version)}
`
      : `include:
  - remote: ${template(commit)} # ${version}
slipway:
  variables:
    SLIPWAY_MODULE: github.com/${repository}@${commit}
`,
} as const;
