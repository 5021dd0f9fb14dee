import { stringify } from "yaml";
import { repository } from "#pipelines/config/release.ts";
import type { ProposedFiles } from "#pipelines/dagger/changeset.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { plain } from "#pipelines/text/quote.ts";
import type { TrackedEnvironment } from "./environments.ts";

const comment =
  "# Apply this once, by hand or with an app of apps. After that, the cluster follows the repository.\n";

/**
 * Writes an Argo CD Application for each overlay.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml
 *
 * @param url the git repository that the cluster follows.
 * @param branch its branch. HEAD would be that of the repository's settings, which no file tells.
 * @throws ARGUMENT_INVALID when the URL is not valid, or contains a login.
 */
export function argocdFiles(
  url: string,
  branch: string,
  overlays: readonly TrackedEnvironment[],
): ProposedFiles {
  if (!repository.safeParse(url).success) {
    throw new SlipwayError(
      "ARGUMENT_INVALID",
      `--argocd=${plain(url)}: not the URL of a git repository, or contains a password`,
      "Pass https://HOST/PATH, ssh://HOST/PATH or git@HOST:PATH.",
    );
  }
  return new Map(
    overlays.map((overlay) => [
      `argocd/${overlay.label}.yaml`,
      comment + stringify(application(url, branch, overlay), { lineWidth: 0 }),
    ]),
  );
}

function application(
  repoURL: string,
  targetRevision: string,
  { name, path, namespace }: TrackedEnvironment,
): object {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name, namespace: "argocd" },
    spec: {
      project: "default",
      source: { repoURL, targetRevision, path },
      destination: { server: "https://kubernetes.default.svc", namespace },
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        syncOptions: ["CreateNamespace=true"],
        retry: { limit: 5, backoff: { duration: "10s", factor: 2, maxDuration: "3m" } },
      },
    },
  };
}
