import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import { findGo } from "../../ci/engine/go.ts";
import { goTool } from "../../ci/engine/go-tool.ts";

const run = promisify(execFile);
const pins = fileURLToPath(new URL("../../ci/engine/go/gitea/", import.meta.url));
const patienceMs = 120_000;

/** A real Gitea on 127.0.0.1 with one user. */
export interface Gitea {
  readonly port: number;
  /** Where git is spoken over ssh, by the user `git`. */
  readonly sshPort: number;
  readonly username: string;
  readonly password: string;
  /** The user's access token, for the API. */
  readonly token: string;
  /** Asks the API as that user; fails on a status of 400 or more. */
  api(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Makes a repository of the user's with these files on main. */
  repository(name: string, files: Readonly<Record<string, string>>): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts Gitea, built from Go modules, in a temporary folder.
 *
 * @param host the name under which clients reach it; its links bear it.
 */
export async function startGitea(host: string): Promise<Gitea> {
  const binary = await goTool("gitea");
  const go = await findGo();
  const { stdout } = await run(go.path, ["mod", "download", "-json", "code.gitea.io/gitea"], { cwd: pins });
  const templates = z.object({ Dir: z.string().min(1) }).parse(JSON.parse(stdout)).Dir;
  const home = mkdtempSync(join(tmpdir(), "slipway-gitea-"));
  const [port, sshPort] = await Promise.all([freePort(), freePort()]);
  const config = join(home, "app.ini");
  writeFileSync(config, settings(home, templates, host, { http: port, ssh: sshPort }));
  const env = {
    ...process.env,
    GITEA_WORK_DIR: home,
    GITEA_I_AM_BEING_UNSAFE_RUNNING_AS_ROOT: "true",
    HOME: home,
  };
  const gitea = (...args: string[]) => run(binary, ["--config", config, ...args], { env });
  const [username, password] = ["bot", "correct-horse-battery-1"];
  await gitea("migrate");
  await gitea(
    ...["admin", "user", "create", "--admin", "--username", username, "--password", password],
    ...["--email", "bot@example.com", "--must-change-password=false"],
  );
  const log = join(home, "log.txt");
  const output = openSync(log, "a");
  const server = spawn(binary, ["--config", config, "web"], { env, stdio: ["ignore", output, output] });
  const base = `http://127.0.0.1:${port}`;
  await ready(server, base, log);
  const basic = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const api: Gitea["api"] = async (method, path, body) => {
    const answer = await fetch(`${base}/api/v1${path}`, {
      method,
      headers: { Authorization: basic, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  };
  const made = await api("POST", `/users/${username}/tokens`, { name: "test", scopes: ["all"] });
  return {
    port,
    sshPort,
    username,
    password,
    token: z.object({ sha1: z.string() }).parse(made).sha1,
    api,
    async repository(name, files) {
      await api("POST", "/user/repos", { name, default_branch: "main" });
      const changes = Object.entries(files).map(([path, text]) => ({
        operation: "create",
        path,
        content: Buffer.from(text).toString("base64"),
      }));
      await api("POST", `/repos/${username}/${name}/contents`, {
        branch: "main",
        message: "Begin",
        files: changes,
      });
    },
    async stop() {
      const ended = new Promise((resolve) => server.once("close", resolve));
      server.kill();
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function settings(
  home: string,
  templates: string,
  host: string,
  ports: { readonly http: number; readonly ssh: number },
): string {
  return `APP_NAME = test
RUN_MODE = prod
RUN_USER = root
WORK_PATH = ${home}
[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = ${ports.http}
ROOT_URL = http://${host}/
STATIC_ROOT_PATH = ${templates}
APP_DATA_PATH = ${home}/data
START_SSH_SERVER = true
BUILTIN_SSH_SERVER_USER = git
SSH_LISTEN_HOST = 127.0.0.1
SSH_LISTEN_PORT = ${ports.ssh}
OFFLINE_MODE = true
LOCAL_ROOT_URL = http://127.0.0.1:${ports.http}/
[database]
DB_TYPE = sqlite3
PATH = ${home}/gitea.db
[repository]
ROOT = ${home}/repositories
[security]
INSTALL_LOCK = true
SECRET_KEY = for-tests-alone
PASSWORD_HASH_ALGO = pbkdf2_v1
[service]
DISABLE_REGISTRATION = true
[indexer]
ISSUE_INDEXER_TYPE = db
[cron]
ENABLED = false
[log]
LEVEL = warn
`;
}

async function ready(server: ChildProcess, base: string, log: string): Promise<void> {
  const end = Date.now() + patienceMs;
  while (server.exitCode === null && Date.now() < end) {
    const answer = await fetch(`${base}/api/v1/version`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(200);
  }
  throw new Error(`Gitea did not start:\n${readFileSync(log, "utf8").slice(-2000)}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject).listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
