import { slipwayVersion } from "./slipway-version.ts";

const { repository, version } = slipwayVersion;

/** The pipeline of a repository that uses Slipway. No part of it comes from that repository. */
export const gitlab = {
  path: ".gitlab-ci.yml",
  text: () => `include:
  - remote: https://raw.githubusercontent.com/${repository}/${version}/ci/gitlab/slipway.yml
`,
} as const;
