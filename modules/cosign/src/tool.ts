import { createHash } from "node:crypto";
import { type Container, dag, type Secret } from "@dagger.io/dagger";
import { codedError } from "./errors.ts";
import type { Reference } from "./reference.ts";
import { publicGood, type Settings } from "./settings.ts";

export const keyPath = "/run/secrets/cosign.key";
export const tokenPath = "/run/secrets/identity-token";
export const publicKeyPath = "/input/cosign.pub";

/** cosign without credentials. */
export function bareTool({ image, base }: Settings): Container {
  return dag
    .container()
    .from(base)
    .withUser("0")
    .withFile("/usr/local/bin/cosign", dag.container().from(image).file("/ko-app/cosign"))
    .withDirectory("/reports", dag.directory())
    .withEnvVariable("HOME", "/root");
}

/** cosign with the registry's login and the certificates that it trusts, without a key. */
export async function toolFor(settings: Settings, { registry, host }: Reference): Promise<Container> {
  return bound(
    settings,
    host,
    encrypted(settings, trusting(settings, await loggedIn(settings, registry, bareTool(settings)))),
  );
}

/** The same with the key, the KMS's login or the token that signs. */
export async function signingTool(settings: Settings, reference: Reference): Promise<Container> {
  const tool = await toolFor(settings, reference);
  if (settings.kms !== "") return withVariables(settings, tool);
  if (settings.token !== undefined) return tool.withMountedSecret(tokenPath, settings.token);
  return withKey(settings, tool);
}

/** Adds the key that signs, if a key signs. */
export function withKey({ key, passphrase }: Settings, tool: Container): Container {
  if (key === undefined) return tool;
  const locked = tool.withMountedSecret(keyPath, key);
  // Without this variable cosign would ask for the passphrase.
  return passphrase === undefined
    ? locked.withEnvVariable("COSIGN_PASSWORD", "")
    : locked.withSecretVariable("COSIGN_PASSWORD", passphrase);
}

/** Adds the variables that log in at the KMS. */
export function withVariables({ variables, secrets }: Settings, tool: Container): Container {
  return secrets.reduce(
    (each, secret, index) => each.withSecretVariable(variables[index] ?? "", secret),
    tool,
  );
}

/**
 * Keeps cosign from plain HTTP. For private addresses and .local, cosign falls back to it if TLS fails, and then
 * sends the login. This proxy does not exist, so that the fallback fails. Servers with an http address are exempt.
 */
function encrypted({ plainHttp, rekor, fulcio, variables }: Settings, tool: Container): Container {
  // A Vault may use plain HTTP too, and only its own variables tell its address.
  if (plainHttp || variables.includes("VAULT_ADDR")) return tool;
  const open = [rekor, fulcio].filter((url) => url.startsWith("http://")).map((url) => new URL(url).hostname);
  return tool
    .withEnvVariable("HTTP_PROXY", "http://plain-http-is-refused.invalid:9")
    .withEnvVariable("NO_PROXY", open.join(","));
}

/** Adds the certificates and keys that cosign trusts, so that it does not ask Sigstore's public servers for them. */
function trusting({ ca, rekor, rekorKey, fulcioRoots, ctLogKey }: Settings, bare: Container): Container {
  const tool =
    ca === undefined
      ? bare
      : bare.withMountedFile("/ca/ca.pem", ca).withEnvVariable("SSL_CERT_DIR", "/ca:/etc/ssl/certs");
  // Without a log cosign needs no public keys, and it does not fetch them if a root is set.
  const offline = rekor === "" ? tool.withEnvVariable("SIGSTORE_ROOT_FILE", "/dev/null") : tool;
  const files = [
    ["SIGSTORE_ROOT_FILE", fulcioRoots],
    ["SIGSTORE_REKOR_PUBLIC_KEY", rekorKey],
    ["SIGSTORE_CT_LOG_PUBLIC_KEY_FILE", ctLogKey],
  ] as const;
  return files.reduce((each, [name, file]) => {
    if (file === undefined) return each;
    return each.withMountedFile(`/trust/${name}`, file).withEnvVariable(name, `/trust/${name}`);
  }, offline);
}

async function loggedIn(settings: Settings, registry: string, tool: Container): Promise<Container> {
  const { username, password } = settings;
  if (username === "" && password === undefined) return tool;
  if (username === "" || password === undefined) {
    throw codedError(
      "ARGUMENT_INVALID",
      `the login for ${registry} has only one of username and password`,
      "Pass --username and --password, or neither.",
    );
  }
  // A secret from a file or a command ends with a line break; a password does not.
  const plain = (await password.plaintext()).replace(/\r?\n$/, "");
  const server = /^(?:index\.)?docker\.io$/.test(registry) ? "https://index.docker.io/v1/" : registry;
  const config = JSON.stringify({ auths: { [server]: { username, password: plain } } });
  // The engine knows such a secret by its name. One name for each login, so that it can reuse answers.
  const own = createHash("sha256")
    .update(`${server}\n${username}\n${await password.id()}`)
    .digest("hex");
  const secret: Secret = dag.setSecret(`docker-config-${own}`, config);
  return tool.withMountedSecret("/login/config.json", secret).withEnvVariable("DOCKER_CONFIG", "/login");
}

async function bound(
  { service, rekor, fulcio }: Settings,
  host: string,
  tool: Container,
): Promise<Container> {
  if (service === undefined) return tool;
  // Started here, so that it runs until the session ends: an engine 0.19 crashes when a port of the caller is bound again
  // at the moment of its release.
  const kept = await service.start();
  const own = [rekor, fulcio].filter(
    (url) => url !== "" && url !== publicGood.rekor && url !== publicGood.fulcio,
  );
  const hosts = new Set([host, ...own.map((url) => new URL(url).hostname)]);
  return [...hosts].reduce((each, name) => each.withServiceBinding(name, kept), tool);
}
