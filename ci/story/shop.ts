import { cpSync } from "node:fs";
import { appendFile, readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";
import { $ } from "zx";
import type { BareRepository } from "../servers/bare-repository.ts";

const shop = fileURLToPath(new URL("../../test/fixtures/shop", import.meta.url));
const services = ["orders", "notifier"];
const author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];

/** The environments of the story, in the order of its promotions. */
export const environments = ["staging", "eu", "us"] as const;

/** The repository of the example's code. */
export interface ShopSource {
  readonly folder: string;
  /** Commits a change of the service orders. */
  change(message: string): Promise<void>;
}

/** Copies the example into a folder, as a repository with one commit. */
export async function shopSource(folder: string): Promise<ShopSource> {
  cpSync(shop, folder, { recursive: true });
  const at = $({ cwd: folder, quiet: true });
  const commit = async (message: string) => {
    await at`git add --all`;
    await at`git ${author} commit --quiet --message=${message}`;
  };
  await at`git init --quiet --initial-branch=main`;
  await commit("Take orders");
  return {
    folder,
    async change(message) {
      await appendFile(join(folder, "services/orders/src/orders/pricing.py"), `\n\n# ${message}\n`);
      await commit(message);
    },
  };
}

/**
 * The files of the GitOps repository: an overlay for each environment, and slipway.yaml with what production asks for.
 *
 * @param registry HOST:PORT of the images.
 * @param argocd HOST:PORT of Argo CD, and the repository's URL as that knows it.
 * @param prometheus its URL, and the login's name.
 * @param publicKey verifies the images, in PEM.
 */
export async function gitopsFiles(
  registry: string,
  argocd: { readonly server: string; readonly repository: string },
  prometheus: { readonly url: string; readonly username: string },
  publicKey: string,
): Promise<Readonly<Record<string, string>>> {
  const images = services.map((name) => ({
    name: `registry.example.com/shop/${name}`,
    newName: `${registry}/shop/${name}`,
    newTag: "1.4.0",
  }));
  const overlays = environments.map((name) => [
    `overlays/${name}/kustomization.yaml`,
    JSON.stringify({ namespace: `shop-${name}`, resources: ["../../base"], images }, undefined, 2),
  ]);
  const place = (name: string) => ({
    overlays: [`overlays/${name}`],
    argocd: { ...argocd, applications: [`shop-${name}`] },
  });
  const production = (name: string, after: string) => ({
    after,
    ...place(name),
    evidence: { keys: ["cosign.pub"] },
    confirm: {
      delay: "0s",
      for: "10s",
      every: "1s",
      queries: [
        {
          name: "error rate",
          prometheus: prometheus.url,
          query: `error_ratio{environment="${name}"}`,
          max: 0.01,
          minSamples: 5,
          username: prometheus.username,
          token: "PROMETHEUS_PASSWORD",
        },
      ],
    },
    rollback: { onFailed: true },
  });
  const stages = {
    staging: place("staging"),
    eu: production("eu", "staging"),
    us: production("us", "eu"),
  };
  return {
    ...Object.fromEntries(overlays),
    ...(await filesBelow(join(shop, "k8s"), "base")),
    "cosign.pub": publicKey,
    "slipway.yaml": JSON.stringify({ environments: stages }, undefined, 2),
  };
}

/** The digest of the service orders that an environment has in Git. */
export function ordersIn(fleet: BareRepository, environment: string): string | undefined {
  const text = fleet.git("show", `main:overlays/${environment}/kustomization.yaml`);
  const { images } = overlay.parse(parse(text));
  return images.find(({ newName }) => newName.endsWith("/shop/orders"))?.digest;
}

const overlay = z.object({
  images: z.array(z.object({ newName: z.string(), digest: z.string().optional() })),
});

async function filesBelow(root: string, folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const texts = await Promise.all(paths.map((path) => readFile(path, "utf8")));
  return Object.fromEntries(paths.map((path, at) => [relative(root, path), texts[at] ?? ""]));
}
