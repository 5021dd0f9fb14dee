import { spawn } from "node:child_process";
import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The user who may clone and push. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

export interface GitServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Settings of every repository: it accepts pushes and clones without blobs, and git does not check the folder's
 * owner.
 */
const settings = {
  "http.receivepack": "true",
  "uploadpack.allowFilter": "true",
  "uploadpack.allowAnySHA1InWant": "true",
  "safe.directory": "*",
  "gc.auto": "0",
  "receive.autogc": "false",
};

const longestHead = 64 * 1024;

/**
 * Serves the bare repositories of a folder over HTTP on 127.0.0.1, with git's own `git http-backend` behind Node's
 * server. Their hooks run.
 * https://git-scm.com/docs/git-http-backend
 *
 * @param root the folder with the repositories.
 * @param login the user who may read and write; default: anyone.
 * @param port default: any free port.
 */
export async function serveGit(root: string, login?: Login, port = 0): Promise<GitServer> {
  const server = createServer((request, response) => {
    if (login && !admitted(request, login)) {
      request.resume();
      response.writeHead(401, { "WWW-Authenticate": 'Basic realm="git"' }).end("log in\n");
      return;
    }
    try {
      backend(root, request, response);
    } catch {
      response.writeHead(400).end();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function admitted(request: IncomingMessage, { username, password }: Login): boolean {
  const given = request.headers.authorization ?? "";
  const wanted = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  return timingSafeEqual(sha256(given), sha256(wanted));
}

const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();

function backend(root: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? "/", "http://git");
  const { headers } = request;
  const child = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env.PATH,
      LC_ALL: "C",
      ...configured(),
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      REMOTE_USER: "git",
      REMOTE_ADDR: "127.0.0.1",
      CONTENT_TYPE: headers["content-type"] ?? "",
      ...(headers["content-length"] ? { CONTENT_LENGTH: headers["content-length"] } : {}),
      ...(headers["content-encoding"] ? { HTTP_CONTENT_ENCODING: headers["content-encoding"] } : {}),
      GIT_PROTOCOL: String(headers["git-protocol"] ?? ""),
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  // The pipe ends early if a client disconnects, or if the backend answers before it has read everything.
  child.stdin.on("error", () => {});
  request.pipe(child.stdin);
  child.once("error", () => response.writeHead(500).end());
  response.once("close", () => child.kill());
  let head = Buffer.alloc(0);
  const readHead = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0 && head.length < longestHead) return;
    child.stdout.off("data", readHead);
    const lines = head.subarray(0, Math.max(end, 0)).toString("latin1").split("\r\n");
    const fields = lines.map((line) => line.split(/:\s*/, 2) as [string, string]);
    const status = fields.find(([name]) => name.toLowerCase() === "status")?.[1];
    for (const [name, value] of fields) {
      if (name && name.toLowerCase() !== "status") response.setHeader(name, value ?? "");
    }
    response.writeHead(end < 0 ? 502 : Number.parseInt(status ?? "200", 10));
    response.write(head.subarray(end + 4));
    child.stdout.pipe(response);
  };
  child.stdout.on("data", readHead);
  child.once("close", () => response.end());
}

function configured(): Record<string, string> {
  const entries = Object.entries(settings);
  const variables = entries.flatMap(([key, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, key],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(entries.length), ...Object.fromEntries(variables) };
}
