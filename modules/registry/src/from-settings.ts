import type { File, Secret, Service } from "@dagger.io/dagger";
import { Registry } from "./index.ts";

/** The arguments of the constructor by name, because several have the same type. */
export interface RegistrySettings {
  readonly image?: string;
  readonly base?: string;
  readonly username?: string;
  readonly password?: Secret;
  readonly ca?: File;
  readonly service?: Service;
  readonly plainHttp?: boolean;
  readonly deadline?: number;
  readonly timeout?: number;
}

/** See the constructor. */
export function registryFrom(settings: RegistrySettings): Registry {
  return new Registry(
    settings.image,
    settings.base,
    settings.username,
    settings.password,
    settings.ca,
    settings.service,
    settings.plainHttp,
    settings.deadline,
    settings.timeout,
  );
}
