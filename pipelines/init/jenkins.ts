import { slipwayVersion } from "./slipway-version.ts";

/** The Jenkinsfile of a repository that uses Slipway. Nothing in it comes from the repository that it is written for. */
export const jenkins = {
  path: "Jenkinsfile",
  text: () => `// Register the library in Jenkins once: see ci/jenkins/README.md of Slipway.
@Library('slipway@${slipwayVersion.version}') _

slipway()
`,
} as const;
