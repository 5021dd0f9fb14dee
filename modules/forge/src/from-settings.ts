import type { File, Secret, Service } from "@dagger.io/dagger";
import { Forge } from "./index.ts";

/** The arguments of the constructor by name, because several have the same type. */
export interface ForgeSettings {
  readonly kind: string;
  readonly api: string;
  readonly repository: string;
  readonly token: Secret;
  readonly image?: string;
  readonly ca?: File;
  readonly service?: Service;
  readonly deadline?: number;
}

/** See the constructor. */
export function forgeFrom(settings: ForgeSettings): Forge {
  return new Forge(
    settings.kind,
    settings.api,
    settings.repository,
    settings.token,
    settings.image,
    settings.ca,
    settings.service,
    settings.deadline,
  );
}
