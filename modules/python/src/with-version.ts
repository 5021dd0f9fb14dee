import type { Container } from "@dagger.io/dagger";

/**
 * The variables by which build backends take a version that they would read from git: setuptools-scm and hatch-vcs,
 * PDM, pbr, Poetry's plugin and uv's plugin for hatch.
 */
const names = [
  "SETUPTOOLS_SCM_PRETEND_VERSION",
  "PDM_BUILD_SCM_VERSION",
  "PBR_VERSION",
  "POETRY_DYNAMIC_VERSIONING_BYPASS",
  "UV_DYNAMIC_VERSIONING_BYPASS",
];

/** Runs steps that build a project, with its version in place of the one in git, and removes the variables afterwards. */
export function withVersion(
  container: Container,
  version: string,
  steps: (ready: Container) => Container,
): Container {
  const ready = names.reduce((each, name) => each.withEnvVariable(name, version), container);
  return names.reduce((each, name) => each.withoutEnvVariable(name), steps(ready));
}
