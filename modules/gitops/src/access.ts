import type { Container, File, Secret, Service } from "@dagger.io/dagger";
import type { Author } from "./author.ts";
import { configOf } from "./git-config.ts";
import type { Location } from "./location.ts";

/** How a repository is reached, and what signs its commits. */
export interface Access {
  readonly username: string;
  readonly password: Secret | undefined;
  readonly sshKey: Secret | undefined;
  readonly knownHosts: File | undefined;
  readonly ca: File | undefined;
  readonly signingKey: Secret | undefined;
  readonly signingFormat: string;
  readonly passphrase: Secret | undefined;
  readonly service: Service | undefined;
}

/**
 * Adds the credentials for a repository to a container, and a variable that keeps the engine from reusing an earlier
 * run. Only a committer gets the key that signs.
 */
export async function openedFor(
  access: Access,
  location: Location,
  container: Container,
  run: string,
  committer?: Author,
): Promise<Container> {
  const { scheme, host } = location;
  const http = scheme === "http" || scheme === "https";
  const secrets: [string, Secret | undefined][] = [
    ["password", http ? access.password : undefined],
    ["ssh-key", scheme === "ssh" ? access.sshKey : undefined],
    ["signing-key", committer && access.signingKey],
    ["passphrase", committer && access.passphrase],
  ];
  let open = container
    .withMountedTemp("/scratch")
    .withNewFile("/slipway/gitconfig", configOf(location, access, committer))
    .withEnvVariable("SLIPWAY_RUN", run);
  for (const [name, secret] of secrets) {
    if (secret) open = open.withMountedSecret(`/run/secrets/${name}`, secret);
  }
  if (access.ca) open = open.withMountedFile("/run/slipway/ca.pem", access.ca);
  if (access.knownHosts) open = open.withMountedFile("/run/slipway/known-hosts", access.knownHosts);
  // Started here, so that it runs until the session ends: an engine 0.19 crashes when a port of the caller is bound again
  // at the moment of its release.
  return access.service ? open.withServiceBinding(host, await access.service.start()) : open;
}
