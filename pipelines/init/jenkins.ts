import type { WorkflowFacts } from "./github.ts";
import { slipwayVersion } from "./slipway-version.ts";

const { repository, version } = slipwayVersion;

/** The Jenkinsfile of a repository that uses Slipway. No part of it comes from that repository. */
export const jenkins = {
  path: "Jenkinsfile",
  text: ({
    commit,
  }: WorkflowFacts = {}) => `// Register the library in Jenkins once: see ci/jenkins/README.md of Slipway.
@Library('slipway@${commit ?? version}') _${commit === undefined ? "" : ` // ${version}`}

slipway(${commit === undefined ? "" : `module: 'github.com/${repository}@${commit}'`})
`,
} as const;
