/** The namespace that Argo CD keeps its settings and Applications in. */
export const argoNamespace = "argocd";

/** The account whose token a pipeline gets. */
export const pipelineAccount = "ci";

/** All that a pipeline needs to deploy. Without `projects, get`, `argocd app sync --output json` is refused. */
const rights = `p, role:deployer, applications, get, */*, allow
p, role:deployer, applications, sync, */*, allow
p, role:deployer, applications, action/*, */*, allow
p, role:deployer, projects, get, *, allow
g, ${pipelineAccount}, role:deployer
`;

/**
 * The manifests that Argo CD needs before its first start, beside its CustomResourceDefinitions.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/
 *
 * @param certificate the API server's, both in PEM.
 */
export function argoSettings(certificate: { readonly cert: string; readonly key: string }): object[] {
  const metadata = (name: string) => ({
    name,
    namespace: argoNamespace,
    labels: { "app.kubernetes.io/part-of": "argocd" },
  });
  const map = (name: string, data: Readonly<Record<string, string>> = {}) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadata(name),
    data,
  });
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: argoNamespace } },
    map("argocd-cm", { [`accounts.${pipelineAccount}`]: "apiKey" }),
    map("argocd-rbac-cm", { "policy.csv": rights }),
    map("argocd-ssh-known-hosts-cm"),
    map("argocd-tls-certs-cm"),
    map("argocd-gpg-keys-cm"),
    { apiVersion: "v1", kind: "Secret", metadata: metadata("argocd-secret") },
    {
      apiVersion: "v1",
      kind: "Secret",
      type: "kubernetes.io/tls",
      metadata: metadata("argocd-server-tls"),
      stringData: { "tls.crt": certificate.cert, "tls.key": certificate.key },
    },
  ];
}
