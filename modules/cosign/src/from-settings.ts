import type { File, Secret, Service } from "@dagger.io/dagger";
import { Cosign } from "./index.ts";

/** The arguments of the constructor by name, because several have the same type. */
export interface CosignSettings {
  readonly image?: string;
  readonly base?: string;
  readonly username?: string;
  readonly password?: Secret;
  readonly ca?: File;
  readonly service?: Service;
  readonly plainHttp?: boolean;
  readonly deadline?: number;
}

/** See the constructor. */
export function cosignFrom(settings: CosignSettings): Cosign {
  return new Cosign(
    settings.image,
    settings.base,
    settings.username,
    settings.password,
    settings.ca,
    settings.service,
    settings.plainHttp,
    settings.deadline,
  );
}
