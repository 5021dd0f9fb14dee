import { stringify } from "yaml";
import type { ProposedFiles } from "#pipelines/dagger/changeset.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { FoundService } from "./found-services.ts";
import { deployment, objectNames, repositoryName, service, type Workload } from "./workload.ts";

/** The folder of each environment's overlay. */
export const environments = {
  staging: "k8s/overlays/staging",
  production: "k8s/overlays/production",
} as const;

export type Environment = keyof typeof environments;

const kustomization = { apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization" };

const comments = {
  base: "# Shared by all environments. Settings of one environment are in its overlay.\n",
  deployment: `# Starting values. Set requests and limits to measured values, and probes to addresses that the service answers. Put
# values that it reads from its environment into ConfigMaps and Secrets, and name them under env.
`,
  staging: "# Follows the main branch. The pipeline writes the images, people write the rest.\n",
  production: "# Gets images from staging, by digest.\n",
} as const;

/** The services that can run: those with a Dockerfile and a name for the image. */
export function workloads(services: readonly FoundService[]): readonly Workload[] {
  const names = objectNames(services.map(({ name }) => name));
  return services.flatMap(({ container, image }, at) => {
    const name = names[at];
    return container === undefined || image === undefined || name === undefined
      ? []
      : [{ name, image, container }];
  });
}

/**
 * Writes a kustomize base and two overlays for services, each as the restricted profile of Kubernetes requires.
 * https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
 *
 * @throws ARGUMENT_INVALID when no service has both a Dockerfile and a name for its image.
 */
export function manifestFiles(services: readonly FoundService[]): ProposedFiles {
  const runs = workloads(services);
  if (runs.length === 0) {
    throw new SlipwayError(
      "ARGUMENT_INVALID",
      "--manifests needs a service with a Dockerfile and a name for its image, and the source has no such service",
      "Add --registry=REGISTRY/PATH, and a Dockerfile in the service's folder.",
    );
  }
  const files = new Map<string, string>();
  for (const run of runs) {
    files.set(`k8s/base/${run.name}-deployment.yaml`, comments.deployment + yaml(deployment(run)));
    if (run.container.port !== undefined) files.set(`k8s/base/${run.name}-service.yaml`, yaml(service(run)));
  }
  const resources = [...files.keys()].map((path) => path.slice("k8s/base/".length));
  files.set("k8s/base/kustomization.yaml", comments.base + yaml({ ...kustomization, resources }));
  const name = repositoryName(runs);
  files.set(kustomizationOf("staging"), comments.staging + yaml(overlay("staging", name, runs)));
  files.set(kustomizationOf("production"), comments.production + yaml(overlay("production", name, runs)));
  return files;
}

/** The namespace of a repository's services. */
export function namespaceOf(name: string, environment: Environment): string {
  return `${name}-${environment}`;
}

function kustomizationOf(environment: Environment): string {
  return `${environments[environment]}/kustomization.yaml`;
}

function overlay(environment: Environment, name: string, runs: readonly Workload[]): object {
  return {
    ...kustomization,
    namespace: namespaceOf(name, environment),
    resources: ["../../base"],
    labels: [
      {
        pairs: {
          "app.kubernetes.io/part-of": name,
          "app.kubernetes.io/instance": namespaceOf(name, environment),
        },
        includeTemplates: true,
      },
    ],
    ...(environment === "production" && {
      replicas: runs.map((run) => ({ name: run.name, count: 2 })),
    }),
    images: runs.map(({ image }) => ({ name: image, newTag: "unreleased" })),
  };
}

function yaml(value: object): string {
  return stringify(value, { lineWidth: 0 });
}
