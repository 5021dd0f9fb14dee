/** The image of the shop's only service. */
export const image = "registry.example.com/shop/orders";

/** A digest that is easy to tell in a log. */
export const digestOf = (digit: string) => `sha256:${digit.repeat(64)}`;

/** An overlay that runs one digest of the image in two Pods, with annotations for the fake node. */
export function overlay(
  environment: string,
  digest: string,
  annotations: Readonly<Record<string, string>> = {},
  progressDeadlineSeconds = 600,
): Readonly<Record<string, string>> {
  return {
    [`overlays/${environment}/kustomization.yaml`]: `resources: [orders.yaml]
images:
  - name: orders
    newName: ${image}
    newTag: "1"
    digest: ${digest}
`,
    [`overlays/${environment}/orders.yaml`]: JSON.stringify({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "orders" },
      spec: {
        replicas: 2,
        progressDeadlineSeconds,
        selector: { matchLabels: { app: "orders" } },
        template: {
          metadata: { labels: { app: "orders" }, annotations },
          spec: { containers: [{ name: "orders", image: "orders" }] },
        },
      },
    }),
  };
}

/**
 * Two environments, the second in two regions.
 *
 * @param settings further settings of the second.
 */
export function environments(server: string, repository: string, settings: object = {}): string {
  const argocd = (...applications: string[]) => ({ server, repository, applications });
  return JSON.stringify({
    environments: {
      staging: { overlays: ["overlays/staging"], argocd: argocd("shop-staging") },
      production: {
        after: "staging",
        ...settings,
        overlays: ["overlays/production"],
        argocd: argocd("shop-eu", "shop-us"),
      },
      other: { overlays: ["overlays/other"], argocd: argocd("shop-other") },
    },
  });
}
