import { stringify } from "yaml";
import type { Certificate } from "./certificate.ts";

/**
 * The check of a login: an htpasswd file, or a server that issues tokens
 * (https://distribution.github.io/distribution/spec/auth/token/).
 */
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
  /** The folder with blobs and manifests. */
  readonly storage: string;
  readonly certificate: Certificate;
  readonly auth: RegistryAuth;
  /** Whether the registry refuses all writes. */
  readonly readOnly: boolean;
  /** The secret that signs the state of uploads. */
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
