import { Container, Secret } from "@dagger.io/dagger";
import { errorOf } from "./coded-error.ts";

/**
 * Runs steps with secret variables, and removes the variables afterwards.
 *
 * Fails with ARGUMENT_INVALID unless each secret has a variable.
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
      `there are ${variables.length} variables and ${secrets.length} secrets`,
      "Pass one name in --variables for each of --secrets.",
    );
  }
  const ready = secrets.reduce(
    (each, secret, index) => each.withSecretVariable(variables[index] ?? "", secret),
    container,
  );
  return variables.reduce((each, name) => each.withoutSecretVariable(name), steps(ready));
}
