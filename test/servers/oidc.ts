import { generateKeyPairSync, sign } from "node:crypto";
import { createServer } from "node:http";
import { freePort } from "../../ci/servers/port.ts";

/** An issuer of OIDC tokens: discovery and keys over HTTP, tokens on demand. */
export interface OidcIssuer {
  /** Its name in tokens, and where it is found. */
  readonly url: string;
  /** Issues a token for five minutes, to an address that it calls verified. */
  token(email: string, audience?: string): string;
  /** Issues one for five minutes with these claims, for the audience sigstore unless they name another. */
  claiming(claims: Readonly<Record<string, unknown>>): string;
  stop(): Promise<void>;
}

/** Starts an issuer with a key of its own. https://openid.net/specs/openid-connect-discovery-1_0.html */
export async function oidcIssuer(): Promise<OidcIssuer> {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const answers: Readonly<Record<string, unknown>> = {
    "/.well-known/openid-configuration": {
      issuer: url,
      jwks_uri: `${url}/keys`,
      authorization_endpoint: `${url}/auth`,
      token_endpoint: `${url}/token`,
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    },
    "/keys": { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "1", use: "sig", alg: "RS256" }] },
  };
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? ""];
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const claiming: OidcIssuer["claiming"] = (claims) => {
    const now = Math.floor(Date.now() / 1000);
    const whole = { iss: url, aud: "sigstore", iat: now, exp: now + 300, ...claims };
    const text = [{ alg: "RS256", typ: "JWT", kid: "1" }, whole].map(encoded).join(".");
    return `${text}.${sign("sha256", Buffer.from(text), privateKey).toString("base64url")}`;
  };
  return {
    url,
    claiming,
    token: (email, aud = "sigstore") => claiming({ aud, sub: email, email, email_verified: true }),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
