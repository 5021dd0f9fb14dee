import { randomUUID } from "node:crypto";
import { type Container, dag } from "@dagger.io/dagger";
import { codedError } from "./errors.ts";
import type { Repository } from "./reference.ts";
import type { Access, Settings } from "./settings.ts";

export const crane = "/usr/local/bin/crane";

/** A registry and how it is reached. */
export interface Reached {
  readonly at: Repository;
  readonly by: Access;
}

/** crane with what it needs to reach registries: two of them for a copy from one to another. */
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
    // Kept until the session ends: engines of 0.19 break down where a port of the caller's is bound again just as it is let go.
    if (by.service !== undefined) bound = bound.withServiceBinding(at.host, await by.service.start());
  }
  return loggedIn(encrypted(bound, reached), reached);
}

/** Whether crane is told to do without TLS. */
export function insecure(reached: readonly Reached[]): boolean {
  return reached.some(({ by }) => by.plainHttp);
}

// For private addresses and .local crane takes plain HTTP, by itself, where TLS fails: it meets this proxy then.
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
      `A username and a password belong together, and ${at.registry} is given one of them`,
      "Give both or none.",
    );
  }
  // Files and commands that secrets come from end with a line break, passwords do not.
  const plain = (await password.plaintext()).replace(/\r?\n$/, "");
  const server = /^(?:index\.)?docker\.io$/.test(at.registry) ? "https://index.docker.io/v1/" : at.registry;
  return [[server, { username, password: plain }]];
}
