import { slipwayVersion } from "./slipway-version.ts";

/** The Jenkinsfile of a repository that uses Slipway. Nothing in it comes from the repository that it is written for. */
export const jenkins = {
  path: "Jenkinsfile",
  text: () => `// The library is named in Jenkins once: Slipway's ci/jenkins/README.md.
@Library('slipway@${slipwayVersion.version}') _

slipway()
`,
} as const;
