import { randomUUID } from "node:crypto";
import { Container, dag, File, func, object, ReturnType, Secret, Service } from "@dagger.io/dagger";
import { codedError, lastLines, shown } from "./errors.ts";
import { failureOf } from "./failure.ts";
import { checkName, checkRevision, checkServer } from "./names.ts";

/** Pinned here only. */
export const pins = { image: "quay.io/argoproj/argocd:v3.2.11", base: "curlimages/curl:8.14.1" };

/** Runs the program into a file: what it prints may have values that do not belong in a log. */
const script = 'file=$1 limit=$2; shift 2; exec timeout "$limit" /usr/local/bin/argocd app "$@" > "$file"';

/** The exit code of timeout where the time is over: that of GNU, and that of BusyBox. */
const timedOut = [124, 143];

/**
 * Asks Argo CD about Applications, through its own program.
 *
 * Every function asks the server again, and is never cached. Only `sync` changes anything. The token needs the rights
 * `applications, get` and `projects, get`, and for `sync` also `applications, sync`.
 */
@object()
export class Argocd {
  private server: string;
  private token: Secret;
  private ca?: File;
  private plaintext: boolean;
  private service?: Service;
  private limit: number;
  private image: string;
  private base: string;

  /**
   * @param server the server, as HOST or HOST:PORT
   * @param token a token of an account with the capability apiKey
   * @param ca certificates (PEM) of the server's authority, trusted in place of the public ones
   * @param plaintext whether the server speaks http, as behind a proxy of the same machine; default: false
   * @param service the server, if only the caller can reach it; it gets the host name of server
   * @param limit seconds for one request; default: 60
   * @param image image with the program at /usr/local/bin/argocd
   * @param base image that the program runs in; needs sh and timeout, root certificates and /tmp
   */
  constructor(
    server: string,
    token: Secret,
    ca?: File,
    plaintext: boolean = false,
    service?: Service,
    limit: number = 60,
    image: string = pins.image,
    base: string = pins.base,
  ) {
    this.server = server;
    this.token = token;
    this.ca = ca;
    this.plaintext = plaintext;
    this.service = service;
    this.limit = limit;
    this.image = image;
    this.base = base;
  }

  /**
   * Returns an Application with its status, as JSON.
   *
   * Fails with APPLICATION_DENIED when the token may not see it; Argo CD answers the same for one that does not exist.
   * Fails with SERVER_UNREACHABLE when the server does not answer, ARGUMENT_INVALID on an invalid argument, and
   * TOOL_FAILED for anything else.
   * https://argo-cd.readthedocs.io/en/stable/user-guide/commands/argocd_app_get/
   *
   * @param name the Application, as NAME or NAMESPACE/NAME
   * @param refresh whether Argo CD first compares it with the repository; default: true
   */
  @func({ cache: "never" })
  async application(name: string, refresh: boolean = true): Promise<File> {
    const flags = refresh ? ["--refresh"] : [];
    return this.report("application.json", "get", checkName(name), "--output=json", ...flags);
  }

  /**
   * Returns the live Pods of an Application. Each is a JSON document, and a line with --- stands between two. They may
   * have values of environment variables: keep them out of reports.
   *
   * Fails as application does; with TOOL_FAILED too when a Pod goes away while it is read.
   * https://argo-cd.readthedocs.io/en/stable/user-guide/commands/argocd_app_get-resource/
   *
   * @param name the Application, as NAME or NAMESPACE/NAME
   */
  @func({ cache: "never" })
  async pods(name: string): Promise<File> {
    return this.report("pods.json", "get-resource", checkName(name), "--kind=Pod", "--output=json");
  }

  /**
   * Returns the past synchronisations of an Application, one a line: its id, date and revision.
   *
   * Fails as application does.
   * https://argo-cd.readthedocs.io/en/stable/user-guide/commands/argocd_app_history/
   *
   * @param name the Application, as NAME or NAMESPACE/NAME
   */
  @func({ cache: "never" })
  async history(name: string): Promise<string> {
    return (await this.report("history.txt", "history", checkName(name))).contents();
  }

  /**
   * Returns the difference between an Application's repository and the cluster; empty text: no difference.
   *
   * Fields that others added, and objects that the repository does not know, are no difference to Argo CD.
   * Fails as application does.
   * https://argo-cd.readthedocs.io/en/stable/user-guide/commands/argocd_app_diff/
   *
   * @param name the Application, as NAME or NAMESPACE/NAME
   * @param revision the commit to compare with; default: what the Application follows
   */
  @func({ cache: "never" })
  async diff(name: string, revision: string = ""): Promise<string> {
    const to = revision === "" ? [] : [`--revision=${checkRevision(revision)}`];
    // 1: there is a difference. Errors are 20.
    const done = await this.ran(["diff", checkName(name), "--refresh", ...to], "diff.txt", [0, 1]);
    return done.file("/reports/diff.txt").contents();
  }

  /**
   * Asks Argo CD to synchronise an Application, and does not wait for the end. Deletes no object.
   *
   * Returns what it answered. Fails as application does. Fails with TOOL_FAILED when a synchronisation is running, or a
   * window of its project denies one. Fails so too for a revision where the Application synchronises by itself.
   * https://argo-cd.readthedocs.io/en/stable/user-guide/commands/argocd_app_sync/
   *
   * @param name the Application, as NAME or NAMESPACE/NAME
   * @param revision the commit to synchronise to; default: what the Application follows
   */
  @func({ cache: "never" })
  async sync(name: string, revision: string = ""): Promise<string> {
    const to = revision === "" ? [] : [`--revision=${checkRevision(revision)}`];
    return (await this.report("sync.txt", "sync", checkName(name), "--async", ...to)).contents();
  }

  private async report(file: string, command: string, ...args: string[]): Promise<File> {
    return (await this.ran([command, ...args], file)).file(`/reports/${file}`);
  }

  private async ran(args: string[], file: string, ends: readonly number[] = [0]): Promise<Container> {
    const limit = String(Math.max(1, Math.floor(this.limit)));
    const words = ["sh", "-c", script, "argocd", `/reports/${file}`, limit, ...args];
    const done = (await this.ready()).withExec(words, { expect: ReturnType.Any });
    const code = await done.exitCode();
    if (ends.includes(code)) return done;
    if (timedOut.includes(code)) {
      throw codedError(
        "SERVER_UNREACHABLE",
        `${this.server} did not answer \`argocd app ${args[0]}\` within ${limit} s`,
        "Check the server, or pass a longer --limit.",
      );
    }
    const log = await done.stderr();
    const failure = failureOf(log);
    if (failure !== undefined)
      throw codedError(failure.code, `${this.server}: ${shown(failure.says, 500)}`, failure.remedy);
    throw codedError(
      "TOOL_FAILED",
      `\`argocd app ${args[0]}\` ended with exit code ${code}: ${lastLines(log)}`,
      "Correct what it names, then run the call again.",
    );
  }

  private async ready(): Promise<Container> {
    const host = checkServer(this.server);
    const flags = [
      "--grpc-web",
      ...(this.plaintext ? ["--plaintext"] : []),
      ...(this.ca === undefined ? [] : ["--server-crt=/run/slipway/ca.pem"]),
    ];
    let ready = dag
      .container()
      .from(this.base)
      .withUser("0")
      .withEntrypoint([])
      .withFile("/usr/local/bin/argocd", dag.container().from(this.image).file("/usr/local/bin/argocd"))
      .withDirectory("/reports", dag.directory())
      .withMountedTemp("/scratch")
      .withEnvVariable("ARGOCD_CONFIG_DIR", "/scratch")
      .withEnvVariable("ARGOCD_SERVER", this.server)
      .withEnvVariable("ARGOCD_OPTS", flags.join(" "))
      .withSecretVariable("ARGOCD_AUTH_TOKEN", this.token)
      .withEnvVariable("SLIPWAY_RUN", randomUUID());
    if (this.ca) ready = ready.withMountedFile("/run/slipway/ca.pem", this.ca);
    // Started here, so that it runs until the session ends: an engine 0.19 crashes when a port of the caller is bound again
    // at the moment of its release.
    return this.service ? ready.withServiceBinding(host, await this.service.start()) : ready;
  }
}
