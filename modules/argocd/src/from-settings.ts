import type { File, Secret, Service } from "@dagger.io/dagger";
import { Argocd } from "./index.ts";

/** The arguments of the constructor by name, because several have the same type. */
export interface ArgocdSettings {
  readonly server: string;
  readonly token: Secret;
  readonly ca?: File;
  readonly plaintext?: boolean;
  readonly service?: Service;
  readonly limit?: number;
  readonly image?: string;
  readonly base?: string;
}

/** See the constructor. */
export function argocdFrom(settings: ArgocdSettings): Argocd {
  return new Argocd(
    settings.server,
    settings.token,
    settings.ca,
    settings.plaintext,
    settings.service,
    settings.limit,
    settings.image,
    settings.base,
  );
}
