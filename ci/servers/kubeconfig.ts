/** Which cluster, by whom. */
export interface KubeconfigParts {
  readonly address: string;
  /** The certificate of the authority that issued the cluster's own, in PEM. */
  readonly ca: string;
  readonly token: string;
  readonly namespace: string;
}

/**
 * The text of a kubeconfig with one cluster, one user and one context. It is JSON, which is YAML.
 * https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
 */
export function kubeconfigText({ address, ca, token, namespace }: KubeconfigParts): string {
  const cluster = { server: address, "certificate-authority-data": Buffer.from(ca).toString("base64") };
  const name = "test";
  return `${JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    "current-context": name,
  })}\n`;
}
