import { slipwayVersion } from "./slipway-version.ts";

/** The Jenkinsfile of a repository that uses Slipway. No part of it comes from that repository. */
export const jenkins = {
  path: "Jenkinsfile",
  text: () => `// Register the library in Jenkins once: see ci/jenkins/README.md of Slipway.
@Library('slipway@${slipwayVersion.version}') _

slipway()
`,
} as const;
