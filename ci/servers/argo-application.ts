import { argoNamespace } from "./argo-settings.ts";

export interface ArgoApplication {
  readonly name: string;
  /** The URL of a Git repository, as Argo CD reaches it. */
  readonly repository: string;
  /** The folder in it with the manifests. */
  readonly path: string;
  /** A branch, tag or commit; default: main. */
  readonly revision?: string;
  /** Where its resources go; made by the first sync. Default: the Application's name. */
  readonly namespace?: string;
  /** Whether Argo CD syncs by itself, and undoes changes by hand; default: manual. */
  readonly sync?: "manual" | "automated";
}

/**
 * The manifest of an Application in the cluster that Argo CD runs in.
 * https://argo-cd.readthedocs.io/en/stable/user-guide/application-specification/
 */
export function argoApplication({
  name,
  repository,
  path,
  revision = "main",
  namespace = name,
  sync = "manual",
}: ArgoApplication): object {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name, namespace: argoNamespace },
    spec: {
      project: "default",
      source: { repoURL: repository, path, targetRevision: revision },
      destination: { server: "https://kubernetes.default.svc", namespace },
      syncPolicy: {
        syncOptions: ["CreateNamespace=true"],
        ...(sync === "automated" ? { automated: { prune: true, selfHeal: true } } : {}),
      },
    },
  };
}

/**
 * The manifest by which Argo CD logs in to a Git repository.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#repositories
 */
export function argoRepository(
  name: string,
  url: string,
  login: { readonly username: string; readonly password: string },
): object {
  const labels = { "argocd.argoproj.io/secret-type": "repository" };
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace: argoNamespace, labels },
    stringData: { type: "git", url, ...login },
  };
}
