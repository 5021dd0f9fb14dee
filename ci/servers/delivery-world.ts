import { argoApplication } from "./argo-application.ts";
import { type ArgoCd, startArgoCd } from "./argo-cd.ts";
import { type BareRepository, bareRepository } from "./bare-repository.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { type GitServer, serveGit } from "./git.ts";
import { until } from "./until.ts";

/** Texts by their paths. */
type Files = Readonly<Record<string, string>>;

/** A GitOps repository, and an Argo CD that brings it to a cluster. */
export interface DeliveryWorld {
  readonly fleet: BareRepository;
  readonly git: GitServer;
  readonly argo: ArgoCd;
  readonly cluster: Cluster;
  /** The repository's URL, as containers reach it. */
  readonly url: string;
  /** The same, as Argo CD reaches it. */
  readonly urlOfArgo: string;
  /** Makes Applications that follow folders and synchronise by themselves, and waits until they have Pods. */
  follow(paths: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts everything, with these files on the branch main. Without a time limit.
 *
 * @param files gets the server as containers reach it, and the repository as Argo CD does.
 */
export async function deliveryWorld(
  files: (server: string, repository: string) => Files | Promise<Files>,
): Promise<DeliveryWorld> {
  const cluster = await startCluster();
  const argo = await startArgoCd(cluster, { reconciliation: 3600 });
  const fleet = bareRepository({});
  const git = await serveGit(fleet.root);
  const urlOfArgo = `http://127.0.0.1:${git.port}/fleet.git`;
  fleet.commit(await files(argo.addressInContainers, urlOfArgo), "Begin");
  return {
    fleet,
    git,
    argo,
    cluster,
    url: `http://git.test:${git.port}/fleet.git`,
    urlOfArgo,
    async follow(paths) {
      for (const [name, path] of Object.entries(paths))
        await cluster.apply(argoApplication({ name, repository: urlOfArgo, path, sync: "automated" }));
      for (const name of Object.keys(paths)) {
        const pods = ["get", "pods", `--namespace=${name}`, "--output=name"];
        await until(async () => (await cluster.kubectl(...pods)) !== "", argo.servers);
      }
    },
    async close() {
      await git.close();
      fleet.remove();
      await argo.close();
      await cluster.close();
    },
  };
}
