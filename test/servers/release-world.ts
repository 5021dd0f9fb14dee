import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { $ } from "zx";
import { exampleDatabase } from "../../ci/engine/vulnerability-db.ts";
import { type BareRepository, bareRepository } from "../../ci/servers/bare-repository.ts";
import { serveGit } from "../../ci/servers/git.ts";
import { type Keys, makeKeys } from "../../ci/servers/keys.ts";
import { type RegistryServer, startRegistry } from "../../ci/servers/registry.ts";

/** What opens the servers of a world, and the key. */
export interface WorldSecrets {
  readonly git: string;
  readonly key: string;
}

/** A repository to release, and servers to release it to. */
export interface ReleaseWorld {
  readonly folder: string;
  /** What is released: a repository's folder. */
  readonly source: string;
  readonly registry: RegistryServer;
  readonly fleet: BareRepository;
  readonly keys: Keys;
  /** Adds a commit to what is released, with these files or none. */
  commit(message: string, files?: Readonly<Record<string, string>>): Promise<void>;
  /** The arguments of `dagger call NAME`, for release or release-reports. */
  arguments(name: string): readonly string[];
  /** The secrets that they name. */
  readonly env: Record<string, string>;
  close(): Promise<void>;
}

const author = ["-c", "user.name=Author", "-c", "user.email=author@example.com"];

/** The image that the released repository and the GitOps repository name. */
export const image = "registry.example.com/team/app";

/** A GitOps repository with one overlay, that runs this image. */
const manifests = (overlay: string, name: string): Readonly<Record<string, string>> => ({
  [`${overlay}/kustomization.yaml`]: `resources: [app.yaml]\nimages:\n  - {name: ${name}, newTag: "1"}\n`,
  [`${overlay}/app.yaml`]: `apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec: {template: {spec: {containers: [{name: app, image: ${name}}]}}}
`,
});

/**
 * Starts a registry and a git server in a temporary folder, and makes a key and a repository without a commit.
 *
 * @param overlay the folder of the GitOps repository that names the image.
 * @param name that image.
 */
export async function releaseWorld(
  secrets: WorldSecrets,
  overlay = "staging",
  name = image,
): Promise<ReleaseWorld> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-world-"));
  const database = dirname(await exampleDatabase());
  const registry = await startRegistry(join(folder, "registry"), { names: ["127.0.0.1"] });
  const fleet = bareRepository(manifests(overlay, name));
  const git = await serveGit(fleet.root, { username: "bot", password: secrets.git });
  const keys = await makeKeys(folder, "release", secrets.key);
  const source = join(folder, "source");
  await mkdir(source);
  const at = $({ cwd: source, quiet: true });
  await at`git init --quiet --initial-branch=main`;
  return {
    folder,
    source,
    registry,
    fleet,
    keys,
    async commit(message, files = {}) {
      for (const [name, text] of Object.entries(files)) {
        await mkdir(dirname(join(source, name)), { recursive: true });
        await writeFile(join(source, name), text);
      }
      await at`git add --all`;
      await at`git ${author} commit --quiet --allow-empty --message=${message}`;
    },
    arguments: (name) => [
      "call",
      name,
      `--git=${join(source, ".git")}`,
      `--vulnerability-db=${database}`,
      `--registry=registry.test:${registry.port}`,
      `--registry-username=${registry.username}`,
      "--registry-password=env://REGISTRY_PASSWORD",
      `--registry-ca=${registry.caFile}`,
      `--registry-service=tcp://127.0.0.1:${registry.port}`,
      `--signing-key=file://${join(folder, "release.key")}`,
      "--signing-password=env://KEY_PASSWORD",
      `--gitops-repository=http://git.test:${git.port}/fleet.git`,
      "--git-username=bot",
      "--git-password=env://FLEET_PASSWORD",
      `--git-service=tcp://127.0.0.1:${git.port}`,
    ],
    env: { REGISTRY_PASSWORD: registry.password, KEY_PASSWORD: secrets.key, FLEET_PASSWORD: secrets.git },
    async close() {
      await git.close();
      await registry.stop();
      fleet.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
