import { randomUUID } from "node:crypto";
import { Container, dag, File, func, object, ReturnType, Secret, Service } from "@dagger.io/dagger";
import { boundOf, checkQuery, checkServer, countOf, secondsOf } from "./arguments.ts";
import { codedError, lastLines, shown } from "./errors.ts";
import { jsonIn } from "./json.ts";
import { isTable, judged } from "./judge.ts";

/** Pinned here only. */
export const pins = { image: "curlimages/curl:8.14.1" };

/** Sends one request and prints the status only. A login goes from its mount into a file that no layer keeps. */
const script = String.raw`set -eu
if [ -e /run/slipway/ca.pem ]; then
  cat /etc/ssl/certs/ca-certificates.crt /run/slipway/ca.pem > /scratch/ca.pem
  set -- --cacert /scratch/ca.pem "$@"
fi
if [ -e /run/secrets/token ]; then
  if [ -n "$LOGIN" ]; then
    basic=$(printf '%s:%s' "$LOGIN" "$(cat /run/secrets/token)" | base64 | tr -d '\n')
    printf 'Authorization: Basic %s\n' "$basic" > /scratch/header
  else
    printf 'Authorization: Bearer %s\n' "$(cat /run/secrets/token)" > /scratch/header
  fi
  set -- --header @/scratch/header "$@"
fi
exec curl --silent --show-error --proto '=http,https' --max-time "$LIMIT" --max-filesize 16777216 \
  --header 'Accept: application/json' --header 'User-Agent: slipway' \
  --output /reports/answer.json --write-out '%{http_code}' "$@"
`;

/**
 * Asks Prometheus, or a server that speaks its API, and judges what it answers.
 *
 * Every function asks the server again, and is never cached.
 */
@object()
export class Prometheus {
  private server: string;
  private token?: Secret;
  private username: string;
  private ca?: File;
  private service?: Service;
  private limit: number;
  private image: string;

  /**
   * @param server the server's address, with the path before /api, as in https://prometheus.example.com
   * @param token a bearer token, or the password of username; default: no login
   * @param username the user whose password token is; default: token is a bearer token
   * @param ca certificates (PEM) of private authorities, trusted in addition to the public ones
   * @param service the server, if only the caller can reach it; it gets the host name of server
   * @param limit seconds for one request; default: 30
   * @param image image with curl and a shell on PATH
   */
  constructor(
    server: string,
    token?: Secret,
    username: string = "",
    ca?: File,
    service?: Service,
    limit: number = 30,
    image: string = pins.image,
  ) {
    this.server = server;
    this.token = token;
    this.username = username;
    this.ca = ca;
    this.service = service;
    this.limit = limit;
    this.image = image;
  }

  /**
   * Returns what a query is at one moment, as the JSON of the server.
   *
   * Fails with QUERY_INVALID when the server refuses the query, and SERVER_DENIED when it refuses the login. Fails with
   * SERVER_UNREACHABLE when it does not answer, ARGUMENT_INVALID on an invalid argument, and TOOL_FAILED for anything
   * else.
   * https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries
   *
   * @param query an expression of PromQL
   * @param time the moment in ISO 8601; default: now
   */
  @func({ cache: "never" })
  async query(query: string, time: string = ""): Promise<File> {
    const at = time === "" ? [] : [`time=${secondsOf(time, "time")}`];
    return this.answer("query", checkQuery(query), at);
  }

  /**
   * Returns what a query is over a time, as the JSON of the server.
   *
   * Fails as query does.
   * https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries
   *
   * @param query an expression of PromQL
   * @param start the begin in ISO 8601
   * @param end the end in ISO 8601
   * @param step seconds between two values; default: 15
   */
  @func({ cache: "never" })
  async range(query: string, start: string, end: string, step: number = 15): Promise<File> {
    const [from, to] = [secondsOf(start, "start"), secondsOf(end, "end")];
    countOf(step, "step", 1, 86_400);
    if (from > to) {
      throw codedError(
        "ARGUMENT_INVALID",
        `start: ${shown(start)} is after the end`,
        "Pass a start before the end.",
      );
    }
    return this.answer("query_range", checkQuery(query), [`start=${from}`, `end=${to}`, `step=${step}`]);
  }

  /**
   * Judges a query over a time, and returns a JSON object: `outcome`, `samples`, `lowest`, `highest` and `why`.
   *
   * `passed`: the query has one series, at least minSamples of its values are numbers, up to the end, and none is out
   * of bounds. `failed`: a value is out of bounds. `errored`: no or too few values, or none at the end. So are several
   * series and a warning of the server, whatever the values are. Only `passed` says that somebody looked.
   *
   * Ask for a rate over a short time, as in rate(errors_total[1m]). Prometheus repeats the last value of a plain series
   * for five minutes after its target is gone.
   *
   * Fails as range does.
   *
   * @param query an expression of PromQL that has one series
   * @param start the begin in ISO 8601
   * @param end the end in ISO 8601
   * @param max the highest value that passes, as in 0.01; default: no bound
   * @param min the lowest value that passes; default: no bound
   * @param minSamples the least number of values; default: 5
   * @param step seconds between two values; default: 15
   */
  @func({ cache: "never" })
  async judge(
    query: string,
    start: string,
    end: string,
    max: string = "",
    min: string = "",
    minSamples: number = 5,
    step: number = 15,
  ): Promise<string> {
    const [highest, lowest] = [boundOf(max, "max"), boundOf(min, "min")];
    countOf(minSamples, "minSamples", 1, 10_000);
    if (highest === undefined && lowest === undefined) {
      throw codedError("ARGUMENT_INVALID", "neither max nor min has a value", "Pass one of them, or both.");
    }
    const until = secondsOf(end, "end");
    if (until > Date.now() / 1000 + 5) {
      throw codedError(
        "ARGUMENT_INVALID",
        `end: ${shown(end)} is not over yet`,
        "Pass a time in the past: nobody has values of the future.",
      );
    }
    const answer = await this.range(query, start, end, step);
    const bounds = {
      minSamples,
      start: secondsOf(start, "start"),
      end: until,
      step,
      ...(highest !== undefined && { max: highest }),
      ...(lowest !== undefined && { min: lowest }),
    };
    return JSON.stringify(judged(await answer.contents(), bounds));
  }

  private async answer(path: string, query: string, fields: readonly string[]): Promise<File> {
    const url = checkServer(this.server);
    const done = (await this.ready(url))
      // In a file, because an argument of curl that begins with @ would name one.
      .withNewFile("/slipway/query", query)
      .withExec(
        [
          ...["sh", "-c", script, "curl", `${url.href.replace(/\/+$/, "")}/api/v1/${path}`],
          ...["--data-urlencode", "query@/slipway/query"],
          ...fields.flatMap((field) => ["--data-urlencode", field]),
        ],
        { expect: ReturnType.Any },
      );
    await this.assertAnswered(done);
    return done.file("/reports/answer.json");
  }

  private async assertAnswered(done: Container): Promise<void> {
    const [code, out] = await Promise.all([done.exitCode(), done.stdout()]);
    const status = Number(out.trim().slice(-3));
    if (code === 0 && status === 200) return;
    if (code !== 0 || status === 429 || status >= 500) {
      const why = code === 0 ? `status ${status}` : lastLines(await done.stderr());
      throw codedError(
        "SERVER_UNREACHABLE",
        `${this.server} did not answer: ${shown(why, 500)}`,
        "Check the server's address, its certificate, and that the engine can reach it.",
      );
    }
    if (status === 401 || status === 403) {
      throw codedError(
        "SERVER_DENIED",
        `${this.server} refuses the login: status ${status}`,
        "Pass a valid --token, and --username if it is a password.",
      );
    }
    const text = await done.file("/reports/answer.json").contents();
    if (status === 400) {
      throw codedError(
        "QUERY_INVALID",
        `${this.server} refuses the query: ${shown(faultIn(text), 500)}`,
        "Correct the query, or ask for a shorter time or a longer step.",
      );
    }
    throw codedError(
      "TOOL_FAILED",
      `${this.server} answered with status ${status}: ${shown(status === 422 ? faultIn(text) : text, 300)}`,
      "Check the query against what the server has, and the address: that of Prometheus itself, before /api.",
    );
  }

  private async ready(url: URL): Promise<Container> {
    let ready = dag
      .container()
      .from(this.image)
      .withUser("0")
      .withWorkdir("/")
      .withEntrypoint([])
      .withDirectory("/reports", dag.directory())
      .withMountedTemp("/scratch")
      .withEnvVariable("LIMIT", String(countOf(this.limit, "limit", 1, 3600)))
      .withEnvVariable("LOGIN", this.username)
      .withEnvVariable("SLIPWAY_RUN", randomUUID());
    if (this.token) ready = ready.withMountedSecret("/run/secrets/token", this.token);
    if (this.ca) ready = ready.withMountedFile("/run/slipway/ca.pem", this.ca);
    // Started here, so that it runs until the session ends: an engine 0.19 crashes when a port of the caller is bound again
    // at the moment of its release.
    return this.service ? ready.withServiceBinding(url.hostname, await this.service.start()) : ready;
  }
}

/** What the server says is wrong with a query. */
function faultIn(text: string): string {
  const answer = jsonIn(text);
  return isTable(answer) && typeof answer.error === "string" ? answer.error : text;
}
