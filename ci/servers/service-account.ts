import { generateKeyPairSync } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** https://kubernetes.io/docs/reference/access-authn-authz/rbac/#role-example */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** The manifests of a ServiceAccount that has a Role with these rules and no other rights, and of its namespace. */
export function serviceAccount(namespace: string, name: string, rules: readonly Rule[]): object[] {
  const metadata = { name, namespace };
  const api = "rbac.authorization.k8s.io";
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    { apiVersion: `${api}/v1`, kind: "Role", metadata, rules },
    {
      apiVersion: `${api}/v1`,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: api, kind: "Role", name },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    },
  ];
}

/** Makes the key by which a cluster signs the tokens of ServiceAccounts, as two files in PEM. */
export async function signingKey(folder: string): Promise<{ publicFile: string; privateFile: string }> {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const [publicFile, privateFile] = [join(folder, "public.pem"), join(folder, "private.pem")];
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(publicFile, publicKey.export({ type: "spki", format: "pem" }));
  await writeFile(privateFile, privateKey.export({ type: "sec1", format: "pem" }), { mode: 0o600 });
  return { publicFile, privateFile };
}
