import { type Container, type Directory, dag, type Secret } from "@dagger.io/dagger";
import { SlipwayError } from "#pipelines/errors/errors.ts";

const variable = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A secret shorter than this is not searched for: it would blacken half the report and hide little. */
const shortest = 4;

/**
 * Holds that each secret has a name of its own. Dagger tells secrets apart by their values: two of one value both come as
 * the last of them.
 *
 * @throws SECRET_UNNAMED
 */
export async function assertDistinctNames(secrets: readonly Secret[]): Promise<void> {
  if (secrets.length < 2) return;
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
 * Gives the secrets to a container as environment variables, each named by the last part of its URI:
 * `env://API_TOKEN` and `file://secrets/API_TOKEN` both become API_TOKEN.
 *
 * @throws SECRET_UNNAMED when that part is no name for a variable.
 */
export async function withSecrets(container: Container, secrets: readonly Secret[]): Promise<Container> {
  const all = await namedSecrets(secrets);
  return all.reduce((ready, { name, secret }) => ready.withSecretVariable(name, secret), container);
}

/** Secrets for the installation, each with the variable that uv reads it from, in the same order. */
export interface InstallSecrets {
  readonly variables: string[];
  readonly secrets: Secret[];
}

/**
 * Picks the secrets that are for package indexes: those named UV_…, PIP_… and POETRY_HTTP_BASIC_….
 * https://docs.astral.sh/uv/reference/environment/
 *
 * @throws SECRET_UNNAMED when a secret has no name.
 */
export async function installSecrets(secrets: readonly Secret[]): Promise<InstallSecrets> {
  const secretsNamed = await namedSecrets(secrets);
  const chosen = new Map<string, Secret>();
  // What is named as uv has it comes last, and so before what stands for the same.
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

/** The variable that uv reads a secret from; undefined when the secret is not for an installation. */
export function installVariable(name: string): string | undefined {
  if (name === "PIP_INDEX_URL") return "UV_DEFAULT_INDEX";
  if (name === "PIP_EXTRA_INDEX_URL") return "UV_INDEX";
  const poetry = /^POETRY_HTTP_BASIC_(\w+_(?:USERNAME|PASSWORD))$/.exec(name)?.[1];
  if (poetry !== undefined) return `UV_INDEX_${poetry}`;
  return /^(?:UV|PIP)_/.test(name) ? name : undefined;
}

/** A secret, and the environment variable that it stands for. */
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

/** The name of the environment variable that a secret's URI stands for. */
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
 * Picks secrets by their names, in the order of those.
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

/**
 * Blackens the secrets in text reports. The engine does this to what a tool prints, but not to the files that it
 * writes.
 */
export async function maskReports(reports: Directory, secrets: readonly Secret[]): Promise<Directory> {
  if (secrets.length === 0) return reports;
  const values = (await Promise.all(secrets.map((secret) => secret.plaintext()))).flatMap(spellings);
  let clean = dag.directory();
  for (const file of await reports.glob("**/*")) {
    if (file.endsWith("/")) continue;
    clean = clean.withNewFile(file, masked(await reports.file(file).contents(), values));
  }
  return clean;
}

/** Replaces every one of the values by `***`, the longest first. */
export function masked(text: string, values: readonly string[]): string {
  const wanted = values.filter((value) => value.length >= shortest).sort((a, b) => b.length - a.length);
  return wanted.reduce((rest, value) => rest.replaceAll(value, "***"), text);
}

/** How a secret may stand in a report: as it is, a line of it, or escaped for XML, JSON or a URL. */
export function spellings(value: string): string[] {
  const plain = [value, value.trim(), ...value.split("\n").map((line) => line.trim())];
  const escaped = plain.flatMap((text) => [
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text),
  ]);
  return [...new Set([...plain, ...escaped, Buffer.from(value).toString("base64")])];
}
