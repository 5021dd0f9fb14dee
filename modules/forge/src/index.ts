import { randomUUID } from "node:crypto";
import { Container, dag, File, func, object, ReturnType, Secret, Service } from "@dagger.io/dagger";
import { codedError, shown } from "./errors.ts";
import { type Kind, kindOf, pageIn } from "./kind.ts";

/** Pinned here only. */
export const pins = { image: "curlimages/curl:8.14.1" };

/** Sends one request and prints the status only. The token goes from its mount into a file that no layer keeps. */
const script = String.raw`set -eu
if [ -e /run/slipway/ca.pem ]; then
  cat /etc/ssl/certs/ca-certificates.crt /run/slipway/ca.pem > /scratch/ca.pem
  set -- --cacert /scratch/ca.pem "$@"
fi
printf 'Authorization: Bearer %s\n' "$(cat /run/secrets/token)" > /scratch/header
exec curl --silent --show-error --proto '=http,https' --max-time 60 --max-filesize 16777216 \
  --retry 20 --retry-max-time "$DEADLINE" --retry-all-errors \
  --header @/scratch/header --header 'Accept: application/json' --header 'User-Agent: slipway' \
  --output /reports/answer.json --write-out '%{http_code}' "$@"
`;

interface Reply {
  readonly status: number;
  readonly answer: unknown;
}

/**
 * Opens pull requests on GitHub, GitLab and Gitea through their APIs.
 *
 * On GitLab they are merge requests.
 */
@object()
export class Forge {
  private kind: string;
  private api: string;
  private repository: string;
  private token: Secret;
  private image: string;
  private ca?: File;
  private service?: Service;
  private deadline: number;

  /**
   * @param kind github, gitlab or gitea
   * @param api address of the API: https://api.github.com, https://gitlab.example/api/v4,
   *   https://gitea.example/api/v1
   * @param repository OWNER/NAME; on GitLab with all its groups: GROUP/SUBGROUP/NAME
   * @param token access token that may open pull requests in that repository
   * @param image image with curl and a shell on PATH
   * @param ca certificates (PEM) of private authorities, trusted in addition to the public ones
   * @param service the server, if only the caller can reach it; it gets the host name of api
   * @param deadline seconds within which a request that got no answer is sent again; default: 120
   */
  constructor(
    kind: string,
    api: string,
    repository: string,
    token: Secret,
    image: string = pins.image,
    ca?: File,
    service?: Service,
    deadline: number = 120,
  ) {
    this.kind = kind;
    this.api = api;
    this.repository = repository;
    this.token = token;
    this.image = image;
    this.ca = ca;
    this.service = service;
    this.deadline = deadline;
  }

  /**
   * Opens a pull request from one branch into another, or finds the one that is already open.
   *
   * Fails with REPOSITORY_DENIED when the token may not do that. Fails with REQUEST_REFUSED and the server's answer
   * when the server opens no pull request. Fails with REPOSITORY_UNREACHABLE when the server does not answer, with
   * ARGUMENT_INVALID on an unknown kind, an invalid address or an invalid repository.
   *
   * Writes to the server; never cached. A lost answer does no harm: the pull request is searched for once more.
   * https://docs.github.com/en/rest/pulls/pulls https://docs.gitlab.com/api/merge_requests/
   * https://docs.gitea.com/api
   *
   * @param head the branch with the change
   * @param base the branch that the change goes into
   * @param title one line
   * @param text the description, in Markdown; default: empty
   * @returns the address of the pull request's page
   */
  @func({ cache: "never" })
  async open(head: string, base: string, title: string, text: string = ""): Promise<string> {
    const kind = kindOf(this.kind, this.repository);
    const found = await this.find(kind, head, base);
    if (found) return found;
    const body = JSON.stringify(kind.body({ head, base, title, text }));
    const sent = await this.ask(kind.opened(this.repository), body).catch(async (error: unknown) => {
      const page = await this.find(kind, head, base).catch(() => undefined);
      if (page === undefined) throw error;
      return page;
    });
    if (typeof sent === "string") return sent;
    const page = pageIn(kind, sent.answer, head, base) ?? (await this.find(kind, head, base));
    if (page) return page;
    throw codedError(
      "REQUEST_REFUSED",
      `${this.api} opened no pull request from ${shown(head)} into ${shown(base)}: status ${sent.status}, ${shown(JSON.stringify(sent.answer))}`,
      "Check --repository, and check that both branches exist and differ.",
    );
  }

  private async find(kind: Kind, head: string, base: string): Promise<string | undefined> {
    const reply = await this.ask(kind.listed(this.repository, head, base));
    return reply.status === 200 ? pageIn(kind, reply.answer, head, base) : undefined;
  }

  private async ask(path: string, body?: string): Promise<Reply> {
    const api = apiUrl(this.api);
    let ready = dag
      .container()
      .from(this.image)
      .withUser("0")
      .withWorkdir("/")
      .withDirectory("/reports", dag.directory())
      .withMountedTemp("/scratch")
      .withMountedSecret("/run/secrets/token", this.token)
      .withEnvVariable("DEADLINE", String(Math.max(1, Math.floor(this.deadline))))
      .withEnvVariable("SLIPWAY_RUN", randomUUID());
    if (this.ca) ready = ready.withMountedFile("/run/slipway/ca.pem", this.ca);
    // Started here, so that it runs until the session ends: an engine 0.19 crashes when a port of the caller is bound again
    // at the moment of its release.
    if (this.service) ready = ready.withServiceBinding(api.hostname, await this.service.start());
    const args = [`${api.href.replace(/\/+$/, "")}${path}`];
    if (body !== undefined) {
      ready = ready.withNewFile("/slipway/body.json", body);
      args.push("--header", "Content-Type: application/json", "--data", "@/slipway/body.json");
    }
    const done = ready.withExec(["sh", "-c", script, "curl", ...args], { expect: ReturnType.Any });
    return this.reply(done);
  }

  private async reply(done: Container): Promise<Reply> {
    const [code, out, log, files] = await Promise.all([
      done.exitCode(),
      done.stdout(),
      done.stderr(),
      done.directory("/reports").entries(),
    ]);
    const status = Number(out.trim().slice(-3));
    if (code !== 0 || !(status > 0) || status === 429 || status >= 500) {
      throw codedError(
        "REPOSITORY_UNREACHABLE",
        `${this.api} did not answer: ${code === 0 ? `status ${status}` : shown(log)}`,
        "Check --api and the server, then run the call again.",
      );
    }
    const text = files.includes("answer.json") ? await done.file("/reports/answer.json").contents() : "";
    if (status === 401 || status === 403) {
      throw codedError(
        "REPOSITORY_DENIED",
        `${this.api} does not allow this token to open pull requests in ${this.repository}: status ${status}, ${shown(text)}`,
        "Pass a --token (of a release: --forge-token) that is valid and may open pull requests there.",
      );
    }
    return { status, answer: parsed(text) };
  }
}

function apiUrl(api: string): URL {
  const url = URL.canParse(api) ? new URL(api) : undefined;
  if (
    url &&
    /^https?:$/.test(url.protocol) &&
    url.username === "" &&
    url.password === "" &&
    url.search === "" &&
    url.hash === ""
  ) {
    return url;
  }
  throw codedError(
    "ARGUMENT_INVALID",
    `api: ${shown(api)} is not the address of an API`,
    "Set it to https://HOST/PATH, without a login, a query and a fragment.",
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
