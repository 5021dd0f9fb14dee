import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { goTool } from "../../ci/engine/go-tool.ts";
import { daemon } from "../../ci/servers/daemon.ts";
import { answering, freePort } from "../../ci/servers/port.ts";
import { type OidcIssuer, oidcIssuer } from "./oidc.ts";

const run = promisify(execFile);
const endpoints = [
  "getLogInfo",
  "getPublicKey",
  "getLogProof",
  "createLogEntry",
  "getLogEntryByIndex",
  "getLogEntryByUUID",
  "searchLogQuery",
];

/** What keyless signing needs, with nothing public: Fulcio with an authority of its own, Rekor over a log in memory, an issuer. */
export interface Sigstore {
  /** Issues to people, by their addresses. */
  readonly issuer: OidcIssuer;
  /** Issues to jobs of workflows, as GitHub does. */
  readonly workflows: OidcIssuer;
  readonly fulcio: { readonly port: number; readonly roots: string };
  readonly rekor: { readonly port: number; readonly publicKey: string };
  /** What the servers printed. */
  printed(): string;
  stop(): Promise<void>;
}

/** Starts them in a folder. Fulcio's certificates are in no certificate log. */
export async function sigstore(folder: string): Promise<Sigstore> {
  const [trillianProgram, rekorProgram, fulcioProgram] = [
    await goTool("trillian-memory"),
    await goTool("rekor"),
    await goTool("fulcio"),
  ];
  const [issuer, workflows] = [await oidcIssuer(), await oidcIssuer()];
  const [trillianPort, rekorPort, fulcioPort, grpcPort, ...spare] = await freePorts(6);
  const trillian = daemon(trillianProgram, [`127.0.0.1:${trillianPort}`], folder);
  const rekor = daemon(
    rekorProgram,
    [
      "serve",
      "--rekor_server.address=127.0.0.1",
      `--port=${rekorPort}`,
      `--trillian_log_server.port=${trillianPort}`,
      "--rekor_server.signer=memory",
      // What needs a Redis beside it.
      "--enable_retrieve_api=false",
      `--enabled_api_endpoints=${endpoints.join()}`,
    ],
    folder,
  );
  const fulcio = daemon(
    fulcioProgram,
    [
      "serve",
      ...(await authority(folder)),
      `--config-path=${await trusted(folder, { [issuer.url]: "email", [workflows.url]: "github-workflow" })}`,
      "--ct-log-url=",
      "--host=127.0.0.1",
      `--port=${fulcioPort}`,
      "--grpc-host=127.0.0.1",
      `--grpc-port=${grpcPort}`,
      `--metrics-port=${spare[0]}`,
      `--legacy-unix-domain-socket=${join(folder, "fulcio.sock")}`,
    ],
    folder,
  );
  const servers = [fulcio, rekor, trillian];
  const printed = () => servers.map((server) => server.printed()).join("\n");
  const stop = async () => {
    for (const server of [...servers, issuer, workflows]) await server.stop();
  };
  try {
    const rekorUrl = `http://127.0.0.1:${rekorPort}/api/v1/log/publicKey`;
    const fulcioUrl = `http://127.0.0.1:${fulcioPort}/api/v1/rootCert`;
    await Promise.all([answering(rekorUrl), answering(fulcioUrl)]);
    const [publicKey, roots] = await Promise.all(
      [rekorUrl, fulcioUrl].map(async (url) => (await fetch(url)).text()),
    );
    return {
      issuer,
      workflows,
      fulcio: { port: fulcioPort ?? 0, roots: roots ?? "" },
      rekor: { port: rekorPort ?? 0, publicKey: publicKey ?? "" },
      printed,
      stop,
    };
  } catch (error) {
    await stop();
    throw new Error(`Sigstore's servers do not answer: ${printed()}`, { cause: error });
  }
}

async function freePorts(count: number): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, freePort));
}

/** Makes an authority for Fulcio, and says where it is. */
async function authority(folder: string): Promise<string[]> {
  const [cert, key] = [join(folder, "fulcio.pem"), join(folder, "fulcio.key")];
  const passphrase = randomBytes(16).toString("hex");
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-passout", `pass:${passphrase}`];
  const uses = ["basicConstraints=critical,CA:TRUE,pathlen:1", "keyUsage=critical,keyCertSign,cRLSign"];
  const extensions = uses.flatMap((use) => ["-addext", use]);
  await run("openssl", [
    "req",
    "-x509",
    ...kind,
    "-days",
    "30",
    "-subj",
    "/O=slipway.test/CN=fulcio",
    ...extensions,
    "-keyout",
    key,
    "-out",
    cert,
  ]);
  const legacy = join(folder, "fulcio.ec.key");
  await run("openssl", [
    "ec",
    "-in",
    key,
    "-passin",
    `pass:${passphrase}`,
    "-aes256",
    "-passout",
    `pass:${passphrase}`,
    "-out",
    legacy,
  ]);
  return [
    "--ca=fileca",
    `--fileca-cert=${cert}`,
    `--fileca-key=${legacy}`,
    `--fileca-key-passwd=${passphrase}`,
    "--fileca-watch=false",
  ];
}

/** Says whose tokens Fulcio takes, and of which kind each issuer's are. */
async function trusted(folder: string, kinds: Readonly<Record<string, string>>): Promise<string> {
  const path = join(folder, "fulcio.json");
  const issuers = Object.entries(kinds).map(([url, kind]) => [
    url,
    { IssuerURL: url, ClientID: "sigstore", Type: kind },
  ]);
  await writeFile(path, JSON.stringify({ OIDCIssuers: Object.fromEntries(issuers) }));
  return path;
}
