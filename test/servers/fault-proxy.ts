import { readFile } from "node:fs/promises";
import {
  createServer as createHttpServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer, request as httpsRequest } from "node:https";
import { createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What happens to a request between client and server. */
export type Fault =
  /** The client is answered at once; the server never hears of it. */
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** It waits before it goes to the server. */
  | { readonly kind: "delay"; readonly milliseconds: number }
  /** The client's connection is reset; the server never hears of it. */
  | { readonly kind: "reset" }
  /** So many bytes of its body reach the server, then both connections are reset. */
  | { readonly kind: "cut-request"; readonly bytes: number }
  /** So many bytes of the answer's body reach the client, then its connection ends. */
  | { readonly kind: "cut-answer"; readonly bytes: number }
  /** The server does what is asked, and the client's connection ends in place of an answer. */
  | { readonly kind: "lose" }
  /** The same by a proxy that says so: the server does what is asked, and the client is answered this. */
  | { readonly kind: "replace"; readonly status: number };

/** Which requests a fault befalls. */
export interface Rule {
  readonly method?: string;
  /** Matched against path and query. */
  readonly path?: RegExp;
  /** How many of the requests that match are let through first; none by default. */
  readonly after?: number;
  /** How many are befallen then; all by default. */
  readonly times?: number;
  /** Or what says so for each, before it goes on; nothing lets it pass. */
  readonly fault: Fault | ((request: Pick<Exchange, "method" | "path">) => Fault | undefined);
}

/** A request that came by. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What befell it. */
  readonly fault?: Fault["kind"];
  /** What the server answered; 0 as long as it has not. */
  status: number;
}

export interface FaultProxy {
  readonly port: number;
  /** Every request since the last `script`, in order. */
  readonly exchanges: readonly Exchange[];
  /** Lets these faults befall what comes from now on, the first rule that matches; forgets the exchanges so far. */
  script(...rules: readonly Rule[]): void;
  close(): Promise<void>;
}

export interface FaultProxyOptions {
  /** The real server's port on 127.0.0.1. */
  readonly port: number;
  /** The file with the authority of the server's certificate; plain HTTP to it by default. */
  readonly caFile?: string;
  /** Files of the proxy's own certificate; plain HTTP to its clients by default. */
  readonly certificate?: { readonly certFile: string; readonly keyFile: string };
}

/** Starts a proxy on a free port of 127.0.0.1 that stands before a real server and lets happen what is scripted. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  let rules: { readonly rule: Rule; seen: number }[] = [];
  let exchanges: Exchange[] = [];
  const raw = new Map<number, Socket>();
  const ca = options.caFile === undefined ? undefined : await readFile(options.caFile);

  const faultFor = (method: string, path: string): Fault | undefined => {
    const entry = rules.find(({ rule }) => {
      return (rule.method ?? method) === method && (rule.path?.test(path) ?? true);
    });
    if (!entry) return undefined;
    const { after = 0, times = Number.POSITIVE_INFINITY, fault } = entry.rule;
    entry.seen += 1;
    if (entry.seen <= after || entry.seen > after + times) return undefined;
    return typeof fault === "function" ? fault({ method, path }) : fault;
  };

  const reset = (request: IncomingMessage): void => {
    raw.get(request.socket.remotePort ?? 0)?.resetAndDestroy();
  };
  const end = (request: IncomingMessage): void => {
    raw.get(request.socket.remotePort ?? 0)?.destroy();
  };

  const forward = (
    request: IncomingMessage,
    response: ServerResponse,
    fault: Fault | undefined,
    exchange: Exchange,
  ) => {
    const { method, url, headers } = request;
    const to: RequestOptions = { host: "127.0.0.1", port: options.port, method, path: url, headers };
    const onAnswer = (answer: IncomingMessage): void => {
      exchange.status = answer.statusCode ?? 0;
      if (fault?.kind === "lose") {
        answer.resume().once("end", () => end(request));
        return;
      }
      if (fault?.kind === "replace") {
        answer.resume().once("end", () => response.writeHead(fault.status).end());
        return;
      }
      response.writeHead(exchange.status, answer.headers);
      answer.once("error", () => end(request));
      if (fault?.kind !== "cut-answer") {
        answer.pipe(response);
        return;
      }
      response.flushHeaders();
      limited(
        answer,
        fault.bytes,
        (part) => response.write(part),
        () => end(request),
      );
    };
    const server = ca
      ? httpsRequest({ ...to, ca, servername: "localhost" }, onAnswer)
      : httpRequest(to, onAnswer);
    server.once("error", () => end(request));
    request.once("error", () => server.destroy());
    if (fault?.kind !== "cut-request") {
      request.pipe(server);
      return;
    }
    limited(
      request,
      fault.bytes,
      (part) => server.write(part),
      () => {
        server.destroy();
        reset(request);
      },
    );
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "", url = "" } = request;
    const fault = faultFor(method, url);
    const exchange: Exchange = {
      method,
      path: url,
      at: Date.now(),
      status: 0,
      ...(fault && { fault: fault.kind }),
    };
    exchanges.push(exchange);
    if (fault?.kind === "reset") return reset(request);
    if (fault?.kind === "answer") {
      request.resume();
      response.writeHead(fault.status, { Connection: "close", ...fault.headers });
      response.end(method === "HEAD" ? undefined : (fault.body ?? ""));
      return;
    }
    if (fault?.kind === "delay") await sleep(fault.milliseconds);
    forward(request, response, fault, exchange);
  };

  const listener = (request: IncomingMessage, response: ServerResponse) => void handle(request, response);
  const { certificate } = options;
  const http = certificate
    ? createHttpsServer(
        { cert: await readFile(certificate.certFile), key: await readFile(certificate.keyFile) },
        listener,
      )
    : createHttpServer(listener);
  // A connection under TLS cannot be reset: that below it is kept.
  const server = createServer((socket) => {
    const from = socket.remotePort ?? 0;
    raw.set(from, socket);
    socket
      .on("error", () => {})
      .once("close", () => {
        if (raw.get(from) === socket) raw.delete(from);
      });
    http.emit("connection", socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: address !== null && typeof address === "object" ? address.port : 0,
    get exchanges() {
      return exchanges;
    },
    script: (...next) => {
      rules = next.map((rule) => ({ rule, seen: 0 }));
      exchanges = [];
    },
    close: async () => {
      for (const socket of raw.values()) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Passes so many bytes on, then ends; a body that has less ends where it ends. */
function limited(from: IncomingMessage, bytes: number, pass: (part: Buffer) => void, end: () => void): void {
  let left = bytes;
  let over = false;
  const finish = () => {
    if (over) return;
    over = true;
    // What was passed on is to arrive first.
    setTimeout(end, 50);
  };
  from.on("data", (chunk: Buffer) => {
    if (left > 0) pass(chunk.subarray(0, left));
    left -= chunk.length;
    if (left <= 0) finish();
  });
  from.once("end", finish);
}
