import { randomUUID } from "node:crypto";
import { type Container, dag } from "@dagger.io/dagger";
import { codedError } from "./errors.ts";
import type { Repository } from "./reference.ts";
import type { Access, Settings } from "./settings.ts";

export const crane = "/usr/local/bin/crane";

/** A registry, and how to reach it. */
export interface Reached {
  readonly at: Repository;
  readonly by: Access;
}

/** crane with everything that it needs to reach the registries: two for a copy from one to another. */
export async function toolFor(settings: Settings, reached: readonly Reached[]): Promise<Container> {
  const bare = dag
    .container()
    .from(settings.base)
    .withUser("0")
    .withFile(crane, dag.container().from(settings.image).file("/ko-app/crane"))
    .withDirectory("/reports", dag.directory());
  const trusting = reached.reduce(
    (tool, { by }, at) => {
      return by.ca === undefined ? tool : tool.withMountedFile(`/ca/${at}.pem`, by.ca);
    },
    bare.withEnvVariable("SSL_CERT_DIR", "/ca:/etc/ssl/certs"),
  );
  let bound = trusting;
  for (const { at, by } of reached) {
    // Started here, so that it runs until the session ends: an engine 0.19 crashes when a port of the caller is bound again
    // at the moment of its release.
    if (by.service !== undefined) bound = bound.withServiceBinding(at.host, await by.service.start());
  }
  return loggedIn(encrypted(bound, reached), reached);
}

/** Whether crane must work without TLS. */
export function insecure(reached: readonly Reached[]): boolean {
  return reached.some(({ by }) => by.plainHttp);
}

// For private addresses and .local, crane falls back to plain HTTP if TLS fails. This proxy does not exist, so that the
// fallback fails.
function encrypted(tool: Container, reached: readonly Reached[]): Container {
  const nowhere = "http://plain-http-is-refused.invalid:9";
  return insecure(reached) ? tool : tool.withEnvVariable("HTTP_PROXY", nowhere);
}

async function loggedIn(tool: Container, reached: readonly Reached[]): Promise<Container> {
  const logins = await Promise.all(reached.map(login));
  const auths = Object.fromEntries(logins.flat());
  if (Object.keys(auths).length === 0) return tool;
  const secret = dag.setSecret(`registry-login-${randomUUID()}`, JSON.stringify({ auths }));
  return tool.withMountedSecret("/login/config.json", secret).withEnvVariable("DOCKER_CONFIG", "/login");
}

async function login({ at, by }: Reached): Promise<[string, { username: string; password: string }][]> {
  const { username, password } = by;
  if (username === "" && password === undefined) return [];
  if (username === "" || password === undefined) {
    throw codedError(
      "ARGUMENT_INVALID",
      `the login for ${at.registry} has only one of username and password`,
      "Pass --username and --password, or neither.",
    );
  }
  // A secret from a file or a command ends with a line break; a password does not.
  const plain = (await password.plaintext()).replace(/\r?\n$/, "");
  const server = /^(?:index\.)?docker\.io$/.test(at.registry) ? "https://index.docker.io/v1/" : at.registry;
  return [[server, { username, password: plain }]];
}
