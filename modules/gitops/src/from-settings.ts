import type { File, Secret, Service } from "@dagger.io/dagger";
import { Gitops } from "./index.ts";

/** The arguments of the constructor by name, because several have the same type. */
export interface GitopsSettings {
  readonly image?: string;
  readonly username?: string;
  readonly password?: Secret;
  readonly sshKey?: Secret;
  readonly knownHosts?: File;
  readonly ca?: File;
  readonly signingKey?: Secret;
  readonly signingFormat?: string;
  readonly passphrase?: Secret;
  readonly service?: Service;
  readonly deadline?: number;
}

/** See the constructor. */
export function gitopsFrom(settings: GitopsSettings): Gitops {
  return new Gitops(
    settings.image,
    settings.username,
    settings.password,
    settings.sshKey,
    settings.knownHosts,
    settings.ca,
    settings.signingKey,
    settings.signingFormat,
    settings.passphrase,
    settings.service,
    settings.deadline,
  );
}
