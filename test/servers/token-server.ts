import { sign, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:https";
import { join } from "node:path";
import { authority, type Certificate, issue } from "../../ci/servers/certificate.ts";
import type { RegistryAuth } from "../../ci/servers/registry-config.ts";

/** Who may do what in every repository. */
export interface User {
  readonly username: string;
  readonly password: string;
  readonly actions: readonly ("pull" | "push")[];
}

export interface TokenServer {
  readonly port: number;
  /** What the registry is started with, so that it takes this server's tokens. */
  readonly auth: RegistryAuth;
  /** The scopes that were asked for, with who asked. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

const [service, issuer] = ["registry", "tokens"];

/**
 * Gives tokens out to users of a registry, as the public registries do. A registry that it is named to checks their
 * signature and what they allow by itself.
 * https://distribution.github.io/distribution/spec/auth/jwt/
 *
 * @param host the name that the registry's clients reach it by
 */
export async function startTokenServer(
  folder: string,
  host: string,
  certificate: Certificate,
  users: readonly User[],
): Promise<TokenServer> {
  const signer = join(folder, "signer");
  const by = await authority(signer);
  const { certFile, keyFile } = await issue(by, signer, [issuer]);
  const key = await readFile(keyFile);
  const x5c = [new X509Certificate(await readFile(certFile)).raw.toString("base64")];

  const asked: string[] = [];
  const token = (user: User, scopes: readonly string[]): string => {
    const now = Math.floor(Date.now() / 1000);
    const access = scopes.map((scope) => {
      const [type, name, actions = ""] = scope.split(":");
      return {
        type,
        name,
        actions: actions.split(",").filter((each) => user.actions.some((may) => may === each)),
      };
    });
    const header = { alg: "ES256", typ: "JWT", x5c };
    const claims = {
      iss: issuer,
      sub: user.username,
      aud: service,
      nbf: now - 10,
      iat: now,
      exp: now + 300,
      access,
    };
    const body = [header, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    const signature = sign("sha256", Buffer.from(body), { key, dsaEncoding: "ieee-p1363" });
    return `${body}.${signature.toString("base64url")}`;
  };

  const server = createServer(
    { cert: await readFile(certificate.certFile), key: await readFile(certificate.keyFile) },
    (request, response) => {
      const login = Buffer.from(
        (request.headers.authorization ?? "").replace(/^Basic /, ""),
        "base64",
      ).toString();
      const user = users.find(({ username, password }) => login === `${username}:${password}`);
      if (!user) {
        response.writeHead(401).end();
        return;
      }
      const url = new URL(request.url ?? "/", `https://${host}`);
      const scopes = url.searchParams.getAll("scope").flatMap((scope) => scope.split(" "));
      asked.push(...scopes.map((scope) => `${user.username} ${scope}`));
      response
        .setHeader("Content-Type", "application/json")
        .end(JSON.stringify({ token: token(user, scopes) }));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return {
    port,
    auth: { realm: `https://${host}:${port}/token`, service, issuer, rootcertbundle: by.certFile },
    asked,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
