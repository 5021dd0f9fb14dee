import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { $ } from "zx";
import { cacheDir } from "./engine/cache.ts";
import { goTool } from "./engine/go-tool.ts";
import { type GitServer, type Login, serveGit } from "./servers/git.ts";
import { makeKeys } from "./servers/keys.ts";
import { findRegistry, type RegistryServer, startRegistry } from "./servers/registry.ts";

/** A registry, a GitOps repository and a key on this machine, for releases of the example. */
export interface Playground {
  /** The arguments for `dagger call` in addition to its own. */
  readonly arguments: readonly string[];
  /** The secrets that the arguments name. */
  readonly environment: Readonly<Record<string, string>>;
  /** A list of the places, for people. */
  readonly places: string;
  /** Ends everything that lives only as long as the call. The registry keeps running. */
  close(): Promise<void>;
}

const host = "registry.test";
const manifests = fileURLToPath(new URL("../test/fixtures/shop/k8s", import.meta.url));
const author = ["-c", "user.name=Playground", "-c", "user.email=playground@example.com"];

const folder = (...path: readonly string[]): string => join(cacheDir(), "playground", ...path);

/** Whether a call needs the playground: it releases or verifies, and names no place of its own. */
export function isForPlayground([name, ...rest]: readonly string[]): boolean {
  const says = (...options: readonly string[]) =>
    rest.some((each) => options.some((option) => each === option || each.startsWith(`${option}=`)));
  if (says("--help", "-h")) return false;
  if (name === "release" || name === "release-reports") return !says("--git", "--registry");
  return name === "verify" && !says("--keys", "--identities");
}

/**
 * Starts everything that a call needs, or finds it. Earlier releases stay there. Fails with the errors of the
 * registry, of cosign and of git.
 *
 * @param name the function that is called.
 */
export async function openPlayground(name: string): Promise<Playground> {
  const registry = await startRegistry(folder("registry"), {
    host,
    names: ["127.0.0.1"],
    authority: folder("authority"),
    detached: true,
  });
  const key = await signingKey();
  const access = [
    `--registry-username=${registry.username}`,
    "--registry-password=env://PLAYGROUND_REGISTRY_PASSWORD",
    `--registry-ca=${registry.caFile}`,
    `--registry-service=tcp://127.0.0.1:${registry.port}`,
  ];
  const environment = { PLAYGROUND_REGISTRY_PASSWORD: registry.password };
  if (name === "verify") {
    const close = async () => {};
    return { arguments: [`--keys=${key.publicFile}`, ...access], environment, places: "", close };
  }
  const repository = await gitopsRepository();
  const places = await placesOf(registry, repository, key.publicFile);
  const login = { username: "playground", password: randomBytes(18).toString("base64url") };
  const git = await serveGit(folder("git"), login);
  return {
    arguments: [
      "--git=.git",
      `--registry=${host}:${registry.port}`,
      ...access,
      `--signing-key=file://${key.privateFile}`,
      "--signing-password=env://PLAYGROUND_SIGNING_PASSWORD",
      ...gitArguments(git, login),
    ],
    environment: {
      ...environment,
      PLAYGROUND_SIGNING_PASSWORD: key.password,
      PLAYGROUND_GIT_PASSWORD: login.password,
    },
    places,
    close: () => git.close(),
  };
}

/** Ends the playground's registry, if it runs. */
export async function stopPlayground(): Promise<void> {
  await (await findRegistry(folder("registry")))?.stop();
}

function gitArguments({ port }: GitServer, { username }: Login): readonly string[] {
  return [
    `--gitops-repository=http://git.test:${port}/deploy.git`,
    `--git-username=${username}`,
    "--git-password=env://PLAYGROUND_GIT_PASSWORD",
    `--git-service=tcp://127.0.0.1:${port}`,
  ];
}

interface SigningKey {
  readonly privateFile: string;
  readonly publicFile: string;
  readonly password: string;
}

async function signingKey(): Promise<SigningKey> {
  const passwordFile = folder("key", "password");
  const files = { privateFile: folder("key", "cosign.key"), publicFile: folder("key", "cosign.pub") };
  if (!existsSync(files.publicFile)) {
    // An interrupted start may have left a private key without its public key.
    await rm(files.privateFile, { force: true });
    await mkdir(folder("key"), { recursive: true, mode: 0o700 });
    const password = randomBytes(18).toString("base64url");
    await writeFile(passwordFile, password, { mode: 0o600 });
    await makeKeys(folder("key"), "cosign", password);
  }
  return { ...files, password: await readFile(passwordFile, "utf8") };
}

/** A bare repository. At first, its branch main has the example's manifests in one commit. */
async function gitopsRepository(): Promise<string> {
  const path = folder("git", "deploy.git");
  if (existsSync(join(path, "refs", "heads", "main"))) return path;
  await mkdir(folder("git"), { recursive: true, mode: 0o700 });
  await $({ quiet: true })`git init --quiet --bare --initial-branch=main ${path}`;
  const git = $({
    quiet: true,
    cwd: manifests,
    env: { ...process.env, GIT_DIR: path, GIT_WORK_TREE: manifests },
  });
  await git`git add --all .`;
  await git`git ${author} commit --quiet --message=${"Deploy 1.4.0"}`;
  return path;
}

async function placesOf(registry: RegistryServer, repository: string, publicKey: string): Promise<string> {
  const rows = [
    ["registry", `127.0.0.1:${registry.port}, user ${registry.username}, until npm run engine -- stop`],
    ["its password", folder("registry", "password")],
    ["its authority", registry.caFile],
    ["public key", publicKey],
    ["GitOps", repository],
    ["crane", await goTool("crane")],
    ["cosign", await goTool("cosign")],
  ];
  return `\nplayground:\n${rows.map(([what = "", where]) => `  ${what.padEnd(15)}${where}`).join("\n")}\n`;
}
