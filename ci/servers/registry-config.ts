import { stringify } from "yaml";
import type { Certificate } from "./certificate.ts";

/** Who may do what: a file of htpasswd, or a server that gives tokens out (https://distribution.github.io/distribution/spec/auth/token/). */
export type RegistryAuth =
  | { readonly htpasswd: string }
  | {
      readonly realm: string;
      readonly service: string;
      readonly issuer: string;
      readonly rootcertbundle: string;
    };

export interface RegistryConfig {
  readonly port: number;
  /** The folder that blobs and manifests are kept in. */
  readonly storage: string;
  readonly certificate: Certificate;
  readonly auth: RegistryAuth;
  /** Refuses everything that writes. */
  readonly readOnly: boolean;
  /** What it signs the state of uploads with. */
  readonly secret: string;
}

/** The configuration of a registry. https://distribution.github.io/distribution/about/configuration/ */
export function registryConfig(config: RegistryConfig): string {
  const { certificate, auth } = config;
  return stringify({
    version: 0.1,
    log: { level: "info", formatter: "text", accesslog: { disabled: false } },
    storage: {
      filesystem: { rootdirectory: config.storage },
      delete: { enabled: true },
      maintenance: { uploadpurging: { enabled: false }, readonly: { enabled: config.readOnly } },
    },
    http: {
      addr: `127.0.0.1:${config.port}`,
      secret: config.secret,
      tls: { certificate: certificate.certFile, key: certificate.keyFile },
    },
    auth: "htpasswd" in auth ? { htpasswd: { realm: "registry", path: auth.htpasswd } } : { token: auth },
  });
}
