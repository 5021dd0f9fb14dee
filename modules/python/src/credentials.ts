import { Container, Secret } from "@dagger.io/dagger";
import { errorOf } from "./coded-error.ts";

/**
 * Runs steps with secret variables, and takes the variables away after.
 *
 * Fails with ARGUMENT_INVALID when there are more names than secrets, or fewer.
 */
export function withCredentials(
  container: Container,
  variables: readonly string[],
  secrets: readonly Secret[],
  steps: (ready: Container) => Container,
): Container {
  if (variables.length !== secrets.length) {
    throw errorOf(
      "ARGUMENT_INVALID",
      `${variables.length} variables but ${secrets.length} secrets`,
      `Give each secret its variable.`,
    );
  }
  const ready = secrets.reduce(
    (each, secret, index) => each.withSecretVariable(variables[index] ?? "", secret),
    container,
  );
  return variables.reduce((each, name) => each.withoutSecretVariable(name), steps(ready));
}
