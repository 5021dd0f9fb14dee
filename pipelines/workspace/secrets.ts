import type { Container, Directory, Secret } from "@dagger.io/dagger";
import { onlyFiles } from "#pipelines/dagger/only-files.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { installVariable } from "./secret-uses.ts";
import { spellings } from "./spellings.ts";

const variable = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A shorter secret is not searched for: that would mask half the report and hide little. */
const shortest = 4;

/**
 * Checks that each secret has a different name. Dagger identifies secrets by their values: if two have the same
 * value, both get the name of the last one.
 *
 * @throws SECRET_UNNAMED
 */
export async function assertDistinctNames(secrets: readonly Secret[]): Promise<void> {
  if (secrets.length === 0) return;
  const names = (await namedSecrets(secrets)).map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return;
  throw new SlipwayError(
    "SECRET_UNNAMED",
    `two secrets have the name ${twice} or the same value (Dagger tells secrets apart by their values)`,
    "Pass each secret once, with a name and a value of its own.",
  );
}

/**
 * Passes the secrets to a container as environment variables, each named by the last part of its URI:
 * `env://API_TOKEN` and `file://secrets/API_TOKEN` both become API_TOKEN.
 *
 * @throws SECRET_UNNAMED when that part is not a valid name of a variable.
 */
export async function withSecrets(container: Container, secrets: readonly Secret[]): Promise<Container> {
  const all = await namedSecrets(secrets);
  return all.reduce((ready, { name, secret }) => ready.withSecretVariable(name, secret), container);
}

/** Secrets for the installation, each with the variable from which uv reads it, in the same order. */
export interface InstallSecrets {
  readonly variables: string[];
  readonly secrets: Secret[];
}

/**
 * Picks the secrets for package indexes: those named UV_…, PIP_… and POETRY_HTTP_BASIC_….
 * https://docs.astral.sh/uv/reference/environment/
 *
 * @throws SECRET_UNNAMED when a secret has no name.
 */
export async function installSecrets(secrets: readonly Secret[]): Promise<InstallSecrets> {
  const secretsNamed = await namedSecrets(secrets);
  const chosen = new Map<string, Secret>();
  // A secret with uv's own name comes last, so that it replaces another one for the same variable.
  for (const { name, secret } of [
    ...secretsNamed.filter(isForeign),
    ...secretsNamed.filter((each) => !isForeign(each)),
  ]) {
    const variable = installVariable(name);
    if (variable !== undefined) chosen.set(variable, secret);
  }
  return { variables: [...chosen.keys()], secrets: [...chosen.values()] };
}

function isForeign({ name }: { readonly name: string }): boolean {
  return !name.startsWith("UV_");
}

/** A secret, and the name of its environment variable. */
export interface NamedSecret {
  readonly name: string;
  readonly secret: Secret;
}

/**
 * Secrets with their names, in their order.
 *
 * @throws SECRET_UNNAMED
 */
export function namedSecrets(secrets: readonly Secret[]): Promise<NamedSecret[]> {
  return Promise.all(secrets.map(async (secret) => ({ name: nameOf(await secret.uri()), secret })));
}

/** The name of the environment variable for a secret's URI. */
export function nameOf(uri: string): string {
  const name = uri.split(/[/:]/).at(-1) ?? "";
  if (variable.test(name)) return name;
  throw new SlipwayError(
    "SECRET_UNNAMED",
    `a secret's URI ends in '${name}', which is not a valid name of an environment variable`,
    "Pass it as env://NAME, or as file://path/NAME from a file with that name.",
  );
}

/**
 * Picks secrets by their names, in the order of the names.
 *
 * @param asking the place in slipway.yaml that names them.
 * @throws SECRET_MISSING, SECRET_UNNAMED.
 */
export async function named(
  secrets: readonly Secret[],
  names: readonly string[],
  asking: string,
): Promise<Secret[]> {
  if (names.length === 0) return [];
  const known = new Map((await namedSecrets(secrets)).map(({ name, secret }) => [name, secret]));
  return names.map((name) => {
    const secret = known.get(name);
    if (secret !== undefined) return secret;
    throw new SlipwayError(
      "SECRET_MISSING",
      `\`${asking}\` in slipway.yaml names the secret ${name}, and the call does not pass it`,
      `Add --secrets=env://${name} to the call.`,
    );
  });
}

/** Masks the secrets in text reports. The engine does this for the output of a tool, but not for its files. */
export async function maskReports(reports: Directory, secrets: readonly Secret[]): Promise<Directory> {
  if (secrets.length === 0) return reports;
  const values = (await Promise.all(secrets.map((secret) => secret.plaintext()))).flatMap(spellings);
  // Links stay as they are, since one that leads nowhere has no contents. The check leaves them out, and says so.
  let clean = reports;
  for (const file of (await onlyFiles(reports)).files) {
    const text = await reports.file(file).contents();
    const without = masked(text, values);
    // Each new file is a layer, of which there can be some hundred.
    if (without !== text) clean = clean.withNewFile(file, without);
  }
  return clean;
}

/** Replaces each of the values by `***`, the longest first. */
export function masked(text: string, values: readonly string[]): string {
  const wanted = values.filter((value) => value.length >= shortest).sort((a, b) => b.length - a.length);
  return wanted.reduce((rest, value) => rest.replaceAll(value, "***"), text);
}
