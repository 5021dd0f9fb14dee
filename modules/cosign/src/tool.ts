import { createHash } from "node:crypto";
import { type Container, dag, type Secret } from "@dagger.io/dagger";
import { codedError } from "./errors.ts";
import type { Reference } from "./reference.ts";
import { publicGood, type Settings } from "./settings.ts";

export const keyPath = "/run/secrets/cosign.key";
export const tokenPath = "/run/secrets/identity-token";
export const publicKeyPath = "/input/cosign.pub";

/** cosign alone. */
export function bareTool({ image, base }: Settings): Container {
  return dag
    .container()
    .from(base)
    .withUser("0")
    .withFile("/usr/local/bin/cosign", dag.container().from(image).file("/ko-app/cosign"))
    .withDirectory("/reports", dag.directory())
    .withEnvVariable("HOME", "/root");
}

/** cosign with what it needs to reach the registry, and with what it trusts; no key of ours. */
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

/** Gives the tool the key that signs, where it is one of these. */
export function withKey({ key, passphrase }: Settings, tool: Container): Container {
  if (key === undefined) return tool;
  const locked = tool.withMountedSecret(keyPath, key);
  // Without the variable cosign would ask.
  return passphrase === undefined
    ? locked.withEnvVariable("COSIGN_PASSWORD", "")
    : locked.withSecretVariable("COSIGN_PASSWORD", passphrase);
}

/** Gives the tool what logs in at the KMS. */
export function withVariables({ variables, secrets }: Settings, tool: Container): Container {
  return secrets.reduce(
    (each, secret, index) => each.withSecretVariable(variables[index] ?? "", secret),
    tool,
  );
}

/**
 * For private addresses and .local cosign takes plain HTTP, by itself, where TLS fails, and sends the login: it meets a proxy
 * then that there is not. Servers that are named by http are meant so.
 */
function encrypted({ plainHttp, rekor, fulcio, variables }: Settings, tool: Container): Container {
  // A Vault may be reached by plain HTTP too; where it is, only its own variables say.
  if (plainHttp || variables.includes("VAULT_ADDR")) return tool;
  const open = [rekor, fulcio].filter((url) => url.startsWith("http://")).map((url) => new URL(url).hostname);
  return tool
    .withEnvVariable("HTTP_PROXY", "http://plain-http-is-refused.invalid:9")
    .withEnvVariable("NO_PROXY", open.join(","));
}

/** What is named here is not asked of Sigstore's public servers. */
function trusting({ ca, rekor, rekorKey, fulcioRoots, ctLogKey }: Settings, bare: Container): Container {
  const tool =
    ca === undefined
      ? bare
      : bare.withMountedFile("/ca/ca.pem", ca).withEnvVariable("SSL_CERT_DIR", "/ca:/etc/ssl/certs");
  // Without a log nothing public is needed, and cosign does not try to fetch it when a root is named.
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
    throw codedError("ARGUMENT_INVALID", "A username and a password belong together", "Give both or none.");
  }
  // Files and commands that secrets come from end with a line break, passwords do not.
  const plain = (await password.plaintext()).replace(/\r?\n$/, "");
  const server = /^(?:index\.)?docker\.io$/.test(registry) ? "https://index.docker.io/v1/" : registry;
  const config = JSON.stringify({ auths: { [server]: { username, password: plain } } });
  // The engine knows a secret that is set by its name: one name for one login, that answers may be found again.
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
  // Kept until the session ends: engines of 0.19 break down where a port of the caller's is bound again just as it is let go.
  const kept = await service.start();
  const own = [rekor, fulcio].filter(
    (url) => url !== "" && url !== publicGood.rekor && url !== publicGood.fulcio,
  );
  const hosts = new Set([host, ...own.map((url) => new URL(url).hostname)]);
  return [...hosts].reduce((each, name) => each.withServiceBinding(name, kept), tool);
}
