import { stringify } from "yaml";
import { plain } from "../config/quote.ts";
import { repository } from "../config/release.ts";
import { SlipwayError } from "../errors.ts";
import type { Proposal } from "../proposal.ts";
import { type Environment, namespaceOf } from "./manifests.ts";

const remark =
  "# Applied once, by hand or by an app of apps: from then on the cluster follows the repository.\n";

/**
 * Writes an Argo CD Application for each environment.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml
 *
 * @param url the git repository that the cluster follows.
 * @param name what the services are called together.
 * @param overlays where the overlay of each environment lies in that repository.
 * @throws ARGUMENT_INVALID when the URL is none, or has a login in it, or when there is no overlay.
 */
export function argocdFiles(
  url: string,
  name: string,
  overlays: readonly (readonly [Environment, string])[],
): Proposal {
  if (!repository.safeParse(url).success) {
    throw new SlipwayError(
      "ARGUMENT_INVALID",
      `--argocd: ${plain(url)} is not the URL of a git repository without a password in it`,
      "Give https://HOST/PATH, ssh://HOST/PATH or git@HOST:PATH.",
    );
  }
  if (overlays.length === 0) {
    throw new SlipwayError(
      "ARGUMENT_INVALID",
      "--argocd needs an overlay called staging or production, and there is none",
      "Add --manifests, or write the overlays first.",
    );
  }
  return new Map(
    overlays.map(([environment, path]) => [
      `argocd/${environment}.yaml`,
      remark + stringify(application(url, namespaceOf(name, environment), path), { lineWidth: 0 }),
    ]),
  );
}

function application(repoURL: string, name: string, path: string): object {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name, namespace: "argocd" },
    spec: {
      project: "default",
      source: { repoURL, targetRevision: "HEAD", path },
      destination: { server: "https://kubernetes.default.svc", namespace: name },
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        syncOptions: ["CreateNamespace=true"],
        retry: { limit: 5, backoff: { duration: "10s", factor: 2, maxDuration: "3m" } },
      },
    },
  };
}
